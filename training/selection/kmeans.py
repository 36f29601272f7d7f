"""Rows from all over: prompts are embedded and clustered, and the clusters give a row each in turn.

With `each`, no cluster gives more than that. Which row of a cluster comes first is drawn by the seed. The
embedding model is the packaged one unless another is named.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from training.selection import making
from training.selection.types import Scene, Step
from training.types import Row

RULE = "kmeans"


@dataclass(frozen=True, slots=True)
class Config:
    """How many clusters and rows."""

    clusters: Annotated[int, Ge(1)] = 100
    """Clusters of prompts; no more than there are rows."""
    each: Annotated[int, Ge(0)] = 0
    """Rows that one cluster gives at most; 0: no limit."""
    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""
    model: str = ""
    """Embedding model: a directory or a name of the hub; empty: the packaged one."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows, evenly over the clusters."""
    if not rows:
        return Step(())
    most = making.quota(rows, config.n, config.share)
    turns: dict[int, list[str]] = defaultdict(list)  # first of each cluster, second of each, ...
    for members in _clusters(config, rows, scene):
        for turn, name in enumerate(members[: config.each or None]):
            turns[turn].append(name)
    taken = [name for turn in sorted(turns) for name in _shuffled(turns[turn], scene.seed)]
    return making.kept(RULE, rows, taken[:most], "its cluster has given enough")


def _clusters(config: Config, rows: tuple[Row, ...], scene: Scene) -> list[list[str]]:
    """Ids of each cluster's rows, in the order in which they are taken."""
    import numpy as np

    from arena.corpus import cluster, embed

    ordered = sorted(rows, key=lambda row: row.id)
    vectors = embed.vectors([making.asked(row) for row in ordered], config.model, check=scene.check)
    found = cluster.clustered(
        vectors, np.arange(len(ordered)), config.clusters, scene.seed, check=scene.check
    )
    groups: dict[int, list[str]] = defaultdict(list)
    for row, label in zip(ordered, found.labels.tolist(), strict=True):
        groups[label].append(row.id)
    return [_shuffled(groups[label], scene.seed) for label in sorted(groups)]


def _shuffled(names: list[str], seed: int) -> list[str]:
    return sorted(names, key=lambda name: making.order(seed, name))
