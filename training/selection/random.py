"""As many rows by lot: what every other rule has to beat."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from training.selection import making
from training.selection.types import Scene, Step
from training.types import Row

RULE = "random"


@dataclass(frozen=True, slots=True)
class Config:
    """How many."""

    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """Rows drawn by the seed."""
    most = making.quota(rows, config.n, config.share)
    drawn = sorted(rows, key=lambda row: making.order(scene.seed, row.id))
    return making.kept(RULE, rows, [row.id for row in drawn[:most]], "not drawn")
