"""Clusters: both kinds of K-Means find what is plain to see, the same seed gives the same bits."""

import numpy as np
import pytest

from arena.corpus import cluster


def blobs(each: int, seed: int = 0) -> np.ndarray:
    """Four tight bunches of directions, in turn."""
    draw = np.random.default_rng(seed)
    rows = np.tile(np.eye(4, 16), (each, 1)) + draw.normal(0, 0.05, (4 * each, 16))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


@pytest.mark.parametrize("method", ["full", "minibatch"])
def test_bunches_become_clusters_with_the_same_bits_each_time(method):
    rows, numbers = blobs(60), np.arange(240)
    first, again = (cluster.clustered(rows, numbers, 4, 3, method) for _ in range(2))
    assert first.method == method
    assert all(len(set(first.labels[at::4])) == 1 for at in range(4))
    assert len(set(first.labels.tolist())) == 4
    assert first.nearness.min() > 0.8
    assert first.centers.tobytes() == again.centers.tobytes()


def test_only_the_rows_that_are_asked_for_count():
    rows = blobs(20)
    found = cluster.clustered(rows, np.arange(0, 80, 4), 3, 0)
    assert found.labels.shape == (20,)
    assert found.nearness.min() > 0.8


def test_there_are_no_more_clusters_than_rows():
    found = cluster.clustered(blobs(1), np.arange(3), 500, 0)
    assert len(found.centers) == 3
    assert sorted(found.labels.tolist()) == [0, 1, 2]


def test_the_map_shows_what_varies_most():
    rows, numbers = blobs(50), np.arange(200)
    plane = cluster.plane(rows, numbers, 0)
    points = plane.put(rows)
    spread = [np.std(points[at::4], axis=0).max() for at in range(4)]
    assert max(spread) < 0.2 < np.std(points, axis=0).min()
    assert 0.5 < plane.share <= 1
    assert plane.put(rows).tolist() == cluster.plane(rows, numbers, 0).put(rows).tolist()
