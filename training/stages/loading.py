"""Models and tokenizers for a stage: loaded from a directory, put where there is room, saved whole.

Safetensors only, no code from model directories, no calls home. Leaves out serving (`arena.backends`).
"""

import gc
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from arena.backends.types import Message
from arena.errors import BadRequest, NotFound
from training.stages import chat, slices, spread
from training.stages.types import Training

PATIENCE = 86_400
"""Seconds that one process waits for the others: a pause may be long."""
_SEEN, _NARROWED = "CUDA_VISIBLE_DEVICES", "ARENA_ONE_ACCELERATOR"
"""Variables of the environment: which accelerators are seen, and that it is we who said so."""
Head = Literal["words", "score"]
"""What stands on top: the next word, or one number."""


def quiet() -> None:
    """No telemetry, no advice on the terminal, one accelerator a process: to be called before all else.

    TRL refuses a process that sees several accelerators; which one it sees may be set from outside.
    """
    if spread.size() > 1:
        spread.settled()
    elif _SEEN not in os.environ:
        os.environ |= {_SEEN: "0", _NARROWED: "1"}
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from huggingface_hub import constants
    from transformers.utils import logging as advice

    constants.HF_HUB_DISABLE_TELEMETRY = True
    advice.set_verbosity_error()  # type: ignore[no-untyped-call]
    advice.disable_progress_bar()  # type: ignore[no-untyped-call]
    for name in ("trl", "accelerate", "datasets", "peft"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()


def accelerated() -> bool:
    """Whether there is an accelerator."""
    import torch

    return torch.cuda.is_available()


def accelerators() -> int:
    """How many there are on this machine; 0 as well where only one is looked at."""
    import torch

    return 0 if _NARROWED in os.environ else torch.cuda.device_count()


def environment() -> dict[str, str]:
    """For processes that share the accelerators: all are seen that were before we looked at one alone."""
    hidden = {_SEEN, _NARROWED} if _NARROWED in os.environ else set()
    return {name: value for name, value in os.environ.items() if name not in hidden}


def tokenizer(start: Path, template: str = "") -> Any:
    """The tokenizer of a model directory, with a chat template and something to pad with.

    Raises:
        NotFound: no such directory.
        BadRequest: no tokenizer that can be read, or no chat template.
    """
    from transformers import AutoTokenizer

    if not (start / "config.json").is_file():
        raise NotFound(f"{start}: no model directory (it has no config.json)")
    try:
        found = AutoTokenizer.from_pretrained(str(start), local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise BadRequest(f"{start}: no tokenizer that can be read ({_line(error)})") from error
    chat.use_template(found, template)
    if found.pad_token_id is None:
        found.pad_token = found.eos_token
    if found.pad_token_id is None:
        raise BadRequest(f"{start}: its tokenizer has neither a padding nor an end-of-text token")
    return found


def model(start: Path, config: Training, tokens: Any, head: Head = "words") -> Any:
    """The weights of a model directory, in `config.dtype`, where the trainer will move them from.

    Raises:
        NotFound: no such directory, or no safetensors in it.
        BadRequest: an architecture that is not known, or weights that the tokenizer does not match.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    if not any(start.glob("*.safetensors")):
        raise NotFound(f"{start}: holds no *.safetensors; other weight files are not read")
    options: dict[str, Any] = {"num_labels": 1} if head == "score" else {}
    kind: Any = AutoModelForSequenceClassification if head == "score" else AutoModelForCausalLM
    found: Any
    try:
        found, info = kind.from_pretrained(
            str(start),
            dtype=getattr(torch, config.dtype),
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
            **options,
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BadRequest(f"{start}: cannot be loaded ({_line(error)})") from error
    if head == "words" and info["missing_keys"]:
        lacking = min(info["missing_keys"])
        raise BadRequest(f"{start}: no language model that can be trained on ({lacking} is not in it)")
    rows = found.get_input_embeddings().weight.shape[0]
    if len(tokens) > rows:
        raise BadRequest(
            f"{start}: its tokenizer has {len(tokens)} tokens, its model {rows}: they do not match"
        )
    found.config.get_text_config().pad_token_id = tokens.pad_token_id
    if head == "words":
        found.generation_config.pad_token_id = tokens.pad_token_id
    return found


def adapter(config: Training, head: Head = "words") -> Any:
    """The LoRA settings, or None where all weights are trained."""
    if not config.lora:
        return None
    from peft import LoraConfig, TaskType

    return LoraConfig(
        r=config.lora,
        lora_alpha=config.lora_alpha,
        target_modules="all-linear",
        task_type=TaskType.SEQ_CLS if head == "score" else TaskType.CAUSAL_LM,
        modules_to_save=["score"] if head == "score" else None,
    )


def arguments(config: Training, work: Path, micro: int) -> dict[str, Any]:
    """What every trainer of TRL is told, by the names it has for it."""
    device = accelerated()
    return {
        "output_dir": str(work),
        "num_train_epochs": config.epochs,
        "learning_rate": config.lr,
        "lr_scheduler_type": config.schedule,
        "warmup_steps": config.warmup,
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.clip,
        "per_device_train_batch_size": micro,
        "gradient_accumulation_steps": max(1, config.batch // (micro * spread.size())),
        "ddp_timeout": PATIENCE,
        "ddp_find_unused_parameters": False,
        "seed": config.seed,
        "data_seed": config.seed,
        "save_strategy": "steps",
        "save_steps": config.save_every,
        "save_total_limit": 2,
        "logging_steps": config.log_every,
        "logging_nan_inf_filter": False,
        "report_to": [],
        "disable_tqdm": True,
        "use_cpu": not device,
        "bf16": device,
        "gradient_checkpointing": device and config.checkpointing,
        "dataloader_pin_memory": device,
        **(slices.on_processors() if slices.asked() and not device else {}),
    }


def save(trained: Any, tokens: Any, folder: Path) -> None:
    """Writes the model whole: an adapter is kept beside it and merged into the weights."""
    whole = trained
    if hasattr(trained, "merge_and_unload"):
        trained.save_pretrained(folder / "adapter")
        (folder / "adapter" / "README.md").unlink(missing_ok=True)
        whole = trained.merge_and_unload()
    whole.save_pretrained(folder)
    tokens.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)


def answer(trained: Any, tokens: Any, messages: Sequence[Message], longest: int = 64) -> str:
    """The model's likeliest answer."""
    import torch

    ids = torch.tensor([chat.prompt_ids(tokens, messages)], device=trained.device)
    was = trained.training
    trained.eval()
    with torch.no_grad():
        said = trained.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=longest,
            pad_token_id=tokens.pad_token_id,
        )
    trained.train(was)
    return str(tokens.decode(said[0, ids.shape[1] :], skip_special_tokens=True)).strip()


def release() -> None:
    """Gives back what is no longer held."""
    gc.collect()
    if accelerated():
        import torch

        torch.cuda.empty_cache()


def _line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:300]
