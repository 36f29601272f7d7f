"""Vicuna questions: `question.jsonl` with question_id, text and category.

Checked on lm-sys/vicuna-blog-eval.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import facts, fields, objects
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "a real file"
GIVES = "questions"


def fits(keys: Set[str]) -> bool:
    """Whether these are a question's fields."""
    return {"question_id", "text", "category"} <= keys and not keys & {"answer_id", "answer1_id", "turns"}


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a question."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Prompt per row."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        category = fields.optional(row, "category")
        turns = (fields.name(row, "text"),)
        number = fields.identity(row, "question_id")
        return (facts.prompt(source.board, turns, number, categories=(category,) if category else ()),)

    return build(objects.read(source.path, fits, "vicuna_question"), make)
