"""Direct preference optimisation: raise chosen answers over rejected ones, measured against a reference.

Losses: sigmoid (DPO), ipo, hinge (SLiC) and robust, with a term that imitates the chosen answers, and a
weight for every pair; prompts may be attacked while it learns (`training.rl.attack`). The reference is always
named and loaded on its own from disk: `previous` is the model that is trained, before training; `initial` an
earlier one; `behaviour` the one that sampled the pairs (BPO).
Built on TRL's DPOTrainer with the loss written out, because TRL's has no weights and no masks of several
turns; with weights of one it is TRL's own, which a test proves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from arena import models
from arena.backends.types import Message
from arena.errors import BadRequest
from arena.jobs.types import Desk
from training import rows as files
from training.rl import attack, preference
from training.stages import chat, course, leftout, loading, spread
from training.stages.types import Result, Training
from training.types import PairRow, conversation

KIND = "pair"
VERSION = 1
WHOLE_WITH = ("attack",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of DPO; defaults are the paper's."""

    epochs: float = 2.0
    """Passes over the rows."""
    lr: float = 5e-7
    """Highest learning rate."""
    warmup: float = 0.1
    """Share of the steps in which the learning rate rises."""
    beta: Annotated[float, Gt(0)] = 0.3
    """How dear it is to leave the reference; for ipo, its tau."""
    loss: preference.Loss = "sigmoid"
    """What is made of the margin between chosen and rejected."""
    flipped: Annotated[float, Ge(0), Lt(0.5)] = 0.1
    """Share of labels that `robust` takes for wrong."""
    sft: Annotated[float, Ge(0)] = 0.0
    """Weight of imitating the chosen answers beside it (SLiC, RPO)."""
    reference: Literal["previous", "initial", "behaviour"] = "previous"
    """Against which model margins are measured."""
    reference_model: str = ""
    """Directory of that model; needed for `initial` and `behaviour`."""
    attack: Annotated[float, Ge(0)] = 0.0
    """How far prompts are shifted towards the rejected answer, in lengths of an embedding: adversarial
    training, with ipo C-AdvIPO (0.05 to 0.1); 0: not at all."""
    attack_steps: Annotated[int, Ge(1)] = 10
    """Gradient steps of the shift; each costs as much as half a batch."""
    most_drift: Annotated[float, Gt(0)] = 200.0
    """Mean change of an answer's log-probability against the reference, in nats, at which training stops."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(
    epochs=2, lr=2e-4, batch=32, micro=32, max_length=256, beta=0.1, sft=1.0, least=8, dtype="float32"
)


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` on the pairs of `rows` and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    reference = _reference(config, start)
    parents = {"reference": models.identity(str(reference)), "reference_is": config.reference}
    plan = course.begin("dpo", config, rows, start, out, desk, version=VERSION, parents=parents)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start, config.chat_template)
    read = list(files.read(rows, "pair"))
    kept = [row for row in read if isinstance(row, PairRow)]
    data = [pair for row in kept if (pair := encoded(tokens, row, config.max_length))]
    course.enough(plan, len(data), len(read), leftout.why(read, "the others are too long, or twins"))
    ready = _Ready(config, start, reference, tokens, data)
    return course.run(
        plan,
        lambda micro, work: _trainer(ready, work, micro),
        count=len(data),
        shown=_shown(kept, config.samples),
        notes=leftout.notes(
            read, len(kept), len(data), f"pairs are longer than {config.max_length} tokens, or twins,"
        ),
        limits={"drift": config.most_drift},
    )


def _reference(config: Config, start: Path) -> Path:
    if config.reference == "previous":
        if config.reference_model:
            raise BadRequest("reference previous is the start model itself: leave reference_model out")
        return Path(models.place(str(start.absolute())))
    if not config.reference_model:
        raise BadRequest(f"reference {config.reference} needs reference_model: the directory of that model")
    return Path(models.place(config.reference_model))


def encoded(tokens: Any, row: PairRow, longest: int) -> dict[str, Any] | None:
    """A pair as token ids with masks on the model's own turns; None where it does not fit."""
    pair: dict[str, Any] = {"weight": row.weight}
    for side, answers in (("chosen", row.chosen), ("rejected", row.rejected)):
        messages = conversation(row.system, row.turns, answers)
        pieces = list(chat.encode(tokens, messages, longest))
        if len(pieces) != 1:
            return None
        pair[f"{side}_ids"], pair[f"{side}_mask"] = pieces[0].ids, pieces[0].mask
    return None if pair["chosen_ids"] == pair["rejected_ids"] else pair


