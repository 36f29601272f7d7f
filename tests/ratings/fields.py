"""Hypothesis strategies of battles, tame and wild, and the real data that golden tests read."""

import pandas as pd
import pytest
from hypothesis import strategies as st

from arena.ratings.types import Cells
from tests.ratings.build import DATA, Battle, counted

NAMES = tuple("ABCDEF")
OUTCOMES = ("a", "b", "tie", "both_bad")

pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])
hard = st.tuples(pairs, st.sampled_from(OUTCOMES)).map(lambda row: (*row[0], row[1]))
soft = st.tuples(pairs, st.floats(0, 1)).map(lambda row: (*row[0], row[1]))
wild = st.lists(hard | soft, min_size=1, max_size=40)
"""Any battles at all: disconnected, one-sided, soft."""


def _round(extra: list[Battle]) -> list[Battle]:
    """Every model beats the next one, so that a maximum exists whatever comes on top."""
    return [(name, NAMES[i - 1], "a") for i, name in enumerate(NAMES)] + extra


tame = st.lists(hard, max_size=60).map(_round)
"""Battles with a finite maximum of the likelihood."""


def real(name: str) -> pd.DataFrame:
    """A table of ../shared/data; skips the test where it is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"real data is not here: ../shared/data/{name}")
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)


def votes() -> Cells:
    """The 1,670,250 human votes of 2024-08-14 as pair counts."""
    frame = real("votes/lmsys_pairs_20240814.parquet")
    models = sorted({*frame.model_a, *frame.model_b})
    names = ("model_a", "model_b", "win_a", "win_b", "tie", "tie_bothbad")
    return counted(models, *(frame[name].to_numpy() for name in names))
