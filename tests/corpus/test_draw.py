"""Drawing and splitting: counts per cluster, nothing twice, nothing lost, the same seed the same draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from arena.corpus import draw

LABELS = some.lists(some.integers(0, 6), min_size=1, max_size=200).map(
    lambda found: np.array(found, np.int32)
)


@given(LABELS, some.integers(0, 9), some.integers(0, 99))
def test_each_cluster_gives_what_it_has_up_to_the_count(labels, count, seed):
    found = draw.each(labels, count, seed, 0)
    for label, size in zip(*np.unique(labels, return_counts=True), strict=True):
        assert (labels[found] == label).sum() == min(count, size)
    assert (np.diff(found) > 0).all()
    assert found.tolist() == draw.each(labels, count, seed, 0).tolist()


@given(LABELS, some.integers(0, 99))
def test_candidates_are_none_of_those_left_out(labels, seed):
    first = draw.each(labels, 2, seed, 0)
    out = np.zeros(len(labels), dtype=bool)
    out[first] = True
    assert not set(draw.each(labels, 20, seed, 1, out).tolist()) & set(first.tolist())


@given(LABELS, some.integers(1, 12), some.sampled_from(["random", "stratified"]), some.integers(0, 99))
def test_parts_are_disjoint_and_whole(labels, count, how, seed):
    rest = np.arange(len(labels))
    parts = draw.parts(labels, rest, count, None, how, seed)
    assert len(parts) == count + 1
    assert sorted(int(place) for part in parts for place in part) == rest.tolist()
    sizes = [len(part) for part in parts[1:]]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("how", ["random", "stratified"])
def test_d0_has_the_size_that_is_asked_for(how):
    labels = np.zeros(1000, np.int32)
    parts = draw.parts(labels, np.arange(1000), 9, 100, how, 0)
    assert [len(part) for part in parts] == [100] * 10


def test_stratified_parts_have_their_share_of_every_cluster():
    labels = np.repeat(np.arange(5, dtype=np.int32), 100)
    for part in draw.parts(labels, np.arange(500), 4, None, "stratified", 3):
        assert np.bincount(labels[part]).tolist() == [20] * 5


def test_the_hardest_are_taken_and_of_equal_ones_the_earlier():
    assert draw.hardest({3: 5.0, 1: 9.0, 2: 5.0, 7: 1.0}, 2).tolist() == [1, 2]
