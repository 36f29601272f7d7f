"""How the answers to one prompt stand, from all of its battles: one winner by a stated rule.

`copeland`: most battles won, then the higher mean score, then the higher mean gap. `score`: the mean score
first. Equals are told apart by the answer's id, a hash: a lot that is the same each time and favours nobody.
The order of the battles does not matter. Leaves out ratings over prompts (`arena.ratings`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from arena.types import Response
from training.outcomes import Contest

Rule = Literal["copeland", "score"]


@dataclass(slots=True)
class _Tally:
    response: Response
    won: float = 0.0
    scores: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """One answer's place."""

    model: str
    response: Response
    won: float
    """Battles won, ties half."""
    score: float | None
    """Mean over its battles."""
    gap: float
    """Mean points above the others."""


def ranked(contests: Iterable[Contest], rule: Rule = "copeland") -> tuple[Place, ...]:
    """The answers of one prompt from best to worst, by its decided battles."""
    tallies: dict[str, _Tally] = {}
    for contest in contests:
        if contest.winner not in ("a", "b", "tie"):
            continue
        for seat, points, gap in (
            (contest.a, _points(contest, "a"), contest.gap),
            (contest.b, _points(contest, "b"), None if contest.gap is None else -contest.gap),
        ):
            if seat.response is None:
                continue
            tally = tallies.setdefault(seat.response.id, _Tally(seat.response))
            tally.won += points
            tally.scores += [] if seat.score is None else [seat.score]
            tally.gaps += [] if gap is None else [gap]
    places = [
        Place(t.response.model, t.response, t.won, _mean(t.scores), _mean(t.gaps) or 0.0)
        for t in tallies.values()
    ]
    return tuple(sorted(places, key=lambda place: _order(place, rule)))


def cyclic(contests: Iterable[Contest]) -> bool:
    """Whether the decided battles of a prompt contradict each other: a beats b beats c beats a."""
    beats: dict[str, set[str]] = defaultdict(set)
    for contest in contests:
        if (won := contest.won) is not None:
            beats[_name(won[0].response, won[0].model)].add(_name(won[1].response, won[1].model))
    done: set[str] = set()

    def reaches(node: str, path: frozenset[str]) -> bool:
        if node in path:
            return True
        if node in done:
            return False
        found = any(reaches(other, path | {node}) for other in sorted(beats[node]))
        done.add(node)
        return found

    return any(reaches(node, frozenset()) for node in sorted(beats))


def _name(response: Response | None, model: str) -> str:
    return model if response is None else response.id


def _points(contest: Contest, side: str) -> float:
    return 0.5 if contest.winner == "tie" else float(contest.winner == side)


def _order(place: Place, rule: Rule) -> tuple[float, float, float, str]:
    score = 0.0 if place.score is None else place.score
    first, second = (place.won, score) if rule == "copeland" else (score, place.won)
    return -first, -second, -place.gap, place.response.id


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
