"""Published boards in csv, json or parquet: model, rating, low, high, battles, category.

Only the first two have to be there; the rating may be called value, elo or score. Bounds may be called
rating_q025 and rating_q975, battles num_battles or votes. Json is a list of such objects or {category:
{model: {...}}}. Checked on LMSYS's board of 2024-05-27 and Arena-Hard's. Ranks and dates are left out: a file
has one date.
"""

import json
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from arena.errors import Unreadable
from arena.formats.read import fields, objects, table
from arena.formats.read.fields import Malformed
from arena.formats.read.rows import Line, build
from arena.formats.read.text import BOM, head
from arena.formats.types import Item, Source, Written
from arena.types import Fact, Published, Reject

CHECKED = "a real file"
GIVES = "battles"
WRITES = "board"

VALUE = ("rating", "value", "elo", "score")
LOW = ("low", "rating_q025")
HIGH = ("high", "rating_q975")
BATTLES = ("battles", "num_battles", "votes")

NESTED = re.compile(rb'\s*\{\s*"[^"]*"\s*:\s*\{\s*"[^"]*"\s*:\s*\{[^{}]*"(?:rating|value|elo|score)"\s*:')
"""The start of {category: {model: {rating: ...}}}."""


def fits(keys: Set[str]) -> bool:
    """Whether these are a board's columns, and not those of lmarena_history or lmarena_csv."""
    other = {"question_id", "instruction", "prompt", "kind", "95_pct_ci"}
    return "model" in keys and not keys.isdisjoint(VALUE) and not keys & other


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file is such a table, list or nesting."""
    return (
        fits(table.columns(path, head))
        or fits(objects.keys(head))
        or bool(NESTED.match(head.removeprefix(BOM)))
    )


def read(source: Source) -> Iterator[Item]:
    """A Published per row. Two rows of one model and category clash: the second is rejected."""
    first: dict[tuple[str, str], int] = {}
    dates: set[Any] = set()

    def make(line: Line) -> tuple[Fact, ...]:
        board = _published(line)
        dates.add(fields.shown(fields.pick(line.values, "date", "commit_date")))
        if len(dates) > 1:
            raise Unreadable(
                f"{source.path}: boards of several dates ({', '.join(sorted(dates))}); keep one date's rows"
            )
        if (before := first.setdefault((board.model, board.category), line.number)) != line.number:
            raise Malformed(f"{board.model} already stands in row {before}")
        return (board,)

    return build(_rows(source.path), make)


def _published(line: Line) -> Published:
    row = line.values
    model = fields.name(row, "model")
    value, low, high = (fields.cell(row, *names) for names in (VALUE, LOW, HIGH))
    if value is None:
        raise Malformed("rating is missing")
    if low is not None and high is not None and low > high:
        raise Malformed(f"low {low} is above high {high}")
    battles = fields.whole(fields.cell(row, *BATTLES), "battles")
    return Published(model, value, low, high, battles, fields.optional(row, "category") or "")


def _rows(path: Path) -> Iterator[Line | Reject]:
    start = head(path)
    if NESTED.match(start.removeprefix(BOM)):
        return _nested(path)
    if start.removeprefix(BOM).lstrip()[:1] in (b"[", b"{"):
        return objects.read(path, fits, "published_board")
    return table.read(path, fits, "published_board", ours=True)


def _nested(path: Path) -> Iterator[Line | Reject]:
    position = count(1)
    for category, models in objects.document(path).items():
        if not isinstance(models, dict):
            raise Unreadable(f"{path}: category {fields.shown(category)} holds no models")
        for model, row in models.items():
            number = next(position)
            if isinstance(row, dict):
                yield Line(number, row | {"model": model, "category": category})
            else:
                yield Reject(number, f"model {fields.shown(model)} is not an object", fields.shown(row))


def write(boards: Iterable[Published], path: Path) -> Written:
    """A json list by the suffix .json, else csv or parquet."""
    if path.suffix.lower() != ".json":
        return Written(table.write(boards, Published, path))
    rows = [asdict(board) for board in boards]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Written(len(rows))
