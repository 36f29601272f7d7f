"""What selection reads: prompts, responses, and what each battle came to, gathered from facts.

Verdicts are folded by the referee's rule, so that training sees the outcomes that the board shows. Needs no
database: the facts of a run folder, an import or an export will do. Leaves out which rows are made of it
(`training.selection`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge

from arena import referee
from arena.errors import BadRequest
from arena.keys import key
from arena.referee import Folded, Merge
from arena.types import Battle, Fact, Prompt, Response, Verdict

CANARY = "canary:"
"""Begins the name of a contestant that was made to test the judge: never rated, never trained on."""


@dataclass(frozen=True, slots=True)
class Folding:
    """How verdicts become outcomes: as when the board is ranked."""

    merge: Merge = "mean"
    """How the two games of a battle fold."""
    tie_delta: Annotated[float, Ge(0)] = 0.0
    """Under `mean`: a difference of mean scores up to this is a tie."""
    both_bad_at: float | None = None
    """Two mean scores both at or under this are both_bad; None: never."""
    judge: str | None = None
    """Whose verdicts count; None: the only judge there is."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One side of a battle, as it came out."""

    model: str
    response: Response | None
    score: float | None
    """Mean of its scores over the battle's games."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A battle and what it came to."""

    id: str
    prompt: str
    a: Seat
    b: Seat
    kind: Folded
    winner: Literal["a", "b", "tie", "both_bad"] | None
    gap: float | None
    """Score of a minus score of b."""
    share: float | None
    agreed: bool
    """Whether all games named the same winner."""

    def sides(self, model: str) -> Iterator[tuple[Seat, Seat, float | None]]:
        """Each way in which a model sits here: its seat, the other's, and its points above the other."""
        if self.a.model == model:
            yield self.a, self.b, self.gap
        if self.b.model == model:
            yield self.b, self.a, None if self.gap is None else -self.gap

    @property
    def won(self) -> tuple[Seat, Seat, float | None] | None:
        """Winner, loser and the winner's points above; None where nobody won."""
        if self.winner == "a":
            return self.a, self.b, self.gap
        if self.winner == "b":
            return self.b, self.a, None if self.gap is None else -self.gap
        return None


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that rows can be made of."""

    prompts: Mapping[str, Prompt]
    contests: tuple[Contest, ...]
    """In the order of their ids, so that nothing hangs on the order of the facts."""
    samples: Mapping[tuple[str, str], tuple[Response, ...]] = field(default_factory=dict)
    """All answers of a model to a prompt, by (prompt, model), in the order of their sample numbers."""
    bad: frozenset[str] = frozenset()
    """Ids of answers that some battle called bad together with the other one."""

    def by_prompt(self) -> dict[str, list[Contest]]:
        """Contests of each prompt, prompts in the order of their ids."""
        found: dict[str, list[Contest]] = defaultdict(list)
        for contest in self.contests:
            found[contest.prompt].append(contest)
        return dict(sorted(found.items()))


def content(turns: Iterable[str]) -> str:
    """Content key of a prompt's turns, whatever its id; case and white space do not matter."""
    return key("turns", *(" ".join(turn.split()).casefold() for turn in turns))


def gather(facts: Iterable[Fact], folding: Folding | None = None) -> Material:
    """The material in some facts; canaries are left out.

    Raises:
        BadRequest: verdicts of several judges, and none is named.
    """
    rule = folding or Folding()
    prompts: dict[str, Prompt] = {}
    responses: dict[str, Response] = {}
    battles: dict[str, Battle] = {}
    said: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for fact in facts:
        if isinstance(fact, Prompt):
            prompts[fact.id] = fact
        elif isinstance(fact, Response):
            responses[fact.id] = fact
        elif isinstance(fact, Battle):
            battles[fact.id] = fact
        elif isinstance(fact, Verdict) and rule.judge in (None, fact.judge):
            said[fact.battle][fact.id] = fact
    judges = sorted({verdict.judge for each in said.values() for verdict in each.values()})
    if len(judges) > 1:
        raise BadRequest(f"verdicts by {len(judges)} judges ({', '.join(judges)}): name the one that selects")
    samples = _samples(responses.values())
    every = (
        _contest(battle, list(said[battle.id].values()), responses, samples, rule)
        for _, battle in sorted(battles.items())
        if not battle.model_a.startswith(CANARY) and not battle.model_b.startswith(CANARY)
    )
    contests = tuple(one for one in every if one is not None)
    return Material(prompts, contests, samples, _bad(contests))


def _bad(contests: Iterable[Contest]) -> frozenset[str]:
    seats = (seat for one in contests if one.kind == "both_bad" for seat in (one.a, one.b))
    return frozenset(seat.response.id for seat in seats if seat.response is not None)


def _samples(responses: Iterable[Response]) -> dict[tuple[str, str], tuple[Response, ...]]:
    found: dict[tuple[str, str], list[Response]] = defaultdict(list)
    for response in responses:
        found[response.prompt, response.model].append(response)
    return {
        pair: tuple(sorted(each, key=lambda one: (one.sample, one.id)))
        for pair, each in sorted(found.items())
    }


def _contest(
    battle: Battle,
    verdicts: list[Verdict],
    responses: Mapping[str, Response],
    samples: Mapping[tuple[str, str], tuple[Response, ...]],
    rule: Folding,
) -> Contest | None:
    if battle.prompt is None:
        return None
    outcome = referee.fold(verdicts, battle.games, rule.merge, rule.tie_delta, rule.both_bad_at)
    scores = [_mean([getattr(v, name) for v in verdicts if v.status == "ok"]) for name in _SCORES]
    seats = [
        Seat(model, _response(given, (battle.prompt, model), responses, samples), score)
        for model, given, score in (
            (battle.model_a, battle.response_a, scores[0]),
            (battle.model_b, battle.response_b, scores[1]),
        )
    ]
    ways = {_way(verdict) for verdict in verdicts if verdict.status == "ok"}
    return Contest(
        battle.id,
        battle.prompt,
        seats[0],
        seats[1],
        outcome.kind,
        outcome.winner,
        outcome.gap,
        outcome.share,
        agreed=len(ways) == 1,
    )


_SCORES = ("score_a", "score_b")


def _mean(scores: list[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known and len(known) == len(scores) else None


def _way(verdict: Verdict) -> str:
    if verdict.winner is not None:
        return verdict.winner
    if verdict.score_a is not None and verdict.score_b is not None:
        gap = verdict.score_a - verdict.score_b
        return "a" if gap > 0 else "b" if gap < 0 else "tie"
    share = 0.5 if verdict.preference is None else verdict.preference
    return "a" if share > 0.5 else "b" if share < 0.5 else "tie"


def _response(
    given: str | None,
    sought: tuple[str, str],
    responses: Mapping[str, Response],
    samples: Mapping[tuple[str, str], tuple[Response, ...]],
) -> Response | None:
    """The response that the battle names, or the only one of that model to that prompt."""
    if given is not None:
        return responses.get(given)
    found = samples.get(sought, ())
    return found[0] if len(found) == 1 else None
