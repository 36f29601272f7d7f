"""Rows to rating and 1,000 bootstrap rounds on 1,670,250 real votes, beside evalica, choix, scikit-learn.

Every contender starts from the same rows in the same database and ends with ratings. Ratios are of
medians taken in this run on this machine; nothing here is asserted about seconds. `make bench` prints the
tables.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import choix
import evalica
import numpy as np
import pytest
from scipy import sparse
from scipy.stats import kendalltau
from sklearn.linear_model import LogisticRegression

from arena import shipped
from arena.filters import Filters
from arena.ratings import rank
from arena.ratings.types import RankSettings
from arena.store import boards, evidence
from arena.store.database import Database
from tests.store import build

pytestmark = pytest.mark.bench

SPREAD = """
INSERT INTO boards (id, name, kind, shipped, created) VALUES (99, 'rows', 'battles', false, now());
INSERT INTO verdicts
SELECT uuid(), uuid(), 99, row_number() OVER (ORDER BY hash(a, b, kind, nth)), NULL, a, b, 1, 1, NULL, 1, 1,
       false, kind::winner, NULL, NULL, NULL, 1, NULL, NULL, 'ok', NULL, NULL
FROM (SELECT model_a AS a, model_b AS b, kind, unnest(range(count::BIGINT)) AS nth
      FROM (SELECT model_a, model_b, unnest(['a', 'b', 'tie', 'both_bad']) AS kind,
                   unnest([win_a, win_b, tie, both_bad]) AS count
            FROM pair_counts WHERE board = (SELECT id FROM boards WHERE name = 'lmsys-votes-2024-08-14')));
