"""Cells and evidence from plain lists of (a, b, outcome), so that tests read as what they test."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from arena.ratings.types import Cells, Clusters, Evidence
from arena.ratings.types import Sequence as Played

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
WORTH = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}

Battle = tuple[str, str, str | float]
"""(model a, model b, outcome or a's soft preference)."""


def cells(
    battles: Iterable[Battle], models: Sequence[str] = (), weights: Sequence[float] | None = None
) -> Cells:
    """One cell per ordered pair, as the store would sum them with ties as half a win."""
    rows = list(battles)
    names = tuple(models) or tuple(sorted({name for a, b, _ in rows for name in (a, b)}))
    index = {name: i for i, name in enumerate(names)}
    keys = sorted({(index[a], index[b]) for a, b, _ in rows})
    sums = {key: np.zeros(10) for key in keys}
    for (a, b, outcome), w in zip(rows, weights or [1.0] * len(rows), strict=True):
        y = WORTH[outcome] if isinstance(outcome, str) else outcome
        kind = [float(outcome == name) for name in WORTH] if isinstance(outcome, str) else [y, 1 - y, 0, 0]
        sums[index[a], index[b]] += [1, w, w * y, w * w, w * w * y, w * w * y * y, *kind]
    table = np.array(list(sums.values())).reshape(-1, 10).T
    a, b = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    return Cells(names, a, b, table[0].astype(np.int64), *table[1:])


def counted(
    models: Sequence[str], a: object, b: object, win_a: object, win_b: object, tie: object, both_bad: object
) -> Cells:
    """Cells from columns of pair counts, ties as half a win."""
    index = {name: i for i, name in enumerate(models)}
    left, right = (np.array([index[name] for name in column]) for column in (a, b))
    wins, losses, ties, bad = (np.asarray(column, dtype=float) for column in (win_a, win_b, tie, both_bad))
    n, points = wins + losses + ties + bad, wins + (ties + bad) / 2
    square = wins + (ties + bad) / 4
    return Cells(
        tuple(models), left, right, n.astype(np.int64), n, points, n, points, square, wins, losses, ties, bad
    )


def grouped(battles: Iterable[Battle], prompts: Sequence[int], models: Sequence[str] = ()) -> Evidence:
    """Cells and clusters: one cluster per prompt."""
    rows = list(battles)
    table = cells(rows, models)
    index = {name: i for i, name in enumerate(table.models)}
    sums: dict[tuple[int, int, int], list[float]] = {}
    for (a, b, outcome), prompt in zip(rows, prompts, strict=True):
        y = WORTH[outcome] if isinstance(outcome, str) else outcome
        cell = sums.setdefault((prompt, index[a], index[b]), [0.0, 0.0])
        cell[0] += 1
        cell[1] += y
    keys = np.array(list(sums), dtype=np.int64).reshape(-1, 3)
    values = np.array(list(sums.values())).reshape(-1, 2)
    return Evidence(table, Clusters(keys[:, 0], keys[:, 1], keys[:, 2], values[:, 0], values[:, 1]))


def played(battles: Iterable[Battle], models: Sequence[str] = ()) -> Evidence:
    """Cells and the battles one by one."""
    rows = list(battles)
    table = cells(rows, models)
    index = {name: i for i, name in enumerate(table.models)}
    a, b = (np.array([index[row[side]] for row in rows], dtype=np.int64) for side in (0, 1))
    y = np.array([WORTH[row[2]] if isinstance(row[2], str) else row[2] for row in rows], dtype=float)
    return Evidence(table, sequence=Played(a, b, y))
