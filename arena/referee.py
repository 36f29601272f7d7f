"""The referee: plays the games of a battle, asks again only for what failed, folds verdicts into an outcome.

The fold is the one that the store's macro does when it ranks (`store/macros/2_outcomes.sql`), for plans that
learn while a tournament runs. Both games or none: a battle with a failed answer has no games. Leaves out who
meets whom and where verdicts go (`arena.tournament`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeVar

from arena.judges.types import Game, Grader, Judge, Paper
from arena.keys import key
from arena.types import Battle, Grade, Prompt, Reference, Response, Status, Verdict, Winner

Asked = TypeVar("Asked", Game, Paper)
Said = TypeVar("Said", Verdict, Grade)

Merge = Literal["mean", "strict", "count2"]
Folded = Literal["a", "b", "tie", "both_bad", "soft", "undecided"]

ANSWERED: frozenset[Status] = frozenset({"ok", "truncated"})
"""A response with one of these is an answer: one that ran into its limit is judged as it stands."""


@dataclass(frozen=True, slots=True)
class Match:
    """A battle with its texts."""

    battle: Battle
    prompt: Prompt
    a: Response
    b: Response
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a battle's verdicts by one judge come to."""

    kind: Folded
    """`soft`: no plain win, loss or tie, but a share; `undecided`: an expected game is missing or unread."""
    share: float | None
    """Side a's share of the battle in 0-1; None where undecided."""
    gap: float | None
    """Mean score of a minus mean score of b, where every game has both scores."""

    @property
    def winner(self) -> Winner | None:
        """Who won; of a soft outcome, whoever has more of it; None where undecided."""
        if self.share is None or self.kind == "undecided":
            return None
        return _larger(self.share) if self.kind == "soft" else self.kind


def playable(match: Match) -> bool:
    """Whether both sides answered every turn, so that there is something to judge."""
    turns = len(match.prompt.turns)
    return all(
        response.status in ANSWERED and len(response.turns) == turns and any(map(str.strip, response.turns))
        for response in (match.a, match.b)
    )


def games(match: Match, judge_identity: str, seed: int) -> tuple[Game, ...]:
    """As many games as the battle expects, the second with the sides exchanged; none if a response failed."""
    if not playable(match):
        return ()
    made = []
    for number in range(1, match.battle.games + 1):
        named = key("verdict", match.battle.id, judge_identity, number)
        made.append(
            Game(
                named,
                match.battle.id,
                match.prompt,
                match.a,
                match.b,
                number,
                _seed(seed, named, 0),
                match.reference,
            )
        )
    return tuple(made)


def play(
    games: Sequence[Game], judge: Judge, retries: int, tries: Counter[Status] | None = None
) -> Iterator[Verdict]:
    """One final verdict for each game, when it is ready; what failed is asked again with a new seed.

    The verdict of the last try stands, with its raw text. `tries` counts the status of every try, also of
    those that were asked again.
    """
    return _tried(games, partial(_judged, judge=judge), retries, tries)


def mark(
    papers: Sequence[Paper], grader: Grader, retries: int, tries: Counter[Status] | None = None
) -> Iterator[Grade]:
    """One final grade for each paper, likewise."""
    return _tried(papers, partial(_graded, grader=grader), retries, tries)


def _tried(
    items: Sequence[Asked],
    ask: Callable[[list[Asked]], Iterator[Said]],
    retries: int,
    tries: Counter[Status] | None,
) -> Iterator[Said]:
    waiting = {item.id: item for item in items}
    for tried in range(retries + 1):
        again = []
        for said in ask(list(waiting.values())):
            if tries is not None:
                tries[said.status] += 1
            item = waiting.pop(said.id)
            if said.status == "ok" or tried == retries:
                yield said
            else:
                again.append(item)
        if not again:
            return
        again.sort(key=lambda item: item.id)
        waiting = {
            item.id: replace(item, seed=_seed(item.seed, item.id, tried + 1), tried=tried + 1)
            for item in again
        }


def _judged(games: Sequence[Game], judge: Judge) -> Iterator[Verdict]:
    """The judge's verdicts, and an error for every game that it said nothing of."""
    silent = {game.id: game for game in games}
    for verdict in judge.judge(games):
        del silent[verdict.id]
        yield verdict
    for game in silent.values():
        yield Verdict(
            game.id, game.battle, judge.name, game.game, game.swapped, status="error",
            explanation=f"{judge.name} gave no verdict",
        )  # fmt: skip


