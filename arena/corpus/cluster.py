"""K-Means over the vectors of a corpus, and a map of it in two dimensions. The same seed gives the same bits.

One thread, because the order in which threads add up would show in the last bits. Full K-Means holds the
vectors in float32 (1.5 kB per prompt); the one in batches holds a batch. Leaves out drawing (`draw`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from arena.corpus.types import Matrix, Numbers

FULL = 100_000
"""Prompts up to which `auto` is the full K-Means."""
BATCH = 10_000
ROUNDS = 10
"""Times that K-Means in batches sees every prompt."""
MAPPED = 5_000
"""Prompts that the map's axes are found with."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """Which cluster each of `numbers` is in, and how near its centre."""

    labels: NDArray[np.int32]
    nearness: NDArray[np.float32]
    """Cosine to the centre."""
    centers: NDArray[np.float32]
    method: str


def clustered(
    vectors: Matrix,
    numbers: Numbers,
    count: int,
    seed: int,
    method: Literal["auto", "full", "minibatch"] = "auto",
    check: Callable[[], None] = lambda: None,
) -> Clustered:
    """Clusters the rows of `numbers`; no more clusters than rows."""
    from threadpoolctl import threadpool_limits

    count = min(count, len(numbers))
    chosen = ("full" if len(numbers) <= FULL else "minibatch") if method == "auto" else method
    with threadpool_limits(1):
        centers = (_full if chosen == "full" else _batched)(vectors, numbers, count, seed, check)
        labels, nearness = _assigned(vectors, numbers, centers, check)
    return Clustered(labels, nearness, centers, chosen)


def _full(
    vectors: Matrix, numbers: Numbers, count: int, seed: int, _: Callable[[], None]
) -> NDArray[np.float32]:
    from sklearn.cluster import KMeans

    rows = np.asarray(vectors[numbers], dtype=np.float32)
    made = KMeans(count, n_init=1, max_iter=50, random_state=seed, copy_x=False).fit(rows)
    return np.asarray(made.cluster_centers_, dtype=np.float32)


def _batched(
    vectors: Matrix, numbers: Numbers, count: int, seed: int, check: Callable[[], None]
) -> NDArray[np.float32]:
    from sklearn.cluster import MiniBatchKMeans

    size = max(BATCH, 3 * count)
    made = MiniBatchKMeans(count, n_init=1, random_state=seed, batch_size=size, init_size=size)
    draw = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        order = draw.permutation(numbers)
        for start in range(0, len(order), size):
            check()
            part = np.sort(order[start : start + size])
            if start == 0 or len(part) == size:
                made.partial_fit(np.asarray(vectors[part], dtype=np.float32))
    return np.asarray(made.cluster_centers_, dtype=np.float32)


def _assigned(
    vectors: Matrix, numbers: Numbers, centers: NDArray[np.float32], check: Callable[[], None]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    labels = np.zeros(len(numbers), dtype=np.int32)
    nearness = np.zeros(len(numbers), dtype=np.float32)
    lengths = np.linalg.norm(centers, axis=1)
    offset = (lengths**2) / 2
    for start in range(0, len(numbers), BATCH):
        check()
        rows = np.asarray(vectors[numbers[start : start + BATCH]], dtype=np.float32)
        products = rows @ centers.T
        best = np.argmax(products - offset, axis=1)
        span = slice(start, start + len(rows))
        labels[span] = best
        nearness[span] = products[np.arange(len(rows)), best] / np.maximum(lengths[best], 1e-9)
    return labels, nearness


@dataclass(frozen=True, slots=True)
class Plane:
    """Two axes through a corpus: what varies most (PCA)."""

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    share: float
    """Share of the variance that the two axes show."""

    def put(self, rows: Matrix) -> NDArray[np.float64]:
        """Rows as points."""
        return np.asarray((np.asarray(rows, dtype=np.float64) - self.mean) @ self.axes.T)


def plane(vectors: Matrix, numbers: Numbers, seed: int) -> Plane:
    """The plane of a corpus, from a sample of it."""
    from threadpoolctl import threadpool_limits

    draw = np.random.default_rng([seed, 2])
    some = numbers if len(numbers) <= MAPPED else np.sort(draw.choice(numbers, MAPPED, replace=False))
    rows = np.asarray(vectors[some], dtype=np.float64)
    mean = rows.mean(axis=0)
    with threadpool_limits(1):
        values, axes = np.linalg.eigh(np.atleast_2d(np.cov(rows - mean, rowvar=False, bias=True)))
    top = axes[:, ::-1][:, :2].T
    signs = np.sign(top[np.arange(len(top)), np.abs(top).argmax(axis=1)])
    total = float(values.sum())
    return Plane(mean, top * signs[:, None], float(values[::-1][:2].sum() / total) if total > 0 else 0.0)
