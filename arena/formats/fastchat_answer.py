"""FastChat answers: `model_answer/<model>.jsonl`, and `reference_answer/<author>.jsonl` as references.

In a folder `model_answer` the file's name is the model, as in FastChat; elsewhere the row's model_id without
its organisation. Every choice is a sample. Checked on arena-bench's and MT-bench's files. The time of writing
is left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from arena.formats.read import facts, fields, ids, objects
from arena.formats.read.fields import Malformed
from arena.formats.read.names import Names
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "a real file"
GIVES = "answers"


def fits(keys: Set[str]) -> bool:
    """Whether these are an answer's fields."""
    return {"question_id", "choices"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with an answer."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Response per choice, or a Reference in a folder `reference_answer`."""
    names = Names()
    folder = source.path.resolve().parent.name

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        prompt = ids.prompt(source.board, fields.identity(row, "question_id"))
        if folder == "model_answer":
            model = names.called(
                fields.optional(row, "model_id", "model") or source.path.stem, source.path.stem
            )
        else:
            model = names.short(fields.name(row, "model_id", "model"))
        choices = _choices(row)
        if folder == "reference_answer":
            return tuple(facts.reference(prompt, model, turns) for turns in choices)
        return tuple(facts.response(prompt, model, turns, sample) for sample, turns in enumerate(choices))

    return build(objects.read(source.path, fits, "fastchat_answer"), make, names)


def _choices(row: dict[str, Any]) -> list[tuple[str, ...]]:
    choices = row.get("choices")
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise Malformed(f"choices is not a list of objects: {fields.shown(choices)}")
    if not choices:
        raise Malformed("choices is empty")
    return [fields.turns(choice, "turns") for choice in choices]
