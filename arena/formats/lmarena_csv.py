"""LMArena's boards as tables (fboulnois/llm-leaderboard-csv): model, arena_score, 95_pct_ci and votes.

The score may be called arena_elo or score; the interval "+6/-5" becomes the bounds. With commit_date or date,
every date is a category and the newest is shown first. Checked on the boards of June to August 2024.
Organisation, licence, cutoff and rank under style control are left out.
"""

import re
from collections.abc import Iterator, Set
from pathlib import Path

from arena.errors import Unreadable
from arena.formats.read import dated, fields, table
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Note, Published

CHECKED = "a real file"
GIVES = "battles"

SCORES = ("arena_score", "arena_elo", "score")
DATES = ("commit_date", "date")
INTERVAL = re.compile(r"\s*\+(\d+(?:\.\d+)?)\s*/\s*-(\d+(?:\.\d+)?)\s*")


def fits(keys: Set[str]) -> bool:
    """Whether these are such a board's columns."""
    return {"model", "95_pct_ci"} <= keys and not keys.isdisjoint(SCORES)


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(table.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Published per row, without a category where the table has one date or none."""
    days = dated.days(table.read(source.path, fits, "lmarena_csv"), _day)
    if not days:
        raise Unreadable(f"{source.path}: no row has a date that can be read")
    if days != [""]:
        yield Note(dated.told(days))
    seen: set[tuple[str, str]] = set()

    def make(line: Line) -> tuple[Fact, ...]:
        day = _day(line)
        board = _published(line.values, day)
        if (day, board.model) in seen:
            raise Malformed(f"{board.model} already stands in the board{f' of {day}' if day else ''}")
        seen.add((day, board.model))
        return dated.lines((board,), days[-1]) if day else (board,)

    yield from build(table.read(source.path, fits, "lmarena_csv"), make)


def _day(line: Line) -> str:
    written = fields.pick(line.values, *DATES)
    return "" if written is None and not line.values.keys() & set(DATES) else dated.day(written)


def _published(row: Values, day: str) -> Published:
    model, value = fields.name(row, "model"), fields.cell(row, *SCORES)
    if value is None:
        raise Malformed("arena_score is missing")
    votes = fields.whole(fields.cell(row, "votes"), "votes")
    interval = fields.optional(row, "95_pct_ci")
    if interval is None:
        return Published(model, value, battles=votes, category=day)
    if (match := INTERVAL.fullmatch(interval)) is None:
        raise Malformed(f'95_pct_ci {fields.shown(interval)} is not like "+6/-5"')
    up, down = map(float, match.groups())
    return Published(model, value, value - down, value + up, votes, day)
