"""Pair counts: a csv or parquet table of model_a, model_b, win_a, win_b, tie and tie_bothbad (or both_bad).

A column category splits them. What is left of battles that are not known one by one. Checked on leaderbot's
counts of the LMSYS votes.
"""

from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from arena.formats.read import fields, table
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source, Written
from arena.types import Fact, PairCount

CHECKED = "a real file"
GIVES = "battles"
WRITES = "counts"


def fits(keys: Set[str]) -> bool:
    """Whether these are the columns of pair counts."""
    return {"model_a", "model_b", "win_a", "win_b", "tie"} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(table.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A PairCount per row. Without a column for it, both_bad is 0."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        names = fields.name(row, "model_a"), fields.name(row, "model_b")
        counts = _count(row, "win_a"), _count(row, "win_b"), _count(row, "tie")
        bad = "both_bad" if "both_bad" in row else "tie_bothbad"
        both_bad = _count(row, bad) if bad in row else 0.0
        return (PairCount(*names, *counts, both_bad, fields.optional(row, "category") or ""),)

    return build(table.read(source.path, fits, "pair_counts", ours=True), make)


def _count(row: Values, field: str) -> float:
    value = fields.cell(row, field)
    if value is None or value < 0:
        raise Malformed(f"{field} is missing" if value is None else f"{field} is negative: {value}")
    return value


def write(counts: Iterable[PairCount], path: Path) -> Written:
    """The same table, parquet or csv by suffix."""
    return Written(table.write(counts, PairCount, path))
