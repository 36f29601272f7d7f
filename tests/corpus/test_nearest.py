"""Nearest rows: block by block gives what one big product gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from arena.corpus import nearest


def unit(draw: np.random.Generator, rows: int) -> np.ndarray:
    found = draw.normal(size=(rows, 8))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@given(some.integers(0, 1000), some.integers(1, 700), some.integers(1, 9), some.integers(1, 6))
def test_ranks_are_those_of_the_whole_product(seed, rows, items, count):
    draw = np.random.default_rng(seed)
    corpus, benchmark = unit(draw, rows), unit(draw, items)
    numbers = np.flatnonzero(draw.random(rows) < 0.8)
    hits = list(nearest.hits(corpus, numbers, benchmark, nearest.Asked(count)))
    assert len(hits) == items * min(count, len(numbers))
    cosines = corpus @ benchmark.T
    for hit in hits:
        better = int((cosines[numbers, hit.item] > cosines[hit.row, hit.item] + 1e-6).sum())
        assert better < hit.rank
        assert abs(cosines[hit.row, hit.item] - hit.similarity) < 1e-5


def test_a_threshold_finds_what_no_rank_does():
    draw = np.random.default_rng(1)
    benchmark = unit(draw, 1)
    corpus = np.concatenate([np.repeat(benchmark, 4, axis=0), unit(draw, 20)])
    hits = list(nearest.hits(corpus, np.arange(24), benchmark, nearest.Asked(1, 0.99)))
    assert [(hit.row, hit.rank) for hit in hits] == [(0, 1), (1, 0), (2, 0), (3, 0)]
