"""True skill as a board on the Elo scale: 1000 plus 400 points per power of ten in the odds of being right.

So it can be laid beside a board of battles. One row per model and category; sampled answers, as in battles.
"""

import csv
from collections.abc import Iterable
from math import log10
from pathlib import Path

from arena.cells import inert
from arena.pocket.skill import Skill

COLUMNS = ("category", "model", "rating", "low", "high", "battles")
_CATEGORIES = ("all", "knowledge", "tables", "order", "letters", "form", "follow-up")


def write(found: Iterable[Skill], path: Path) -> int:
    """Writes the board, best first in each category; returns its rows."""
    kept = [one for one in found if (one.way, one.items) == ("sampled", "all") and one.group in _CATEGORIES]
    kept.sort(key=lambda one: (_CATEGORIES.index(one.group), -one.right, one.model))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in kept:
            category = "full" if one.group == "all" else one.group
            writer.writerow((category, inert(one.model), *(f"{value:.1f}" for value in ratings(one)), one.n))
    return len(kept)


def ratings(one: Skill) -> tuple[float, float, float]:
    """(rating, low, high) of a share; none right or all right counts as half an answer more or less."""
    edge = 0.5 / (one.n + 1)
    shares = ((one.right * one.n + 0.5) / (one.n + 1), one.low, one.high)
    rating, low, high = (min(max(share, edge), 1 - edge) for share in shares)
    return points(rating), min(points(low), points(rating)), max(points(high), points(rating))


def points(share: float) -> float:
    """A share of right answers on the Elo scale."""
    return 1000 + 400 * log10(share / (1 - share))
