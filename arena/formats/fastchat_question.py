"""FastChat questions: `question.jsonl`, or a table, with question_id, category and turns, and references.

Checked on MT-bench's and arena-bench's files. Other fields (required_temperature) are left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import facts, fields, records
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "a real file"
GIVES = "questions"


def fits(keys: Set[str]) -> bool:
    """Whether these are a question's fields."""
    return {"question_id", "turns"} <= keys and not keys & {"model_a", "choices", "answer_id"}


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file starts with a question."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Prompt per row, and its Reference (by "question file") where there is one."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = records.nested(line.values, "turns", "reference")
        category = fields.optional(row, "category")
        prompt = facts.prompt(
            source.board,
            fields.turns(row, "turns"),
            fields.identity(row, "question_id"),
            categories=(category,) if category else (),
        )
        if not row.get("reference"):
            return (prompt,)
        return prompt, facts.reference(prompt.id, "question file", fields.turns(row, "reference"))

    return build(records.read(source.path, fits, "fastchat_question"), make)
