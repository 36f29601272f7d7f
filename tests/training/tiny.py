"""Real models of a few thousand weights, made in seconds, and a desk that writes down what it is told."""

# ruff: noqa: ARG002, S106 - a desk takes what it is told; special tokens are no passwords
import json
import string
from collections.abc import Iterable
from pathlib import Path

from arena.jobs.types import Stopped
from arena.types import Fact

TEMPLATE = (
    "{% for m in messages %}{{ '<' + m.role + '>' + m.content + '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}"
)
WORDS = ["capital", "colour", "opposite", "what", "is", "the", "of", "Paris", "red", "blue", "hot", "cold"]


class Paper:
    """A desk in a folder of its own: everything that it is told, kept in lists."""

    def __init__(self, folder: Path, stop_at: int | None = None) -> None:
        self.folder = folder
        self.attempt = 0
        self.stop_at = stop_at
        self.figures: list[tuple[str, float, float]] = []
        self.notes: list[str] = []
        self.samples: list[str] = []
        self.made: list[Fact] = []
        self.done = 0

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs"

    def check(self) -> None:
        if self.stop_at is not None and self.done >= self.stop_at:
            raise Stopped

    def append(self, facts: Iterable[Fact]) -> None:
        self.made += facts

    def known(self) -> frozenset[str]:
        return frozenset()

    def facts(self) -> Iterable[Fact]:
        return ()

    def step(self, name: str, total: int | None = None) -> None:
        self.notes.append(f"step {name} of {total}")

    def progress(self, step: str, done: int, total: int | None = None) -> None:
        self.done = done

    def note(self, text: str, step: str = "") -> None:
        self.notes.append(text)

    def failure(self, kind: str, text: str, step: str = "") -> None:
        self.notes.append(f"{kind}: {text}")

    def figure(self, name: str, x: float, y: float, step: str = "") -> None:
        self.figures.append((name, x, y))

    def sample(self, text: str, step: str = "") -> None:
        self.samples.append(text)


def tokenizer(folder: Path, template: str = TEMPLATE):
    """A tokenizer of characters and a few words."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    special = ["<pad>", "</s>", "<unk>", "<user>", "<assistant>", "<system>"]
    vocabulary = {word: at for at, word in enumerate([*special, *WORDS, *string.printable])}
    made = Tokenizer(models.BPE({**vocabulary}, [], unk_token="<unk>"))
    whole = PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>",
        additional_special_tokens=special[3:],
    )  # fmt: skip
    if template:
        whole.chat_template = template
    whole.save_pretrained(folder)
    return whole


def llama(folder: Path, seed: int = 0, template: str = TEMPLATE) -> Path:
    """A Llama of 28 thousand weights."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokens = tokenizer(folder, template)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=256, pad_token_id=0,
        eos_token_id=1, bos_token_id=None,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def neox(folder: Path, seed: int = 0) -> Path:
    """Another architecture, and a tokenizer of bytes without a chat template."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, PreTrainedTokenizerFast

    made = ByteLevelBPETokenizer()
    made.train_from_iterator(WORDS * 3, vocab_size=300, special_tokens=["<|end|>"])
    tokens = PreTrainedTokenizerFast(tokenizer_object=made._tokenizer, eos_token="<|end|>")
    tokens.save_pretrained(folder)
    torch.manual_seed(seed)
    config = GPTNeoXConfig(
        vocab_size=len(tokens) + 4, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=256, eos_token_id=0, bos_token_id=0,
    )  # fmt: skip
    GPTNeoXForCausalLM(config).save_pretrained(folder)
    return folder


def lines(path: Path, entries: Iterable[object]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    return path


FACTS = [
    ("capital of A", "Paris"),
    ("colour of B", "red"),
    ("opposite of C", "cold"),
    ("colour of D", "blue"),
]


def sft_rows(path: Path, copies: int = 8) -> Path:
    """Questions with their answers, in TRL's form."""
    return lines(path, [{"prompt": q, "completion": a} for q, a in FACTS * copies])


def prompt_rows(path: Path, copies: int = 1) -> Path:
    """Questions alone."""
    return lines(path, [{"prompt": q} for q, _ in FACTS] * copies)


def pair_rows(path: Path, copies: int = 8, **more: object) -> Path:
    """Questions with a right and a wrong answer, in TRL's form."""
    wrong = [answer for _, answer in FACTS[1:] + FACTS[:1]]
    pairs = zip(FACTS, wrong, strict=True)
    entries = [{"prompt": q, "chosen": a, "rejected": b, **more} for (q, a), b in pairs]
    return lines(path, entries * copies)
