"""The rows whose answer is furthest above the one it beat, by the judge's points (the paper's own rule).

At least `k` points, then the widest gaps first. `lost` makes only rows that the target lost; behind `best`
this rule chooses among all prompts, as the paper's comparison of rules does.
"""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, PromptRow, Row

RULE = "pair_judge"


@dataclass(frozen=True, slots=True)
class Config:
    """How many, and how far above."""

    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""
    k: Annotated[float, Ge(0)] = 0.0
    """Least gap in the judge's points."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The widest gaps; equals are told apart by lot."""
    most = making.quota(rows, config.n, config.share)
    gaps = {row.id: _gap(row) for row in rows}
    faults = {row.id: making.enough(gaps[row.id], config.k, strict=False) for row in rows}
    none = {row.id for row in rows if gaps[row.id] is None}
    able = [row for row in rows if faults[row.id] is None and row.id not in none]
    best = sorted(able, key=lambda row: (-(gaps[row.id] or 0.0), making.order(scene.seed, row.id)))
    step = making.kept(RULE, able, [row.id for row in best[:most]], "others have a wider gap")
    unfit = tuple(
        Dropped(row.prompt, RULE, faults[row.id] or "no gap is known", row.battles)
        for row in rows
        if faults[row.id] is not None or row.id in none
    )
    return Step(step.rows, step.dropped + unfit)


def _gap(row: Row) -> float | None:
    return None if isinstance(row, PromptRow) else row.gap
