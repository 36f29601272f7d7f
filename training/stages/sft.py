"""Supervised fine-tuning: imitate the answers of a rows file; the loss is on the model's own turns only.

Also makes SFT-I0 from a ShareGPT-like file and a base model (then name a chat template). Built on TRL's
SFTTrainer, which gets token ids and labels that were made here. Leaves out packing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.backends.types import Message
from arena.jobs.types import Desk
from training import rows as files
from training.stages import chat, course, leftout, loading
from training.stages.types import Result, Training
from training.types import SftRow, conversation

KIND = "sft"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of SFT; defaults are the paper's."""

    epochs: float = 3.0
    """Passes over the rows."""
    lr: float = 5e-6
    """Highest learning rate."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(epochs=6, lr=2e-3, batch=32, micro=32, max_length=256, warmup=0.05)


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` on `rows` and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    plan = course.begin("sft", config, rows, start, out, desk, version=VERSION)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start, config.chat_template)
    read = list(files.read(rows, "sft"))
    kept = [row for row in read if isinstance(row, SftRow)]
    data, fit = encoded(tokens, kept, config.max_length)
    course.enough(
        plan,
        fit,
        len(read),
        leftout.why(
            read, f"the others are longer than {config.max_length} tokens" if kept else "the file is empty"
        ),
    )
    return course.run(
        plan,
        lambda micro, work: _trainer(config, start, tokens, data, work, micro),
        count=fit,
        shown=_shown(kept, config.samples),
        notes=leftout.notes(read, len(kept), fit, f"rows are longer than {config.max_length} tokens"),
    )


def encoded(tokens: Any, kept: Sequence[SftRow], longest: int) -> tuple[dict[str, list[list[int]]], int]:
    """Columns of token ids and labels, and how many rows gave any."""
    columns: dict[str, list[list[int]]] = {"input_ids": [], "labels": []}
    fit = 0
    for row in kept:
        pieces = list(chat.encode(tokens, conversation(row.system, row.turns, row.answers), longest))
        fit += bool(pieces)
        for piece in pieces:
            pairs = zip(piece.ids, piece.mask, strict=True)
            columns["input_ids"].append(piece.ids)
            columns["labels"].append([token if own else -100 for token, own in pairs])
    return columns, fit


def _trainer(
    config: Config, start: Path, tokens: Any, data: dict[str, list[list[int]]], work: Path, micro: int
) -> Any:
    from datasets import Dataset
    from transformers import set_seed
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    set_seed(config.seed)
    told = loading.arguments(config, work, micro)
    return SFTTrainer(
        model=loading.model(start, config, tokens),
        args=SFTConfig(**told, max_length=None, completion_only_loss=False),
        train_dataset=Dataset.from_dict(data),
        processing_class=tokens,
        peft_config=loading.adapter(config),
    )


def _shown(kept: Sequence[SftRow], count: int) -> list[tuple[Message, ...]]:
    step = max(1, len(kept) // max(1, count))
    return [conversation(row.system, row.turns[:1], ()) for row in kept[::step][:count]]
