"""Near-duplicates: what the signatures say beside the exact likeness of the shingles."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from arena.corpus import minhash
from arena.corpus.minhash import grams


def sets(*members: range) -> list[list[str]]:
    return [[f"s{number}" for number in member] for member in members]


def found(rows: list[list[str]], threshold: float, path: Path) -> dict[int, int]:
    signatures = minhash.signed(rows, len(rows), 128, path / "s.npy")
    return {row: other for row, other, _ in minhash.near(signatures, threshold)}


def test_equal_rows_leave_the_first(tmp_path):
    rows = sets(range(40), range(100, 140), range(40), range(40), range(100, 140))
    assert found(rows, 0.7, tmp_path) == {2: 0, 3: 0, 4: 1}


def test_likeness_is_estimated_within_a_tenth(tmp_path):
    for shared in (100, 150, 180, 200):
        rows = sets(range(200), range(200 - shared, 400 - shared))
        signatures = minhash.signed(rows, 2, 512, tmp_path / "s.npy")
        assert abs(float(np.mean(signatures[0] == signatures[1])) - shared / (400 - shared)) < 0.1


@pytest.mark.parametrize(("threshold", "permutations"), [(1.0, 128), (0.9, 16)])
def test_at_the_strictest_thresholds_equal_rows_are_found(threshold, permutations):
    rows = sets(range(40), range(1, 41), range(40))
    signatures = minhash.signed(rows, len(rows), permutations)
    assert (2, 0, 1.0) in list(minhash.near(signatures, threshold))
    assert (0, 2, 1.0) in list(minhash.Index(signatures, threshold).hits(signatures))


def test_a_row_is_compared_with_kept_ones_alone(tmp_path):
    rows = sets(
        range(100), range(12, 112), range(24, 124)
    )  # the middle one is like both, the ends are not alike
    assert found(rows, 0.7, tmp_path) == {1: 0}


def test_a_lower_threshold_never_takes_out_less(tmp_path):
    draw = np.random.default_rng(0)
    rows = [[f"s{n}" for n in draw.choice(300, 60, replace=False)] for _ in range(40)]
    rows += [[*row[:-at], *(f"x{at}-{n}" for n in range(at))] for at, row in enumerate(rows[:30], 1)]
    counts = [len(found(rows, threshold, tmp_path)) for threshold in (0.95, 0.8, 0.6, 0.4)]
    assert all(low <= high for low, high in pairwise(counts))
    assert counts[0] < counts[-1]


@given(some.text(max_size=80), some.integers(1, 5))
def test_every_text_has_shingles(text, size):
    shingles = grams(text, size)
    assert shingles
    assert len(set(shingles)) == len(shingles)


CHINESE = "请用简单的语言解释一下为什么天空在白天看起来是蓝色的而在傍晚会变成红色"
JAPANESE = "昼間の空が青く見えるのに夕方になると赤くなる理由をわかりやすく説明してください"


@pytest.mark.parametrize("text", [CHINESE, JAPANESE], ids=["Chinese", "Japanese"])
def test_where_no_spaces_stand_one_character_changes_a_little(text: str) -> None:
    """It was one word per sentence, so that this was nothing alike."""
    mine, other = (set(grams(one, 3)) for one in (text, text.replace(text[15], "字", 1)))
    assert 0.7 < len(mine & other) / len(mine | other) < 1


def test_words_with_spaces_between_them_are_what_they_were() -> None:
    assert grams("The cat's GPU, 3 naïve сны 하늘은 왜", 2) == [
        "the cat", "cat s", "s gpu", "gpu 3", "3 naïve", "naïve сны", "сны 하늘은", "하늘은 왜",
    ]  # fmt: skip
    assert grams("GPT模型 v2", 2) == ["gpt 模", "模 型", "型 v2"]


def words(*numbers: int) -> list[str]:
    return grams(" ".join(f"w{number}" for number in numbers), 3)


def test_rows_of_another_set_are_found_by_likeness_and_each_pair_is_told_once():
    mine = [words(*range(50)), words(*range(100, 150)), words(*range(50))]
    others = [words(*range(200, 250)), words(*range(51)), words(*range(100, 150))]
    index = minhash.Index(minhash.signed(mine, 3, 128), 0.7)
    found = list(index.hits(minhash.signed(others, 3, 128)))
    assert {(row, other) for row, other, _ in found} == {(0, 1), (2, 1), (1, 2)}
    assert len(found) == 3
    assert {likeness for _, other, likeness in found if other == 2} == {1.0}


@given(some.lists(some.lists(some.integers(0, 9), min_size=1, max_size=30), min_size=1, max_size=12))
def test_every_row_is_found_in_its_own_set_and_likeness_has_no_sides(rows):
    signatures = minhash.signed([words(*row) for row in rows], len(rows), 32)
    index = minhash.Index(signatures, 0.7)
    found = {(row, other): likeness for row, other, likeness in index.hits(signatures)}
    assert all(found[at, at] == 1.0 for at in range(len(rows)))
    assert all(found[other, row] == likeness for (row, other), likeness in found.items())


def test_a_crowded_bucket_is_taken_in_parts_and_no_pair_is_lost() -> None:
    """A thousand equal rows against three hundred of them: in all bands some eight million pairs."""
    same, other = minhash.signed([words(*range(20)), words(*range(30, 50))], 2, 128)
    mine, others = np.tile(same, (1000, 1)), np.vstack([np.tile(same, (300, 1)), other])
    index = minhash.Index(mine, 0.7)
    assert max(len(met) for met in index._met(others)) <= minhash.PAIRS
    found = list(index.hits(others))
    assert found == [(row, at, 1.0) for at in range(300) for row in range(1000)]
