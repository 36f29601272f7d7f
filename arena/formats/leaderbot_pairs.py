"""leaderbot's pair counts (suquark/leaderbot): one JSON document of models, X (pairs) and Y (counts).

X holds pairs of positions in models, Y the counts [first won, second won, tie, both bad] of each. Built from
the published schema.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from arena.errors import Unreadable
from arena.formats.read import document, fields
from arena.formats.read.fields import Malformed
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, PairCount

CHECKED = "the published schema"
GIVES = "battles"

OUTCOMES = ("win_a", "win_b", "tie", "both_bad")


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the document starts with models and pairs."""
    return {"models", "X"} <= document.keys(head)


def read(source: Source) -> Iterator[Item]:
    """A PairCount per pair."""
    whole = document.read(source.path, ("models", "X", "Y"), "leaderbot_pairs")
    models, pairs, counts = (whole[member] for member in ("models", "X", "Y"))
    if not all(isinstance(member, list) for member in (models, pairs, counts)) or len(pairs) != len(counts):
        raise Unreadable(f"{source.path}: X and Y are not two lists of the same length, or models is no list")

    def make(line: Line) -> tuple[Fact, ...]:
        one, two = _names(models, line.values["X"])
        return (PairCount(one, two, *_counts(line.values["Y"])),)

    rows = zip(count(1), pairs, counts, strict=False)
    yield from build((Line(number, {"X": pair, "Y": counted}) for number, pair, counted in rows), make)


def _names(models: list[Any], pair: Any) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(type(place) is int for place in pair):
        raise Malformed(f"X is not two positions: {fields.shown(pair)}")
    if not all(0 <= place < len(models) for place in pair):
        raise Malformed(f"X {fields.shown(pair)} is outside of the {len(models)} models")
    one, two = (fields.name({"models": models[place]}, "models") for place in pair)
    return one, two


def _counts(counted: Any) -> tuple[float, float, float, float]:
    if not isinstance(counted, list) or len(counted) != len(OUTCOMES):
        raise Malformed(f"Y is not {len(OUTCOMES)} counts: {fields.shown(counted)}")
    row = dict(zip(OUTCOMES, counted, strict=True))
    found = [fields.number(row, name) for name in OUTCOMES]
    if any(number is None or number < 0 for number in found):
        raise Malformed(f"Y holds what is no count: {fields.shown(counted)}")
    a, b, tie, bad = (number or 0.0 for number in found)
    return a, b, tie, bad
