"""FastChat single grades: `model_judgment/<judge>_single.jsonl` with question_id, model, judgment and score.

A score of null or below zero means that the judge's reply could not be read. Rows without a judge take the
one named at import. Checked on arena-bench's files. The prompt shown to the judge is left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import fields, ids, judges, objects
from arena.formats.read.fields import Malformed
from arena.formats.read.names import Names
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Grade, Status

CHECKED = "a real file"
GIVES = "battles"


def fits(keys: Set[str]) -> bool:
    """Whether these are a single grade's fields."""
    return {"question_id", "score", "judgment"} <= keys and bool(keys & {"model", "model_id"})


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a single grade."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Grade per row."""
    names = Names()

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        if "score" not in row:
            raise Malformed("score is missing")
        score = fields.number(row, "score")
        if score is not None and score < 0:
            score = None
        judge, turn = judges.named(row, source), fields.turn(row)
        model = names.short(fields.name(row, "model", "model_id"))
        prompt = ids.prompt(source.board, fields.identity(row, "question_id"))
        key = ids.grade(source.board, judge, prompt, model, turn)
        words = fields.optional(row, "judgment")
        status: Status = "unparsed" if score is None else "ok"
        return (Grade(key, prompt, model, judge, turn, score, words, status),)

    return build(objects.read(source.path, fits, "fastchat_single"), make, names)
