"""The real numbers: LMSYS's boards from its votes, and evalica's scores of its crowd votes."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, spearmanr

from arena.ratings.elo import play, shuffled
from arena.ratings.rank import rank
from arena.ratings.ranks import ranks
from arena.ratings.types import SCALE, Evidence, RankSettings, Sequence
from tests.ratings.build import played
from tests.ratings.fields import real, votes

LMSYS = RankSettings(anchor="mixtral-8x7b-instruct-v0.1", anchor_value=1114)


@pytest.fixture(scope="module")
def human() -> pd.Series:
    ranking = rank(Evidence(votes()), LMSYS)
    assert ranking.n_battles == 1_670_250
    assert ranking.warnings == ()
    return pd.Series({line.model: line.value for line in ranking.ratings})


@pytest.fixture(scope="module")
def crowd() -> tuple[Evidence, dict[str, pd.Series]]:
    """8,931 crowd votes in file order, and evalica's golden scores by algorithm."""
    frame, golden = real("votes/llmfao.csv"), real("votes/llmfao_golden_scores.parquet")
    told = frame.winner.map({"left": "a", "right": "b", "tie": "tie"})
    scores = {name: rows.set_index("item").score for name, rows in golden.groupby("algorithm")}
    return played(zip(frame.left, frame.right, told, strict=True)), scores


def test_votes_give_the_board_of_2024_08_22(human):
    frame = real("boards/lmsys_history_to_2024-08-22.parquet")
    board = frame[(frame.date == "2024-08-22") & (frame.kind == "bt")].set_index("model").elo
    shared = human.index.intersection(board.index)
    error = (human[shared] - board[shared]).abs()
    assert len(shared) == 129
    assert error.max() == pytest.approx(1.88, abs=0.01)
    assert error.mean() == pytest.approx(0.21, abs=0.01)
    assert kendalltau(human[shared], board[shared]).statistic == pytest.approx(1)


def test_votes_against_the_board_of_2024_05_27(human):
    frame = real("boards/lmsys_20240527.parquet")
    board = frame[frame.category == "full"].set_index("model").rating
    shared = human.index.intersection(board.index)
    error = (human[shared] - board[shared]).abs()
    assert len(shared) == 102
    assert error.max() == pytest.approx(8.04, abs=0.01)
    assert error.mean() == pytest.approx(0.67, abs=0.01)


def test_ranks_of_2024_05_27():
    frame = real("boards/lmsys_20240527.parquet")
    board = frame[frame.category == "full"]
    found, best, worst = ranks(*(board[name].to_numpy() for name in ("rating", "rating_q025", "rating_q975")))
    assert len(board) == 102
    assert found.tolist() == board.final_ranking.tolist()
    assert (best <= found).all()
    assert (found <= worst).all()


def test_crowd_bradley_terry(crowd):
    evidence, golden = crowd
    ranking = rank(evidence, RankSettings(intervals="none"))
    gaps = [line.value / SCALE - np.log(golden["bradley_terry"][line.model]) for line in ranking.ratings]
    assert len(gaps) == 59
    assert np.ptp(gaps) < 3e-7


def test_crowd_elo(crowd):
    evidence, golden = crowd
    ranking = rank(evidence, RankSettings(method="elo", intervals="none"))
    error = max(abs(line.value - golden["elo"][line.model]) for line in ranking.ratings)
    assert error < 2.5e-13  # two units in the last place of 1000


@pytest.mark.parametrize(("k", "spearman", "within"), [(4, 0.988, 0.006), (32, 0.92, 0.04)])
def test_online_elo_on_votes_in_random_order(human, k, spearman, within):
    table = votes()
    outcomes = np.concatenate([table.win_a, table.win_b, table.tie + table.both_bad]).astype(int)
    a, b = (np.repeat(np.tile(side, 3), outcomes) for side in (table.a, table.b))
    y = np.repeat(np.repeat([1.0, 0.0, 0.5], len(table.a)), outcomes)
    settings = RankSettings(method="elo", k=k, order="random")
    ratings = play(shuffled(Sequence(a, b, y), settings), len(table.models), settings)
    assert spearmanr(ratings, human[list(table.models)]).statistic == pytest.approx(spearman, abs=within)


def test_bootstrap_of_the_votes_is_as_wide_as_the_sandwich():
    evidence = Evidence(votes())
    sandwich = rank(evidence, LMSYS)
    bootstrap = rank(evidence, RankSettings(**{**_fields(LMSYS), "intervals": "bootstrap", "rounds": 400}))
    wide, drawn = (
        np.array([line.high - line.low for line in found.ratings]) for found in (sandwich, bootstrap)
    )
    assert wide.mean() == pytest.approx(11.97, abs=0.01)
    assert drawn.mean() / wide.mean() == pytest.approx(1, abs=0.03)
    assert bootstrap.draws.shape == (400, 129)


def _fields(settings: RankSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in RankSettings.__slots__}
