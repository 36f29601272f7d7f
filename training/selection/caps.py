"""No opponent and no cluster may make up too much of a selection; the rows with the smallest gap go first."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, PromptRow, Row

RULE = "caps"


@dataclass(frozen=True, slots=True)
class Config:
    """Most rows; 0 and 1: no limit."""

    opponent: Annotated[int, Ge(0)] = 0
    """Rows by one author of the preferred answer."""
    cluster: Annotated[int, Ge(0)] = 0
    """Rows of one cluster (or category) of prompts."""
    opponent_share: Annotated[float, Ge(0), Le(1)] = 1.0
    """Share of the rows given that one author may have."""
    cluster_share: Annotated[float, Ge(0), Le(1)] = 1.0
    """Share of the rows given that one cluster may have."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows up to the caps."""
    author = _most(config.opponent, config.opponent_share, len(rows))
    cluster = _most(config.cluster, config.cluster_share, len(rows))
    gone = _over(rows, author, _author, scene.seed, "more rows of one author than the cap")
    left = tuple(row for row in rows if row.id not in gone)
    gone |= _over(left, cluster, lambda row: scene.cluster(row.prompt), scene.seed, "more rows of one cluster than the cap")  # fmt: skip # noqa: E501
    return Step(
        tuple(row for row in rows if row.id not in gone),
        tuple(Dropped(row.prompt, RULE, gone[row.id], row.battles) for row in rows if row.id in gone),
    )


def _most(count: int, share: float, rows: int) -> int | None:
    limits = [count] * bool(count) + [max(1, int(share * rows))] * (share < 1)
    return min(limits, default=None)


def _author(row: Row) -> str:
    return "" if isinstance(row, PromptRow) else row.model


def _over(
    rows: tuple[Row, ...], most: int | None, group: Callable[[Row], str], seed: int, reason: str
) -> dict[str, str]:
    if most is None:
        return {}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[group(row)].append(row)
    return {
        row.id: reason
        for name, members in groups.items()
        if name
        for row in sorted(members, key=lambda row: (-_gap(row), making.order(seed, row.id)))[most:]
    }


def _gap(row: Row) -> float:
    return 0.0 if isinstance(row, PromptRow) or row.gap is None else row.gap
