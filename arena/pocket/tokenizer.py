"""The tokenizer of the pocket models: byte-level BPE of 640 entries, and the chat template.

Capitals and digits stay one token each, so that letters can be counted and picked; merges are learned on what
is said in lower case: instructions, answers, and what judges write. Leaves out the models, and the words
that the pocket judge reads whole (`arena.pocket.glossary`).
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from arena.pocket import judging
from arena.pocket.parts import draw
from arena.pocket.verify import Mark, mark

SIZE = 640
PAD, END = "<|pad|>", "<|end|>"
SPECIAL = (PAD, END, "<|system|>", "<|user|>", "<|assistant|>")
CONTEXT = 1024
TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}"
    "<|assistant|>{% generation %}{{ message['content'] }}<|end|>{% endgeneration %}"
    "{% else %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
"""Each message between its role and the end token."""


def texts() -> list[str]:
    """What the merges are learned on."""
    said = []
    for task in draw("pretrain", 3000):
        for turn in task.turns:
            said += [turn.text, turn.gold]
    for task, one, two in judging.written("pretrain", 500, strangers=False):
        first, second = mark(task, one), mark(task, two)
        said += [_report(first, second), _report(second, first)]
    return said


def _report(first: Mark, second: Mark) -> str:
    """What judges write, in short."""
    parts = []
    for one, two in zip(first.notes, second.notes, strict=True):
        parts.append(f"right is {one.answer}.")
        for number, note in ((1, one), (2, two)):
            size, form = "short" if note.brief else "long", ("no form", "half form", "good form")[note.form]
            parts.append(f"{number} says {note.said or 'nothing'}: {note.word}, {form}, {size}.")
    return json.dumps({"explanation": " ".join(parts), "score_1": first.score, "score_2": second.score})


def build(folder: Path) -> None:
    """Writes the tokenizer's files; the same bytes each time."""
    save(learned(texts(), SIZE), folder)


def learned(said: Iterable[str], size: int) -> Any:
    """A tokenizer whose merges are learned on texts; capitals and digits are never merged."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    made: Any = Tokenizer(models.BPE())
    alone = pre_tokenizers.Split(Regex("[A-Z0-9]"), "isolated")
    made.pre_tokenizer = pre_tokenizers.Sequence([alone, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(said, trainer)
    return made


def save(made: Any, folder: Path) -> None:
    """Writes a tokenizer's files, the chat template among them."""
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "eos_token": END,
        "model_max_length": CONTEXT,
        "padding_side": "left",
        "clean_up_tokenization_spaces": False,
    }
    text = json.dumps(about, indent=1) + "\n"
    (folder / "tokenizer_config.json").write_text(text, "utf-8")
    (folder / "chat_template.jinja").write_text(TEMPLATE, "utf-8")
