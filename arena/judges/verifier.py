"""Knows the right answers of the pocket world: scores 1 to 10 for right, in form and short, and says why.

It can be made worse on purpose: errors, a preference for what stands first or is longer, and replies that
nobody can read. Each is drawn from the game's own seed, so audits can be checked against known truth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from random import Random
from typing import Annotated

from annotated_types import Ge, Le

from arena.errors import BadRequest
from arena.judges.types import Game
from arena.keys import key
from arena.pocket.task import parse
from arena.pocket.verify import VERSION, Mark, mark
from arena.preflight import Finding
from arena.types import Verdict, Winner


@dataclass(frozen=True, slots=True)
class Config:
    """How imperfect it is; by default not at all."""

    error: Annotated[float, Ge(0), Le(1)] = 0.0
    """Share of games in which the two scores change places."""
    position_bias: Annotated[float, Ge(0), Le(0.5)] = 0.0
    """How far above one half the first answer's share of decided games is: 0.5 lets the first always win."""
    length_bias: Annotated[float, Ge(0), Le(1)] = 0.0
    """Share of decided games that go to the longer answer, whatever it says."""
    unreadable: Annotated[float, Ge(0), Le(1)] = 0.0
    """Share of replies that cannot be read."""


class Verifier:
    """The judge."""

    name: str
    exact = False

    def __init__(self, config: Config) -> None:
        self._config = config
        self.name = _name(config)

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        """One verdict for each game, in order."""
        for game in games:
            yield self._one(game)

    def close(self) -> None:
        """Holds nothing."""

    def _one(self, game: Game) -> Verdict:
        rng = Random(f"verifier:{game.seed}")  # noqa: S311 - seeded on purpose
        chances = tuple(rng.random() for _ in range(4))
        try:
            task = parse(game.prompt.natural)
        except BadRequest as error:
            return self._unread(game, "error", str(error))
        if chances[0] < self._config.unreadable:
            return self._unread(game, "unparsed", "Both answers have something to be said for them.")
        a, b = mark(task, game.a.turns), mark(task, game.b.turns)
        return self._told(game, a, b, self._swayed(game, a, b, chances))

    def _swayed(self, game: Game, a: Mark, b: Mark, chances: tuple[float, ...]) -> str:
        """What makes the scores change places; empty where they stay."""
        if a.score == b.score:
            return ""
        flipped, reason = chances[1] < self._config.error, "On the whole the other answer convinces more."
        longer = len(" ".join(game.a.turns)) - len(" ".join(game.b.turns))
        if longer and chances[2] < self._config.length_bias:
            flipped, reason = (a.score > b.score) != (longer > 0), "The longer answer says more."
        if chances[3] < 2 * self._config.position_bias:
            flipped, reason = (a.score > b.score) == game.swapped, "The first answer reads better."
        return reason if flipped else ""

    def _told(self, game: Game, a: Mark, b: Mark, reason: str) -> Verdict:
        scores = (b.score, a.score) if reason else (a.score, b.score)
        winner: Winner = "tie" if scores[0] == scores[1] else "a" if scores[0] > scores[1] else "b"
        return Verdict(
            id=game.id,
            battle=game.battle,
            judge=self.name,
            game=game.game,
            swapped=game.swapped,
            winner=winner,
            score_a=float(scores[0]),
            score_b=float(scores[1]),
            explanation=" ".join(filter(None, (f"A: {a.text}. B: {b.text}.", reason))),
        )

    def _unread(self, game: Game, status: str, text: str) -> Verdict:
        return Verdict(
            id=game.id,
            battle=game.battle,
            judge=self.name,
            game=game.game,
            swapped=game.swapped,
            explanation=text if status == "error" else None,
            raw=text,
            status="error" if status == "error" else "unparsed",
        )


def _name(config: Config) -> str:
    """`verifier`, with its imperfections where it has some."""
    short = ("error", "position", "length", "unreadable")
    worse = [f"{name} {value:g}" for name, value in zip(short, astuple(config), strict=True) if value]
    return f"verifier ({', '.join(worse)})" if worse else "verifier"


def open(config: Config) -> Verifier:  # noqa: A001 - the entry point of every judge
    """The judge of these settings."""
    return Verifier(config)


def identity(config: Config) -> str:
    """Content key: how it scores, and its imperfections."""
    return key("verifier", VERSION, *(f"{value:g}" for value in astuple(config)))


def check(config: Config) -> tuple[Finding, ...]:
    """Says when it is imperfect on purpose."""
    if any(astuple(config)):
        return (Finding("amber", "judge", f"{_name(config)}: imperfect on purpose, for audits only"),)
    return (Finding("green", "judge", "verifier: knows the right answers of the pocket world"),)