"""
ROWS = """
SELECT a.name AS a, b.name AS b, winner::VARCHAR AS winner
FROM verdicts v JOIN models a ON a.id = v.model_a JOIN models b ON b.id = v.model_b WHERE board = 99
"""
WINNERS = {
    "a": evalica.Winner.X,
    "b": evalica.Winner.Y,
    "tie": evalica.Winner.Draw,
    "both_bad": evalica.Winner.Draw,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory):
    with build.database(tmp_path_factory.mktemp("bench")) as found:
        shipped.install(found)
        with found.write() as cursor:
            cursor.execute(SPREAD)
        yield found


def timed(run: Callable[[], object], times: int) -> tuple[float, object]:
    """Median seconds after one warm-up (none for a single run), and the last result."""
    if times > 1:
        run()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        result = run()
        took.append(time.perf_counter() - start)
    return statistics.median(took), result


def frame(database: Database):
    with database._connection.cursor() as cursor:
        return cursor.execute(ROWS).df()


def ours(database: Database, settings: RankSettings = RankSettings()):
    board = boards.get(database, "rows")
    facts = evidence.gather(database, board, settings, Filters(), rank.needs(settings.method))
    return {line.model: line.value for line in rank.rank(facts, settings).ratings}


def by_evalica(database: Database):
    rows = frame(database)
    result = evalica.bradley_terry(rows.a, rows.b, rows.winner.map(WINNERS), tie_weight=0.5)
    return dict(np.log(result.scores))


def matrix(database: Database):
    rows = frame(database)
    names = np.unique(np.concatenate([rows.a.unique(), rows.b.unique()]))
    left, right = np.searchsorted(names, rows.a.to_numpy(str)), np.searchsorted(names, rows.b.to_numpy(str))
    share = rows.winner.map({"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}).to_numpy(float)
    wins = np.zeros((len(names), len(names)))
    np.add.at(wins, (left, right), share)
    np.add.at(wins, (right, left), 1 - share)
    return names, wins


def by_choix(database: Database):
    names, wins = matrix(database)
    return dict(zip(names, choix.ilsr_pairwise_dense(wins), strict=True))


def by_regression(database: Database):
    """What FastChat did: one row per vote (two for a tie), one column per model."""
    rows = frame(database)
    names = np.unique(np.concatenate([rows.a.unique(), rows.b.unique()]))
    left, right = np.searchsorted(names, rows.a.to_numpy(str)), np.searchsorted(names, rows.b.to_numpy(str))
    tied = ~rows.winner.isin(["a", "b"]).to_numpy()
    order = np.concatenate([np.arange(len(rows)), np.flatnonzero(tied)])
    won = np.concatenate([(rows.winner != "b").to_numpy(), np.zeros(tied.sum(), bool)])
    weight = np.where(tied[order], 0.5, 1.0)
    cells = np.repeat(np.arange(len(order)), 2)
    columns = np.column_stack([left[order], right[order]]).ravel()
    design = sparse.csr_array((np.tile([1.0, -1.0], len(order)), (cells, columns)), (len(order), len(names)))
    fit = LogisticRegression(fit_intercept=False, C=np.inf, tol=1e-6).fit(design, won, weight)
    return dict(zip(names, fit.coef_[0], strict=True))


def table(title: str, rows: list[tuple[str, float, str]]) -> None:
    print(f"\n{title}")
    for name, seconds, note in rows:
        print(f"  {name:44} {seconds:9.3f} s   {seconds / rows[0][1]:8.1f} x   {note}")


def test_rows_to_rating(database):
    seconds, reference = timed(lambda: ours(database), 7)
    rows = [("ours, with sandwich intervals", seconds, "")]
    for name, run, times in (
        ("evalica", by_evalica, 3),
        ("choix, dense ILSR", by_choix, 3),
        ("scikit-learn, raw rows", by_regression, 1),
    ):
        took, scores = timed(lambda run=run: run(database), times)
        tau = kendalltau(
            [reference[name] for name in reference], [scores[name] for name in reference]
        ).statistic
        rows.append((f"{name}, no intervals", took, f"Kendall to ours {tau:.4f}"))
        assert tau > 0.99
    table("rows in the database to ratings, 1,670,250 battles, 129 models", rows)


def test_fit_on_counts(database):
    settings = RankSettings()
    facts = evidence.gather(database, boards.get(database, "rows"), settings, Filters(), frozenset())
    names, wins = matrix(database)
    pairs = np.argwhere(wins > 0)
    left, right = [names[i] for i in pairs[:, 0]], [names[j] for j in pairs[:, 1]]
    weights = wins[tuple(pairs.T)]
    won = [evalica.Winner.X] * len(pairs)
    bare = RankSettings(intervals="none")
    rows = [
        ("ours, fit alone", timed(lambda: rank.rank(facts, bare), 9)[0], ""),
        ("ours, fit and sandwich", timed(lambda: rank.rank(facts, settings), 9)[0], ""),
        ("choix, dense ILSR", timed(lambda: choix.ilsr_pairwise_dense(wins), 5)[0], ""),
        (
            "evalica, weighted pairs",
            timed(lambda: evalica.bradley_terry(left, right, won, weights=weights), 5)[0],
            "",
        ),
    ]
    table("fit on counts, 3,460 pairs", rows)
    assert all(seconds > 0 for _, seconds, _ in rows)


def test_a_thousand_bootstrap_rounds(database):
    settings = RankSettings(intervals="bootstrap", rounds=1000)
    facts = evidence.gather(database, boards.get(database, "rows"), settings, Filters(), frozenset())
    seconds, result = timed(lambda: rank.rank(facts, settings), 3)
    _, wins = matrix(database)
    rounds = 5
    chance = np.random.default_rng(0)

    def resampled() -> None:
        for _ in range(rounds):
            choix.ilsr_pairwise_dense(chance.poisson(wins).astype(float) + 1e-9)

    peer = timed(resampled, 1)[0] * 1000 / rounds
    rows = [("ours", seconds, ""), ("choix, dense ILSR on counts", peer, f"from {rounds} rounds")]
    frames = frame(database)
    left, right, winners = frames.a, frames.b, frames.winner.map(WINNERS)
    took = timed(lambda: evalica.bradley_terry(left, right, winners, tie_weight=0.5), 1)[0]
    rows.append(("evalica on rows in memory", took * 1000, "from one fit, resampling not counted"))
    table("1,000 bootstrap rounds, 1,670,250 battles", rows)
    assert result.draws.shape == (1000, 129)


def test_the_rows_are_the_real_votes(database: Database, tmp_path: Path):
    assert database.row("SELECT count(*) FROM verdicts WHERE board = 99") == (1_670_250,)
