"""Who is comparable with whom: the graph of battles and the graph of wins, and the warnings that follow.

Leaves out what is done about it (`prior`).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from arena.ratings.pairs import TINY, Pairs
from arena.ratings.types import Cells, Floats, Ints, Warn

THIN = 30
"""Battles below which a model's rating is little more than a guess."""


def strong(size: int, winner: Ints, loser: Ints) -> Ints:
    """Label of each model's strongly connected component in the 'has beaten' graph."""
    return _label(size, winner, loser, "strong")


def islands(pairs: Pairs) -> Ints:
    """Label of each model's connected component in the 'has met' graph."""
    met = pairs.weight > 0
    return _label(pairs.size, pairs.a[met], pairs.b[met], "weak")


def warn(cells: Cells, pairs: Pairs) -> tuple[Warn, ...]:
    """Islands, models that only won or only lost, and models with few battles."""
    weight, points = totals(pairs)
    met = weight > 0
    battles = counts(cells)
    names = np.array(cells.models, dtype=object)
    found = [_islands_warning(names, islands(pairs))]
    never, always = met & (points <= TINY * weight), met & (points >= (1 - TINY) * weight)
    for code, text, mask in (
        ("winless", "never won nor tied, so only a bound on how weak they are is known", never),
        ("undefeated", "never lost nor tied, so only a bound on how strong they are is known", always),
        ("thin", f"have fewer than {THIN} battles: collect more before trusting their ranks", battles < THIN),
    ):
        models = tuple(sorted(names[mask]))
        found.append(Warn(code, f"{len(models)} of {len(names)} models {text}", models) if models else None)
    return tuple(warning for warning in found if warning)


def totals(pairs: Pairs) -> tuple[Floats, Floats]:
    """Weight and points (n,) of every model."""
    both = np.concatenate([pairs.a, pairs.b])
    weight = np.bincount(both, np.tile(pairs.weight, 2), pairs.size)
    points = np.bincount(both, np.concatenate([pairs.points, pairs.weight - pairs.points]), pairs.size)
    return weight.astype(np.float64), points.astype(np.float64)


def counts(cells: Cells) -> Ints:
    """Battles (n,) of every model under the tie policy."""
    size = len(cells.models)
    of_b = np.where(cells.a == cells.b, 0, cells.n)
    battles = np.bincount(cells.a, cells.n, size) + np.bincount(cells.b, of_b, size)
    return np.asarray(np.rint(battles), dtype=np.int64)


def _islands_warning(names: NDArray[np.object_], label: Ints) -> Warn | None:
    """All but the largest island are named as models; the text names them island by island."""
    groups = sorted((sorted(names[label == one]) for one in np.unique(label)), key=lambda g: (-len(g), g))
    if len(groups) < 2:
        return None
    shown = "; ".join(_brief(group) for group in groups[:4]) + (" ..." if len(groups) > 4 else "")
    text = (
        f"{len(groups)} groups of models never met each other, so their ratings cannot be compared: {shown}"
    )
    return Warn("disconnected", text, tuple(name for group in groups[1:] for name in group))


def _brief(group: list[str]) -> str:
    return ", ".join(group[:3]) + (f" and {len(group) - 3} more" if len(group) > 3 else "")


def _label(size: int, source: Ints, target: Ints, kind: Literal["strong", "weak"]) -> Ints:
    graph = csr_array((np.ones(len(source)), (source, target)), shape=(size, size))
    return np.asarray(connected_components(graph, connection=kind)[1], dtype=np.int64)