def _graded(papers: Sequence[Paper], grader: Grader) -> Iterator[Grade]:
    """The same of papers."""
    silent = {paper.id: paper for paper in papers}
    for grade in grader.grade(papers):
        del silent[grade.id]
        yield grade
    for paper in silent.values():
        who = (paper.prompt.id, paper.response.model, grader.name, paper.turn)
        yield Grade(paper.id, *who, explanation=f"{grader.name} gave no grade", status="error")


def _seed(seed: int, game: str, tried: int) -> int:
    return int(key("seed", seed, game, tried)[:8], 16) >> 1


def fold(
    verdicts: Sequence[Verdict],
    expected: int,
    merge: Merge = "mean",
    tie_delta: float = 0.0,
    both_bad_at: float | None = None,
) -> Outcome:
    """What one judge's verdicts of one battle come to, in the order in which they arrived."""
    kinds = [(verdict, _kind(verdict, tie_delta, both_bad_at)) for verdict in verdicts]
    if expected == 1:
        single = [_first(kinds)] if kinds else []
    else:
        numbers = dict.fromkeys(verdict.game for verdict, _ in kinds)
        single = [_first([pair for pair in kinds if pair[0].game == number]) for number in numbers]
    a, b = _mean([v.score_a for v, _ in single]), _mean([v.score_b for v, _ in single])
    gap = None if a is None or b is None else a - b
    if sum(kind != "undecided" for _, kind in single) < expected:
        return Outcome("undecided", None, gap)
    shares = [share for v, kind in single if (share := _share(kind, v.preference)) is not None]
    share = sum(shares) / len(shares)
    if expected == 1:
        return Outcome(single[0][1], share, gap)
    kind = _merged(single, share, merge, (a, b), (tie_delta, both_bad_at))
    return Outcome(kind, share if kind == "soft" or merge == "count2" else _share(kind, None), gap)


def _first(kinds: Sequence[tuple[Verdict, Folded]]) -> tuple[Verdict, Folded]:
    """The first that could be read, else the first."""
    return next((pair for pair in kinds if pair[1] != "undecided"), kinds[0])


def _merged(
    single: Sequence[tuple[Verdict, Folded]],
    share: float,
    merge: Merge,
    means: tuple[float | None, float | None],
    limits: tuple[float, float | None],
) -> Folded:
    """The outcome of several games by the rule; count2 ranks them one by one: then whoever has more."""
    said = {kind for _, kind in single}
    if merge == "strict":
        return said.pop() if len(said) == 1 else "tie"
    a, b = means
    if merge == "mean" and a is not None and b is not None and all(_scored(verdict) for verdict, _ in single):
        return _by_score(a, b, *limits)
    if "soft" in said:
        return "soft"
    if said == {"both_bad"}:
        return "both_bad"
    return _larger(share)


def _larger(share: float) -> Literal["a", "b", "tie"]:
    return "a" if share > 0.5 else "b" if share < 0.5 else "tie"


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known and len(known) == len(scores) else None


def _kind(verdict: Verdict, delta: float, bad_at: float | None) -> Folded:
    """One game: a winner that the judge named counts, also where its scores say otherwise."""
    if verdict.status != "ok":
        return "undecided"
    a, b = verdict.score_a, verdict.score_b
    if a is not None and b is not None:
        if verdict.winner is None or (verdict.winner != "both_bad" and verdict.winner == _higher(a, b)):
            return _by_score(a, b, delta, bad_at)
        return verdict.winner
    if verdict.winner is not None:
        return verdict.winner
    if verdict.preference is None:
        return "undecided"
    plain: dict[float, Folded] = {1.0: "a", 0.0: "b", 0.5: "tie"}
    return plain.get(verdict.preference, "soft")


def _by_score(a: float, b: float, delta: float, bad_at: float | None) -> Folded:
    if bad_at is not None and max(a, b) <= bad_at:
        return "both_bad"
    return "tie" if abs(a - b) <= delta else _higher(a, b)


def _higher(a: float, b: float) -> Literal["a", "b", "tie"]:
    return "tie" if a == b else "a" if a > b else "b"


def _scored(verdict: Verdict) -> bool:
    """Whether the winner is just what the scores say."""
    if verdict.winner is None:
        return True
    a, b = verdict.score_a, verdict.score_b
    return a is not None and b is not None and verdict.winner == _higher(a, b)


def _share(kind: Folded, preference: float | None) -> float | None:
    return {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5, "soft": preference}.get(kind)
