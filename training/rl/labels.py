"""What answers to one prompt are worth beside each other: told by a reward, or by a judge that compares them.

A reward scores each answer alone. A judge plays every pair of a prompt's answers in both orders, as in the
arena; an answer's worth is then its mean points above the others it could be compared with. Answers that say
the same are compared once. Leaves out what is learnt from it.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Protocol

from arena import plugins, referee
from arena.errors import ArenaError
from arena.judges.types import Judge
from arena.keys import key
from arena.plugins import Choice
from arena.referee import Match
from arena.types import Battle, Prompt, Response, Verdict
from training.rewards.types import Reward
from training.types import PromptRow

REWARDS, JUDGES = "training.rewards", "arena.judges"
_RETRIES = 2
Worth = list[float | None]
"""Of the answers to one prompt; None where it could not be told."""


class Labeller(Protocol):
    """Something that tells what answers are worth, and counts how often it was asked."""

    asked: int
    """Answers scored, or games judged, so far."""

    def worth(self, rows: Sequence[PromptRow], answers: Sequence[Sequence[str]], seed: int) -> list[Worth]:
        """Of each prompt's answers."""
        ...


def open_(reward: Choice, judge: Choice | None) -> Labeller:
    """The judge where one is named, else the reward.

    Raises:
        ArenaError: it cannot be opened.
    """
    if judge is None:
        options = plugins.config(REWARDS, reward)
        return Scored(plugins.load(REWARDS, reward.name).open(options))
    module = plugins.load(JUDGES, judge.name)
    if getattr(module, "GIVES", "verdicts") == "grades":
        raise ArenaError(f"judge {judge.name} grades single answers: name one that compares two")
    options = plugins.config(JUDGES, judge)
    return Compared(module.open(options), module.identity(options))


def identity(reward: Choice, judge: Choice | None) -> str:
    """Content key of who tells."""
    package, choice = (REWARDS, reward) if judge is None else (JUDGES, judge)
    found: str = plugins.load(package, choice.name).identity(plugins.config(package, choice))
    return found


class Scored:
    """By a reward."""

    def __init__(self, reward: Reward) -> None:
        self._reward, self.asked = reward, 0

    def worth(self, rows: Sequence[PromptRow], answers: Sequence[Sequence[str]], seed: int) -> list[Worth]:
        """Every answer's own score."""
        del seed
        flat = [(row, said) for row, each in zip(rows, answers, strict=True) for said in each]
        scores = iter(self._reward.score([row for row, _ in flat], [said for _, said in flat]))
        self.asked += len(flat)
        return [[next(scores) for _ in each] for each in answers]


class Compared:
    """By a judge."""

    def __init__(self, judge: Judge, identity: str) -> None:
        self._judge, self._identity, self.asked = judge, identity, 0

    def worth(self, rows: Sequence[PromptRow], answers: Sequence[Sequence[str]], seed: int) -> list[Worth]:
        """Every answer's mean points above the others."""
        matches = {
            (at, a, b): _match(row, each[a], each[b])
            for at, (row, each) in enumerate(zip(rows, answers, strict=True))
            for a, b in combinations([each.index(said) for said in dict.fromkeys(each)], 2)
        }
        games = [game for match in matches.values() for game in referee.games(match, self._identity, seed)]
        found: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in referee.play(games, self._judge, _RETRIES):
            found[verdict.battle].append(verdict)
        self.asked += len(games)
        points: dict[tuple[int, int], list[float]] = defaultdict(list)
        for (at, a, b), match in matches.items():
            gap = _gap(referee.fold(found[match.battle.id], match.battle.games))
            for side, above in ((a, gap), (b, None if gap is None else -gap)):
                points[at, side] += [] if above is None else [above]
        return [[_mean(points[at, each.index(said)]) for said in each] for at, each in enumerate(answers)]


def _match(row: PromptRow, first: str, second: str) -> Match:
    prompt = Prompt(row.prompt, "training", row.natural, row.turns, (row.category,) if row.category else ())
    sides = [
        Response(key("label", row.prompt, *row.history, said), row.prompt, name, (*row.history, said))
        for name, said in (("a", first), ("b", second))
    ]
    name = key("label", row.prompt, *row.history, first, second)
    return Match(
        Battle(name, "a", "b", row.prompt, sides[0].id, sides[1].id, games=2), prompt, sides[0], sides[1]
    )


def _gap(outcome: referee.Outcome) -> float | None:
    """Points of the first above the second; of a judge that gives none, how sure it was."""
    if outcome.share is None:
        return None
    if outcome.winner in ("tie", "both_bad"):
        return 0.0
    told = outcome.gap
    sure = 2 * outcome.share - 1
    return told if told is not None and told * sure > 0 else sure


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
