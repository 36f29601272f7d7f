"""How often a judge of pocket games is right: its verdicts beside the verifier's, on held-out answers.

Prompts are of the part `skill`, which teaches nobody; the answers are of two shipped models each, sampled as
in battles. Both games are judged, once: what cannot be read counts as wrong. Leaves out what a judge's errors
do to a ranking (`arena.agreement`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from arena import plugins
from arena.judges.types import Judge
from arena.keys import key
from arena.models import PREFIX
from arena.plugins import Choice
from arena.pocket.judging import Answers, Pair
from arena.pocket.matches import SPEAKERS, sampled
from arena.pocket.parts import status
from arena.pocket.skill import SAMPLED, interval, tasks
from arena.pocket.task import Task
from arena.pocket.verify import mark
from arena.prompts.pocket import prompt
from arena.referee import Match, fold, games
from arena.types import Battle, Response, Verdict, Winner

_JUDGES = "arena.judges"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of hits with its 95 % interval (Wilson, battles counted as one each)."""

    n: int
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """How right a judge is in one group of pairs."""

    group: str
    """A family, a category, or `all`."""
    items: str
    """all, seen (taught items in untaught combinations) or unseen (new items and wordings)."""
    read: Share
    """Games whose verdict could be read."""
    two_way: Share
    """Games with the winner that the verifier names, of battles in which it names one; a tie is wrong."""
    three_way: Share
    """Games with the verifier's a, b or tie, of all."""
    merged: Share
    """Battles whose two games together (mean scores) have the verifier's winner, where it names one."""
    consistent: Share
    """Battles whose two games have the same result."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A battle, its truth, and what the judge said of it."""

    task: Task
    truth: Winner
    verdicts: tuple[Verdict, ...]

    @property
    def said(self) -> tuple[Winner | None, ...]:
        return tuple(verdict.winner if verdict.status == "ok" else None for verdict in self.verdicts)


@cache
def pairs(n: int, seed: int = 0) -> tuple[Pair, ...]:
    """Held-out pairs of answers; a larger number begins with the same prompts."""
    models = {name: f"{PREFIX}{name}" for name in SPEAKERS}
    return tuple(sampled(tasks(n, seed), models, seed, (SAMPLED,)))


def measure(choice: Choice, n: int = 400, seed: int = 0) -> tuple[Line, ...]:
    """All figures of a judge: over all pairs, by category and family, and on seen and unseen items apart."""
    config = plugins.config(_JUDGES, choice)
    plugin = plugins.load(_JUDGES, choice.name)
    judge: Judge = plugin.open(config)
    try:
        return tuple(_lines(_judged(judge, plugin.identity(config), pairs(n, seed), seed)))
    finally:
        judge.close()


def _judged(judge: Judge, identity: str, found: Sequence[Pair], seed: int) -> list[_Judged]:
    matches = [_match(task, one, two) for task, one, two in found]
    asked = [game for match in matches for game in games(match, identity, seed)]
    said: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in judge.judge(asked):
        said[verdict.battle].append(verdict)
    return [
        _Judged(task, _truth(task, one, two), tuple(sorted(verdicts, key=lambda verdict: verdict.game)))
        for (task, one, two), match in zip(found, matches, strict=True)
        if (verdicts := said[match.battle.id])
    ]


def _match(task: Task, one: Answers, two: Answers) -> Match:
    asked = prompt(task, "accuracy")
    sides = [Response(key(asked.id, side), asked.id, side, turns) for side, turns in (("a", one), ("b", two))]
    battle = Battle(key("battle", asked.id), "a", "b", asked.id, sides[0].id, sides[1].id, games=2)
    return Match(battle, asked, sides[0], sides[1])


def _truth(task: Task, one: Answers, two: Answers) -> Winner:
    first, second = mark(task, one).score, mark(task, two).score
    return "tie" if first == second else "a" if first > second else "b"


def _lines(judged: Sequence[_Judged]) -> Iterator[Line]:
    groups: dict[tuple[str, str], list[_Judged]] = defaultdict(list)
    for one in judged:
        items = "unseen" if status(one.task) == "new" else "seen"
        for group in dict.fromkeys(("all", one.task.category, one.task.kind)):
            groups["all", group].append(one)
        groups[items, "all"].append(one)
    for (items, group), members in sorted(groups.items()):
        yield _line(items, group, members)


def _line(items: str, group: str, members: Sequence[_Judged]) -> Line:
    decided = [one for one in members if one.truth != "tie"]
    return Line(
        group,
        items,
        _share([_mean([said is not None for said in one.said]) for one in members]),
        _share([_mean([said == one.truth for said in one.said]) for one in decided]),
        _share([_mean([said == one.truth for said in one.said]) for one in members]),
        _share([float(fold(one.verdicts, 2).winner == one.truth) for one in decided]),
        _share([float(len(set(one.said)) == 1 and None not in one.said) for one in members]),
    )


def _mean(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def _share(hits: Sequence[float]) -> Share:
    if not hits:
        return Share(0, 0.0, 0.0, 1.0)
    return Share(len(hits), sum(hits) / len(hits), *interval(round(sum(hits)), len(hits)))
