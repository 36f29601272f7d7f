"""Battles that each pairing plan needs for a given interval, beside uniform: votes and pocket arena.

The truth is the shipped count of real votes. `near`: of twelve models that met often, a simulated battle of
two ends as a vote drawn from theirs. `wide`: twelve models from the best to the worst of all; few of them
met, so chances come from the ratings of all votes. Nothing is asserted about who wins.
"""

import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from arena import plugins
from arena.pairing.types import Entry, Field, Pair, Settled
from arena.plugins import Choice
from arena.ratings import rank
from arena.ratings.types import Cells, Evidence, RankSettings
from arena.settings import shipped
from arena.types import Winner
from tests.bench import pocket_world

pytestmark = pytest.mark.bench

SIZE, SEEDS, STEP = 12, 5, 50
WINNERS: tuple[Winner, ...] = ("a", "b", "tie", "both_bad")


@pytest.fixture(scope="module")
def votes() -> pd.DataFrame:
    """Counts of all pairs among twelve models, spread over the board, each pair with 200 votes at least."""
    table = pd.read_csv(shipped() / "boards" / "lmsys-votes-2024-08-14.csv")
    table["n"] = table[["win_a", "win_b", "tie", "both_bad"]].sum(axis=1)
    table = table[table["n"] >= 200]
    met = {frozenset(pair) for pair in zip(table["model_a"], table["model_b"], strict=True)}
    often = pd.concat([table["model_a"], table["model_b"]]).value_counts().index
    chosen: list[str] = []
    for model in often:
        if all(frozenset((model, other)) in met for other in chosen):
            chosen.append(model)
        if len(chosen) == SIZE:
            break
    return table[table["model_a"].isin(chosen) & table["model_b"].isin(chosen)]


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    """Made-up counts of all pairs of twelve models, evenly spread over the ratings of all votes."""
    table = pd.read_csv(shipped() / "boards" / "lmsys-votes-2024-08-14.csv")
    models = tuple(sorted({*table["model_a"], *table["model_b"]}))
    number = {model: place for place, model in enumerate(models)}
    a, b = (table[side].map(number).to_numpy(np.int64) for side in ("model_a", "model_b"))
    win, loss, tie, bad = (table[name].to_numpy(float) for name in ("win_a", "win_b", "tie", "both_bad"))
    n, points = win + loss + tie + bad, win + (tie + bad) / 2
    cells = Cells(models, a, b, n.astype(np.int64), n, points, n, points, points, win, loss, tie, bad)
    ranked = rank.rank(Evidence(cells), RankSettings()).ratings
    some = [ranked[round(step * (len(ranked) - 1) / (SIZE - 1))] for step in range(SIZE)]
    ties = float((tie + bad).sum() / n.sum())
    rows = []
    for place, one in enumerate(some):
        for two in some[place + 1 :]:
            share = 1 / (1 + 10 ** ((two.value - one.value) / 400))
            even = min(ties, 2 * share, 2 * (1 - share))
            won = 1e6 * np.array([share - even / 2, 1 - share - even / 2, even, 0.0])
            rows.append((one.model, two.model, *won, 1e6))
    return pd.DataFrame(rows, columns=["model_a", "model_b", "win_a", "win_b", "tie", "both_bad", "n"])


@pytest.fixture(scope="module")
def pocket() -> "Pocket":
    """The pocket arena."""
    return Pocket(pocket_world.played())