@dataclass(frozen=True, slots=True)
class _Ready:
    """What the trainer is made of, the same at every attempt."""

    config: Config
    start: Path
    reference: Path
    tokens: Any
    data: list[dict[str, Any]]


def _trainer(ready: _Ready, work: Path, micro: int) -> Any:
    from datasets import Dataset
    from transformers import set_seed
    from trl.trainer.dpo_config import DPOConfig

    config, tokens = ready.config, ready.tokens
    set_seed(config.seed)
    policy = loading.model(ready.start, config, tokens)
    own = config.lora > 0 and config.reference == "previous"
    return trainer_class(config)(
        model=policy,
        ref_model=None if own else loading.model(ready.reference, config, tokens).eval(),
        args=DPOConfig(
            **loading.arguments(config, work, micro),
            max_length=None,
            beta=config.beta,
            loss_type=[config.loss],
            label_smoothing=config.flipped if config.loss == "robust" else 0.0,
            remove_unused_columns=False,
        ),
        data_collator=lambda pairs: collate(pairs, tokens.pad_token_id),
        train_dataset=Dataset.from_list(ready.data),
        processing_class=tokens,
        peft_config=loading.adapter(config),
    )


def collate(pairs: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
    """A batch: all chosen, then all rejected, padded on the right."""
    import torch

    ids = [pair[f"{side}_ids"] for side in ("chosen", "rejected") for pair in pairs]
    masks = [pair[f"{side}_mask"] for side in ("chosen", "rejected") for pair in pairs]
    longest = max(map(len, ids))
    return {
        "input_ids": torch.tensor([row + [pad] * (longest - len(row)) for row in ids]),
        "attention_mask": torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids]),
        "completion_mask": torch.tensor([row + [0] * (longest - len(row)) for row in masks]),
        "weight": torch.tensor([pair["weight"] for pair in pairs], dtype=torch.float),
    }


def trainer_class(config: Config) -> Any:
    """TRL's trainer with our pairs, masks, weights and a watch on the drift."""
    import torch
    from trl.trainer.dpo_trainer import DPOTrainer

    class Pairs(DPOTrainer):
        def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
            return dataset

        def _compute_loss(self, model: Any, inputs: Any, return_outputs: bool) -> Any:
            weight, mask = inputs["weight"], inputs["completion_mask"]
            given = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"]}
            labels = given["input_ids"].masked_fill(mask == 0, -100)
            read = self._attacked(model, given, mask) if config.attack and model.training else given
            outputs = model(**read, labels=labels, fused_lm_head=True, use_cache=False)
            words = outputs.log_probs[:, -(mask.shape[1] - 1) :]
            frozen = model if self.ref_model is None else self.ref_model
            asked = {**given, "completion_mask": mask}
            before = torch.stack(self.compute_ref_log_probs(frozen, asked))  # type: ignore[no-untyped-call]
            after = torch.stack(words.sum(1).chunk(2))
            lengths = torch.stack(mask[:, 1:].sum(1).chunk(2))
            ratios = after - before  # (2, pairs): chosen, rejected
            losses = preference.losses(config.loss, ratios, lengths, beta=config.beta, flipped=config.flipped)
            loss = (losses * weight).mean()
            if config.sft:
                shown = mask[:, 1:].chunk(2)[0] * weight[:, None]
                each = spread.summed(shown.sum()).clamp(min=1e-9) / spread.size()  # gradients are averaged
                loss = loss - config.sft * (words.chunk(2)[0] * shown).sum() / each
            self._tell("train" if model.training else "eval", ratios.detach())
            return (loss, outputs) if return_outputs else loss

        def _attacked(self, model: Any, given: dict[str, Any], mask: Any) -> dict[str, Any]:
            inner, attention = self.accelerator.unwrap_model(model), given["attention_mask"]
            words = attack.shifted(
                inner, given["input_ids"], attention, mask, radius=config.attack, steps=config.attack_steps
            )
            return {"inputs_embeds": words, "attention_mask": attention}

        def _tell(self, mode: str, ratios: Any) -> None:
            for name, value in spread.averaged(preference.told(ratios, config.beta)).items():
                self._metrics[mode][name].append(value)

    return Pairs


def _shown(kept: Sequence[PairRow], count: int) -> list[tuple[Message, ...]]:
    step = max(1, len(kept) // max(1, count))
    return [conversation(row.system, row.turns[:1], ()) for row in kept[::step][:count]]
