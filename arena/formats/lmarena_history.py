"""The arena's boards over time (nakasyou/lmarena-history): ratings by date, as a table.

Long: date, model, elo, kind. Wide (its `output/result.csv`): an unnamed column of dates, then one per model,
0.0 where it was absent. A date is a category, the newest is shown first. Boards before 2024-06-29 are online
Elo, not Bradley-Terry: a note says how many. Checked on the history up to 2024-08-22.
"""

import re
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from arena.errors import Unreadable
from arena.formats.read import dated, fields, table
from arena.formats.read.fields import Malformed
from arena.formats.read.rows import Line, build
from arena.formats.read.text import BOM
from arena.formats.types import Item, Source
from arena.types import Fact, Note, Published

CHECKED = "a real file"
GIVES = "battles"

LONG = {"date", "model", "elo", "kind"}
BRADLEY_TERRY = "2024-06-29"
"""The first board of the history that is Bradley-Terry."""

_WIDE = re.compile(rb",[^\r\n]+\r?\n\d{8},")


def fits(keys: Set[str]) -> bool:
    """Whether these are the columns of a long history, or of a wide one: models beside an unnamed one."""
    return keys >= LONG or ("" in keys and len(keys) > 1 and not keys & {"model", "name"})


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table is such a history; a wide one also by its first date."""
    columns = table.columns(path, head)
    return columns >= LONG or (fits(columns) and bool(_WIDE.match(head.removeprefix(BOM))))


def read(source: Source) -> Iterator[Item]:
    """A row's Published lines: one of a long history, one per model of a wide one."""
    days = dated.days(table.read(source.path, fits, "lmarena_history"), _day)
    if not days:
        raise Unreadable(f"{source.path}: no row has a date")
    yield Note(dated.told(days))
    if old := [day for day in days if day < BRADLEY_TERRY]:
        yield Note(f"{len(old)} of the dates, to {old[-1]}, are online Elo, not Bradley-Terry")
    seen: set[tuple[str, str]] = set()

    def make(line: Line) -> tuple[Fact, ...]:
        day, ratings = _day(line), _ratings(line.values)
        for model in ratings:
            if (day, model) in seen:
                raise Malformed(f"{model} already has a rating of {day}")
        seen.update((day, model) for model in ratings)
        return dated.lines(
            (Published(model, value, category=day) for model, value in ratings.items()), days[-1]
        )

    yield from build(table.read(source.path, fits, "lmarena_history"), make)


def _day(line: Line) -> str:
    return dated.day(line.values.get("date", line.values.get("")))


def _ratings(row: dict[str, Any]) -> dict[str, float]:
    """Ratings by model; 0 and nothing mean that a wide row's model was absent."""
    if row.keys() >= LONG:
        value = fields.cell(row, "elo")
        if value is None:
            raise Malformed("elo is missing")
        return {fields.name(row, "model"): value}
    ratings = {model: fields.cell(row, model) for model in row if model.strip()}
    found = {model: value for model, value in ratings.items() if value}
    if not found:
        raise Malformed("no model has a rating")
    return found