class World:
    """Battles that end as votes did."""

    def __init__(self, votes: pd.DataFrame) -> None:
        self.models = tuple(sorted({*votes["model_a"], *votes["model_b"]}))
        self.chances: dict[tuple[str, str], np.ndarray] = {}
        for row in votes.itertuples():
            counts = np.array([row.win_a, row.win_b, row.tie, row.both_bad], float) / row.n
            self.chances[row.model_a, row.model_b] = counts
            self.chances[row.model_b, row.model_a] = counts[[1, 0, 2, 3]]
        number = {model: place for place, model in enumerate(self.models)}
        shares = np.zeros((len(self.models), len(self.models), 2))
        for (a, b), (win, loss, tie, bad) in self.chances.items():
            shares[number[a], number[b]] = (win + (tie + bad) / 2, loss + (tie + bad) / 2)
        self.truth = dict(zip(self.models, self.rated(shares * 1000)[0], strict=True))

    def field(self, seed: int, target: str | None = None, prompts: int = 4000) -> Field:
        entries = tuple(Entry(f"p{number}") for number in range(prompts))
        return Field(self.models, entries, seed, target, self.truth)

    def settle(self, pair: Pair, draws: np.random.Generator) -> Settled:
        won = WINNERS[int(draws.choice(4, p=self.chances[pair.a, pair.b]))]
        return Settled(pair, won, 2.0 if won in ("a", "b") else 0.0)

    def rated(self, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ratings and half widths from points [a, b] = (points of a, points of b); draws count as half."""
        a, b = np.triu_indices(len(shares), 1)
        won, lost = shares[a, b].T + shares[b, a].T[::-1]
        met = won + lost > 0
        a, b, won, lost = a[met], b[met], won[met], lost[met]
        zero, n = np.zeros(len(a)), won + lost
        cells = Cells(self.models, a, b, n.astype(np.int64), n, won, n, won, won, won, lost, zero, zero)
        found = {one.model: one for one in rank.rank(Evidence(cells), RankSettings()).ratings}
        values = np.array([found[model].value for model in self.models])
        wide = [(found[model].high - found[model].low) / 2 for model in self.models]  # type: ignore[operator]
        return values, np.array(wide)


class Pocket(World):
    """Battles that were played: the same pair on the same prompt ends the same way."""

    def __init__(self, battles: pocket_world.Battles) -> None:
        super().__init__(pocket_world.counts(battles))
        self.battles, self.entries = battles, pocket_world.prompts()

    def field(self, seed: int, target: str | None = None, prompts: int = 4000) -> Field:
        return Field(self.models, self.entries[:prompts], seed, target, self.truth)

    def settle(self, pair: Pair, _: np.random.Generator) -> Settled:
        won = pocket_world.winner(self.battles, pair)
        return Settled(pair, won, 2.0 if won in ("a", "b") else 0.0)


def outcomes(world: World, name: str, seed: int, field: Field, **options: object) -> Iterator[Settled]:
    """The battles of a plan, one by one."""
    config = plugins.config("arena.pairing", Choice(name, options))
    plan = plugins.load("arena.pairing", name).open(config, field)
    draws = np.random.default_rng(seed)
    for pairs in plan.rounds():
        told = []
        for pair in pairs:
            told.append(world.settle(pair, draws))
            yield told[-1]
        plan.settle(told)


def needed(world: World, wanted: float, found: Iterator[Settled]) -> tuple[float, float, float]:
    """Battles until the mean half width is as wanted; the widest interval then, and the ratings' error."""
    number = {model: place for place, model in enumerate(world.models)}
    points = np.zeros((len(number), len(number), 2))
    for count, settled in enumerate(found, 1):
        share = {"a": 1.0, "b": 0.0}.get(str(settled.winner), 0.5)
        points[number[settled.pair.a], number[settled.pair.b]] += (share, 1 - share)
        if count % STEP == 0:
            values, wide = world.rated(points)
            if wide.mean() <= wanted:
                truth = np.array([world.truth[model] for model in world.models])
                return count, float(wide.max()), float(np.sqrt(((values - truth) ** 2).mean()))
    raise AssertionError("the plan ended before its intervals were as narrow as wanted")


PLANS: dict[str, tuple[str, dict[str, object]]] = {
    "uniform": ("uniform", {"battles": 60_000}),
    "all_pairs": ("all_pairs", {}),
    "active, ratings": ("active", {"battles": 60_000, "rule": "ratings"}),
    "active, pair": ("active", {"battles": 60_000, "rule": "pair"}),
}


@pytest.mark.parametrize(
    ("kind", "wanted"), [("near", 40.0), ("near", 25.0), ("wide", 40.0), ("pocket", 25.0)]
)
def test_battles_for_narrow_intervals_of_all_ratings(
    votes: pd.DataFrame, wide: pd.DataFrame, pocket: Pocket, kind: str, wanted: float
) -> None:
    world = pocket if kind == "pocket" else World(votes if kind == "near" else wide)
    print(f"\n{kind}: {len(world.models)} models, mean half width {wanted:.0f} Elo, median of {SEEDS} draws")
    print(f"{'plan':18} {'battles':>8} {'x uniform':>10} {'widest':>7} {'error':>6}")
    base = 0.0
    for label, (name, options) in PLANS.items():
        runs = [
            needed(world, wanted, outcomes(world, name, seed, world.field(seed), **options))
            for seed in range(SEEDS)
        ]
        battles, widest, error = (statistics.median(column) for column in zip(*runs, strict=True))
        base = base or battles
        print(f"{label:18} {battles:8.0f} {battles / base:10.2f} {widest:7.1f} {error:6.1f}")
        assert battles > 0


AIMED: dict[str, tuple[str, dict[str, object]]] = {
    "even opponents": ("field", {}),
    "thirds (3 opponents)": ("thirds", {}),
    "field (5 opponents)": ("field", {"opponents": 5}),
    "insertion": ("insertion", {"probe": 20, "neighbours": 2, "battles": 2000}),
}


def test_battles_for_a_narrow_interval_of_one_new_model(votes: pd.DataFrame) -> None:
    world = World(votes)
    ranked = sorted(world.models, key=lambda model: -world.truth[model])
    print(f"\none new model, 95 % half width 25 Elo against rated opponents, median of {SEEDS} draws")
    print(f"{'plan':22} {'best':>6} {'middle':>7} {'worst':>6}  error")
    for label, (name, options) in AIMED.items():
        line, errors = [], []
        for target in (ranked[0], ranked[SIZE // 2], ranked[-1]):
            found = [alone(world, target, name, seed, options) for seed in range(SEEDS)]
            line.append(statistics.median(battles for battles, _ in found))
            errors.append(statistics.median(error for _, error in found))
        print(f"{label:22} {line[0]:6.0f} {line[1]:7.0f} {line[2]:6.0f}  {statistics.mean(errors):.1f}")
        assert min(line) > 0


def alone(world: World, target: str, name: str, seed: int, options: dict[str, object]) -> tuple[int, float]:
    """Battles until the target's own rating, the opponents' held fixed, is known to 25 Elo; its error."""
    models = world.models
    if name == "thirds":
        others = sorted((m for m in models if m != target), key=lambda m: world.truth[m])
        models = (target, others[1], others[len(others) // 2], others[-2])
    entries = tuple(Entry(f"p{number}") for number in range(4000))
    field = Field(models, entries, seed, target, world.truth)
    scale = 400 / np.log(10)
    against: list[float] = []
    points: list[float] = []
    for settled in outcomes(world, name, seed, field, **options):
        mine = "a" if settled.pair.a == target else "b"
        points.append({mine: 1.0, "tie": 0.5, "both_bad": 0.5}.get(str(settled.winner), 0.0))
        other = settled.pair.b if mine == "a" else settled.pair.a
        against.append(world.truth[other] / scale)
        if len(points) % 20 == 0:
            value, error = _one(np.array(against), np.array(points))
            if 1.96 * error * scale <= 25:
                return len(points), abs(value * scale - world.truth[target])
    raise AssertionError(f"{name} ended before the interval was as narrow as wanted")


def _one(against: np.ndarray, points: np.ndarray) -> tuple[float, float]:
    """Maximum likelihood of one strength against fixed ones, a little drawn in, and its standard error."""
    value = float(against.mean())
    for _ in range(30):
        chance = 1 / (1 + np.exp(against - value))
        slope = (points - chance).sum() - 0.01 * (value - against.mean())
        value += float(np.clip(slope / ((chance * (1 - chance)).sum() + 0.01), -1, 1))
    chance = 1 / (1 + np.exp(against - value))
    return value, float(1 / np.sqrt((chance * (1 - chance)).sum() + 0.01))


@pytest.mark.parametrize("kind", ["votes", "pocket"])
def test_usable_losses_that_bandits_find(votes: pd.DataFrame, pocket: Pocket, kind: str) -> None:
    world = pocket if kind == "pocket" else World(votes)
    ranked = sorted(world.models, key=lambda model: -world.truth[model])
    target, battles = ranked[-3], 1000
    print(f"\n{target} against {len(ranked) - 1} opponents, {battles} battles, share lost, {SEEDS} draws")
    plans: dict[str, Callable[[int], tuple[str, dict[str, object]]]] = {
        "even (field)": lambda _: ("field", {}),
        "thompson": lambda _: ("thompson", {"battles": battles}),
        "ucb": lambda _: ("ucb", {"battles": battles}),
    }
    for label, plan in plans.items():
        shares = []
        for seed in range(SEEDS):
            name, options = plan(seed)
            found = outcomes(world, name, seed, world.field(seed, target, battles), **options)
            lost = [one.winner == ("b" if one.pair.a == target else "a") for one in found]
            shares.append(sum(lost) / len(lost))
        print(f"{label:14} {statistics.mean(shares):.3f} +- {statistics.stdev(shares):.3f}")
        assert 0 < min(shares) < 1


def test_the_votes_are_those_that_are_shipped(votes: pd.DataFrame) -> None:
    assert len(votes) == SIZE * (SIZE - 1) // 2
    assert Path(shipped() / "boards" / "manifest.json").is_file()
