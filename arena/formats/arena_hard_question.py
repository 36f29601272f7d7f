"""Arena-Hard questions, v0.1 and v2.0: `question.jsonl` of uid, category, cluster or subcategory, prompt.

Checked on v0.1's 500 questions. Files of before April 2025, with question_id and turns, are FastChat's.
"""

from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

from arena.formats.read import facts, fields, objects
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "a real file"
GIVES = "questions"


def fits(keys: Set[str]) -> bool:
    """Whether these are a question's fields."""
    return {"uid", "category", "prompt"} <= keys and not keys & {"messages", "games"}


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a question."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Prompt per row."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        named = fields.optional(row, "category"), fields.optional(row, "subcategory", "cluster")
        tags = tuple(dict.fromkeys(name for name in named if name))
        turns = (fields.name(row, "prompt"),)
        prompt = facts.prompt(source.board, turns, fields.identity(row, "uid"), categories=tags)
        return (replace(prompt, language=fields.optional(row, "language")),)

    return build(objects.read(source.path, fits, "arena_hard_question"), make)
