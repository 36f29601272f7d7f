"""AlpacaEval's leaderboard csv: name, win_rate and length_controlled_winrate, in percent.

Values stay percent, not Elo: order and agreement are meant, not odds. The length-controlled rate is shown
first where there is one; `win_rate` and `length_controlled` are categories. Standard errors become bounds.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import fields, table
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Published

CHECKED = "the published schema"
GIVES = "battles"

NORMAL = 1.96
RATES = {"length_controlled": "length_controlled_winrate", "win_rate": "win_rate"}
"""Category of each column."""


def fits(keys: Set[str]) -> bool:
    """Whether these are such a board's columns; the first one has no name in the published files."""
    return "win_rate" in keys and not keys.isdisjoint({"name", "", "model"}) and "rating" not in keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(table.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Published per rate and row, the first rate also without a category."""
    yield from build(table.read(source.path, fits, "alpaca_eval_board"), _lines)


def _lines(line: Line) -> tuple[Fact, ...]:
    row = line.values
    model = fields.name(row, next(key for key in ("name", "model", "") if key in row))
    found = {category: fields.cell(row, column) for category, column in RATES.items()}
    rates = {category: value for category, value in found.items() if value is not None}
    if not rates:
        raise fields.Malformed("win_rate is missing")
    error = fields.cell(row, "standard_error")
    lines = [
        _published(model, value, error if category == "win_rate" else None, category)
        for category, value in rates.items()
    ]
    first = lines[0]
    return (Published(model, first.value, first.low, first.high), *lines)


def _published(model: str, value: float, error: float | None, category: str) -> Published:
    if error is None:
        return Published(model, value, category=category)
    return Published(model, value, value - NORMAL * error, value + NORMAL * error, category=category)
