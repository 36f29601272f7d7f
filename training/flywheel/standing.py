"""How models stand: battles folded from facts, ratings on the panel, one model against another.

The same fold and the same ratings as on a board, without a database: a flywheel decides from its own folder.
Leaves out when a model is taken (`training.flywheel.gate`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from arena import referee
from arena.jobs import facts
from arena.jobs.folder import RunFolder
from arena.ratings import rank
from arena.ratings.types import Cells, Clusters, Evidence, Floats, Ints, Ranking, RankSettings
from arena.types import Battle, Response, Verdict

NORMAL = 1.96
"""Standard errors on each side of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Bout:
    """A decided battle."""

    battle: str
    prompt: str
    a: str
    b: str
    share: float
    """Side a's, in 0-1."""


@dataclass(frozen=True, slots=True)
class Length:
    """What a model's answers look like on some prompts."""

    characters: float
    """Mean per answer."""
    failed: float
    """Share that is missing or cut."""


@dataclass(frozen=True, slots=True)
class Share:
    """Share of battles that a model won from others, a tie half; 95 % interval clustered by prompt."""

    value: float
    low: float
    high: float
    battles: int


def bouts(runs: Iterable[RunFolder]) -> list[Bout]:
    """The decided battles of some runs; a battle that stands in several counts once."""
    found: dict[str, Bout] = {}
    for run in runs:
        battles: dict[str, Battle] = {}
        said: dict[str, list[Verdict]] = {}
        for _, fact in facts.read(run.outputs):
            if isinstance(fact, Battle):
                battles[fact.id] = fact
            elif isinstance(fact, Verdict):
                said.setdefault(fact.battle, []).append(fact)
        found |= {bout.battle: bout for bout in _decided(battles, said)}
    return list(found.values())


def _decided(battles: dict[str, Battle], said: dict[str, list[Verdict]]) -> Iterator[Bout]:
    for battle in battles.values():
        outcome = referee.fold(said.get(battle.id, []), battle.games)
        if outcome.share is not None and battle.model_a != battle.model_b:
            prompt = battle.prompt or battle.id
            yield Bout(battle.id, prompt, battle.model_a, battle.model_b, outcome.share)


def lengths(run: RunFolder) -> dict[str, Length]:
    """Of each model that answered in a run."""
    told: dict[str, list[Response]] = {}
    for _, fact in facts.read(run.outputs):
        if isinstance(fact, Response):
            told.setdefault(fact.model, []).append(fact)
    return {
        model: Length(
            mean(sum(map(len, one.turns)) for one in answers),
            mean(one.status != "ok" or not any(map(str.strip, one.turns)) for one in answers),
        )
        for model, answers in told.items()
    }


def ranking(found: Sequence[Bout], anchor: str | None, value: float) -> Ranking:
    """Bradley-Terry with sandwich intervals clustered by prompt.

    Raises:
        Unranked: no battle was decided.
    """
    made = evidence(found)
    fixed = anchor if anchor in made.cells.models else None
    return rank.rank(made, RankSettings(anchor=fixed, anchor_value=value))


def evidence(found: Sequence[Bout]) -> Evidence:
    """Bouts as a rating method takes them; clusters are their prompts, in the order of the bouts."""
    models = tuple(sorted({name for bout in found for name in (bout.a, bout.b)}))
    number = {name: at for at, name in enumerate(models)}
    a = np.array([number[bout.a] for bout in found], np.int64)
    b = np.array([number[bout.b] for bout in found], np.int64)
    y = np.array([bout.share for bout in found], np.float64)
    prompts = np.unique([bout.prompt for bout in found], return_inverse=True)[1] if found else a
    clusters = Clusters(prompts.astype(np.int64), a, b, np.ones_like(y), y)
    return Evidence(_cells(models, a, b, y), clusters)


def _cells(models: tuple[str, ...], a: Ints, b: Ints, y: Floats) -> Cells:
    pairs, at = np.unique(a * len(models) + b, return_inverse=True)

    def total(values: Floats) -> Floats:
        return np.bincount(at, values, len(pairs)).astype(np.float64)

    ones = np.ones_like(y)
    return Cells(
        models=models,
        a=pairs // max(1, len(models)),
        b=pairs % max(1, len(models)),
        n=total(ones).astype(np.int64),
        weight=total(ones),
        points=total(y),
        ww=total(ones),
        wwy=total(y),
        wwyy=total(y * y),
        win_a=total((y == 1).astype(float)),
        win_b=total((y == 0).astype(float)),
        tie=total(((y > 0) & (y < 1)).astype(float)),
        both_bad=total(np.zeros_like(y)),
    )


def share(found: Iterable[Bout], model: str, others: Iterable[str]) -> Share | None:
    """What a model won from some others; None where they never met."""
    rivals = set(others) - {model}
    by_prompt: dict[str, list[float]] = {}
    for bout in found:
        if bout.a == model and bout.b in rivals:
            by_prompt.setdefault(bout.prompt, []).append(bout.share)
        elif bout.b == model and bout.a in rivals:
            by_prompt.setdefault(bout.prompt, []).append(1 - bout.share)
    if not by_prompt:
        return None
    sizes = np.array([len(shares) for shares in by_prompt.values()], np.float64)
    sums = np.array([sum(shares) for shares in by_prompt.values()], np.float64)
    value = float(sums.sum() / sizes.sum())
    groups = len(sizes)
    spread = float(((sums - value * sizes) ** 2).sum()) / sizes.sum() ** 2
    error = NORMAL * float(np.sqrt(spread * groups / max(1, groups - 1)))
    if groups < 2 or spread == 0:  # nothing to tell a spread from: as wide as so few coins would be
        error = max(error, NORMAL * 0.5 / float(np.sqrt(groups)))
    return Share(value, max(0.0, value - error), min(1.0, value + error), int(sizes.sum()))


def turned(found: Iterable[Bout], new: str, old: str) -> tuple[int, int]:
    """(lost by the old one and won by the new one, the other way round), on the same prompt and opponent."""
    won: dict[str, dict[tuple[str, str], float]] = {new: {}, old: {}}
    for bout in found:
        for me, other, value in ((bout.a, bout.b, bout.share), (bout.b, bout.a, 1 - bout.share)):
            if me in won:
                won[me][bout.prompt, other] = value
    both = won[new].keys() & won[old].keys() if new != old else set()
    up = sum(won[old][one] < 0.5 < won[new][one] for one in both)
    return up, sum(won[new][one] < 0.5 < won[old][one] for one in both)
