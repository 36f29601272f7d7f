"""Drawing from clusters, and splitting what is left: seeded, each draw with a stream of its own.

Leaves out what difficulty is (`difficulty`, `proxy`).
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from arena.corpus.types import Mask, Numbers

Labels = NDArray[np.int32]


def each(labels: Labels, count: int, seed: int, stream: int, left_out: Mask | None = None) -> Numbers:
    """Places of up to `count` rows of every cluster, drawn at random, in order; none of `left_out`."""
    draw = np.random.default_rng([seed, stream])
    order = draw.permutation(len(labels))
    if left_out is not None:
        order = order[~left_out[order]]
    order = order[np.argsort(labels[order], kind="stable")]
    rank = np.arange(len(order)) - np.searchsorted(labels[order], labels[order])
    return np.sort(order[rank < count]).astype(np.int64)


def hardest(rated: Mapping[int, float], count: int) -> Numbers:
    """The `count` places with the highest rating; of equal ones the earlier."""
    order = sorted(rated, key=lambda place: (-rated[place], place))
    return np.array(sorted(order[:count]), dtype=np.int64)


def parts(
    labels: Labels,
    rest: Numbers,
    count: int,
    first: int | None,
    how: Literal["random", "stratified"],
    seed: int,
) -> tuple[Numbers, ...]:
    """D0, D1, ..., D`count` of the places in `rest`: `first` in D0, the others as equal as can be."""
    draw = np.random.default_rng([seed, 3])
    order = draw.permutation(rest)
    if how == "stratified":
        order = _spread(labels, order)
    zero = len(rest) // (count + 1) if first is None else min(first, len(rest))
    if how == "random":
        return np.sort(order[:zero]), *(np.sort(order[zero + at :: count]) for at in range(count))
    picked = np.zeros(len(order), dtype=bool)
    if zero:
        picked[np.floor(np.arange(zero) * len(order) / zero).astype(int)] = True
    others = order[~picked]
    return np.sort(order[picked]), *(np.sort(others[at::count]) for at in range(count))


def _spread(labels: Labels, order: Numbers) -> Numbers:
    """The places, cluster by cluster."""
    return order[np.argsort(labels[order], kind="stable")]
