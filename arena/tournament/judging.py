"""Games of a unit of battles: which there are, which are missing, and what became of them.

A battle with an answer that failed is told, but not judged: it stays undecided. Leaves out the games
themselves (`arena.referee`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from arena import referee
from arena.canaries import Canary, plant
from arena.errors import ArenaError
from arena.judges.types import Game, Judge
from arena.keys import key
from arena.referee import Match, Outcome
from arena.tournament.config import Tournament
from arena.tournament.facts import Failure
from arena.tournament.ledger import Ledger, Planned
from arena.types import Battle, Fact, Response, Verdict


@dataclass(frozen=True, slots=True)
class Bout:
    """A unit of battles, ready to be judged."""

    facts: tuple[Fact, ...]
    """The battles, and whatever belongs to them but verdicts."""
    games: tuple[Game, ...]
    """All games of the unit, whether they were played before or not."""
    missing: tuple[Game, ...]
    expected: int
    """Games that its battles would have, had all models answered."""


@dataclass(frozen=True, slots=True)
class Court:
    """How battles are judged in a tournament."""

    config: Tournament
    judge: str
    """The judge's identity."""
    run: str | None
    when: datetime | None
    attempt: int = 0
    """How often a person asked for the failed games again."""

    def battle(self, pair: Planned) -> Battle:
        """The battle of a pair. Its id says what is judged and in how many games, not by whom or when."""
        models = self.config.models
        name = key("battle", self.config.board, pair.answer_a, pair.answer_b, self.config.games)
        return Battle(
            id=name,
            model_a=models[pair.a].name,
            model_b=models[pair.b].name,
            prompt=pair.prompt,
            response_a=pair.answer_a,
            response_b=pair.answer_b,
            games=self.config.games,
            when=self.when,
            run=self.run,
            propensity=pair.propensity,
        )

    def bout(self, pairs: Sequence[Planned], ledger: Ledger) -> Bout:
        """What there is to judge of these pairs."""
        battles = tuple(self.battle(pair) for pair in pairs)
        shelf = _Shelf(ledger)
        games = [
            game
            for pair, battle in zip(pairs, battles, strict=True)
            if (match := self._match(pair, battle, shelf))
            for game in self._drawn(match)
        ]
        unique = tuple({game.id: game for game in games}.values())
        missing = tuple(game for game in unique if not ledger.has_verdict(game.id))
        return Bout(battles, unique, missing, len(battles) * self.config.games)

    def canaries(self, pairs: Iterable[Planned], ledger: Ledger) -> tuple[Bout, tuple[Canary, ...]]:
        """Canaries among these pairs, to be judged like any battle."""
        shelf = _Shelf(ledger)
        matches = (match for pair in pairs if (match := self._match(pair, self.battle(pair), shelf)))
        planted = plant(matches, self.config.canaries, self.config.seed)
        games = tuple(game for canary in planted for game in self._drawn(canary.match))
        facts = tuple(fact for canary in planted for fact in canary.facts)
        missing = tuple(game for game in games if not ledger.has_verdict(game.id))
        return Bout(facts, games, missing, len(planted) * self.config.games), planted

    def outcome(self, battle: str, ledger: Ledger) -> Outcome:
        """What the verdicts of a battle come to under the merge rule of the tournament."""
        found, config = ledger.verdicts(battle), self.config
        return referee.fold(found, config.games, config.merge, config.tie_delta, config.both_bad_at)

    def _match(self, pair: Planned, battle: Battle, shelf: "_Shelf") -> Match | None:
        """A battle with its texts; None where an answer failed."""
        left, right = shelf.response(pair.answer_a), shelf.response(pair.answer_b)
        if left is None or right is None:
            raise ArenaError(f"battle {battle.id} has no answers yet: start the run again")
        if not (self._stands(left) and self._stands(right)):
            return None
        prompt, references = shelf.prompt(pair.prompt)
        return Match(battle, prompt, left, right, references[0] if references else None)

    def _drawn(self, match: Match) -> tuple[Game, ...]:
        drawn = int(key("games", self.config.seed, self.attempt)[:8], 16)
        return referee.games(match, self.judge, drawn)

    def _stands(self, response: Response) -> bool:
        return response.status == "ok" or (
            response.status == "truncated" and self.config.truncated == "judge"
        )


class _Shelf:
    """Texts of a unit, read once: in all pairs, an answer is in many of its battles."""

    def __init__(self, ledger: Ledger) -> None:
        self.response = cache(ledger.response)
        self.prompt = cache(ledger.prompt)


def judged(
    games: Sequence[Game], missing: Sequence[Game], judge: Judge, retries: int, stop: Callable[[], bool]
) -> tuple[Verdict, ...]:
    """Verdicts of what is missing, or of all games where the judge is exact; empty where `stop` said so.

    Raises:
        ArenaError: nothing can be judged at all.
    """
    found = []
    for verdict in referee.play(games if judge.exact else missing, judge, retries):
        found.append(verdict)
        if stop():
            return ()
    return tuple(found)


def failures(verdicts: Sequence[Verdict]) -> tuple[Failure, ...]:
    """The verdicts that could not be read."""
    return tuple(
        Failure(verdict.status, f"game {verdict.game} of battle {verdict.battle}: {_why(verdict)}")
        for verdict in verdicts
        if verdict.status != "ok"
    )


def _why(verdict: Verdict) -> str:
    said = (verdict.raw or verdict.explanation or "no reply").strip().splitlines()
    return said[0][:200] if said else "an empty reply"
