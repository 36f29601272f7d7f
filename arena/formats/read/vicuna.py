"""Vicuna's answers, for two formats: the answers themselves and the reviews that name them by id."""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.errors import ArenaError
from arena.formats.read import facts, fields, ids, objects
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.names import Names
from arena.formats.read.rows import Line
from arena.formats.read.text import head
from arena.formats.types import Source
from arena.types import Response

ABOVE = 3
"""Folders above a review in which an `answer` folder is looked for."""


def fits(keys: Set[str]) -> bool:
    """Whether these are an answer's fields."""
    return {"question_id", "answer_id", "model_id", "text"} <= keys


def response(row: Values, board: str, names: Names) -> Response:
    """The answer in a row. Its model keeps its version, except a bare "v1"."""
    said = fields.name(row, "model_id")
    model = names.called(said, said.removesuffix(":v1").replace(":", "-"))
    prompt = ids.prompt(board, fields.identity(row, "question_id"))
    return facts.response(prompt, model, (fields.text(row, "text"),))


def answers(source: Source) -> dict[str, Response]:
    """Answers by answer id, from files under the import's root, or else beside or above the review."""
    names, found = Names(), dict[str, Response]()
    for folder in _folders(source):
        for path in sorted(folder.glob("**/*.jsonl" if folder == source.root else "*.jsonl")):
            for row in _rows(path):
                try:
                    found[fields.name(row, "answer_id")] = response(row, source.board, names)
                except Malformed:
                    continue  # told where the answer file itself is imported
        if found:
            break
    return found


def _folders(source: Source) -> Iterator[Path]:
    if source.root.is_dir():
        yield source.root
    here = source.path.resolve().parent
    yield here
    for above in (here, *here.parents[:ABOVE]):
        yield above / "answer"


def _rows(path: Path) -> Iterator[Values]:
    try:
        if path.is_file() and fits(objects.keys(head(path))):
            yield from (
                row.values for row in objects.read(path, fits, "vicuna_answer") if isinstance(row, Line)
            )
    except ArenaError:
        return  # an answer file that cannot be read explains nothing; importing it says why
