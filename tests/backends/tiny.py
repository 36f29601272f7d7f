"""Real models, tiny and untrained, made in a second: two architectures with two different tokenizers."""

from pathlib import Path
from typing import Any

TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
TEXTS = ["what is the capital of france?", "the capital of france is paris.", "add 12 and 30", "it is 42"] * 4


def llama(
    folder: Path, context: int = 256, template: str | None = TEMPLATE, width: int = 64, layers: int = 2
) -> Path:
    """A Llama with a byte-level BPE tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _byte_level(context)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,
        num_key_value_heads=1,  # heads of 32: what vLLM takes on a CPU
        max_position_embeddings=context,
        initializer_range=0.3,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    return _saved(LlamaForCausalLM(config), tokenizer, folder, template)


def gpt2(folder: Path, context: int = 128, template: str | None = TEMPLATE) -> Path:
    """A GPT-2, with learned positions, and a tokenizer of whole words."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = _words(context)
    torch.manual_seed(1)
    end = tokenizer.eos_token_id
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=context,
        n_embd=48,
        n_layer=2,
        n_head=3,
        initializer_range=0.5,
        eos_token_id=end,
        bos_token_id=end,
    )
    return _saved(GPT2LMHeadModel(config), tokenizer, folder, template)


def adapter(model: Path, folder: Path, seed: int = 5) -> Path:
    """A LoRA adapter for a Llama, with weights of its own."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(model)
    tuned = get_peft_model(base, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    torch.manual_seed(seed)
    for name, weights in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights)
    tuned.save_pretrained(folder)
    return folder


def _byte_level(context: int) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=["<pad>", *SPECIAL], initial_alphabet=alphabet
    )
    made.train_from_iterator(TEXTS, trainer)
    names = {"eos_token": "<|end|>", "pad_token": "<pad>"}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=context, **names)


def _words(context: int) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    names = {"eos_token": "<|end|>", "unk_token": "<unk>"}
    made = Tokenizer(models.WordLevel(unk_token=names["unk_token"]))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.train_from_iterator(TEXTS, trainers.WordLevelTrainer(special_tokens=["<unk>", *SPECIAL]))
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=context, **names)


def _saved(model: Any, tokenizer: Any, folder: Path, template: str | None) -> Path:
    tokenizer.chat_template = template
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
