"""The rows with the longest answers, in characters: a plain rule that is hard to beat (arXiv 2402.04833)."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from training.selection import making
from training.selection.types import Scene, Step
from training.types import Row

RULE = "longest"


@dataclass(frozen=True, slots=True)
class Config:
    """How many."""

    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The longest answers; equals are told apart by lot."""
    most = making.quota(rows, config.n, config.share)
    best = sorted(rows, key=lambda row: (-len(making.learnt(row)), making.order(scene.seed, row.id)))
    return making.kept(RULE, rows, [row.id for row in best[:most]], "others have longer answers")
