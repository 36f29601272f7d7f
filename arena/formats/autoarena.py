"""AutoArena's responses (kolenaIO/autoarena): one csv (or parquet, arrow) per model, of prompt and response.

The model is the file's name. A prompt is known by its words, so the models' files meet. There are no verdicts
in such a file. Built from the published schema.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import facts, fields, table
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "the published schema"
GIVES = "answers"


def fits(keys: Set[str]) -> bool:
    """Whether these are a response's columns, and none that say whose it is or how it was judged."""
    return {"prompt", "response"} <= keys and not keys & {"model", "winner", "label", "score", "messages"}


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(table.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Response per row, with its Prompt. An empty response is kept, an empty prompt is not."""
    model = fields.clean(source.path.stem)

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        prompt = facts.prompt(source.board, (fields.name(row, "prompt"),))
        return facts.response(prompt.id, model, (fields.optional(row, "response") or "",)), prompt

    return build(table.read(source.path, fits, "autoarena", ours=True), make)
