"""Several judges decide each game together, by a merge rule; their spread and every single verdict are kept.

The explanation says who said what and how far they were apart; the raw text is a JSON list of the members'
verdicts, raw replies included. Asked again, only those members are asked that could not be read before.
Leaves out weighing members by how good they are.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import pstdev
from typing import Annotated, Literal

from annotated_types import Ge

from arena import plugins
from arena.errors import ArenaError, BadRequest
from arena.judges.types import Game, Judge
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from arena.types import Verdict, Winner

JUDGES = "arena.judges"
VERSION = 2
_HELD = 10_000
"""Verdicts of members that are held for another try, at most."""

Rule = Literal["mean", "majority", "unanimous"]


@dataclass(frozen=True, slots=True)
class Config:
    """Who sits in it, and how it comes to a verdict."""

    members: tuple[Choice, ...]
    """Judges of games: files of `arena.judges` and their options; two at least."""
    merge: Rule = "mean"
    """mean of scores, or of shares where a member gives none; majority of winners; unanimous, else a tie."""
    quorum: Annotated[int, Ge(1)] | None = None
    """Members that must have been read; None: all of them."""
    name: str = ""
    """The jury's name on boards; empty: `jury` and its members' names."""


def open(config: Config) -> Judge:  # noqa: A001 - the entry point's name
    """The jury, all of its members open.

    Raises:
        BadRequest: fewer than two members, or a quorum that they cannot reach.
        ArenaError: a member cannot be opened.
    """
    _sound(config)
    members: list[Judge] = []
    try:
        members.extend(map(_opened, config.members))
    except BaseException:
        for member in members:
            member.close()
        raise
    name = config.name or f"jury({', '.join(member.name for member in members)})"
    return Jury(name, tuple(members), config.merge, config.quorum or len(members))


def _opened(choice: Choice) -> Judge:
    opened: Judge = plugins.load(JUDGES, choice.name).open(plugins.config(JUDGES, choice))
    return opened


def identity(config: Config) -> str:
    """Content key of the members, in their order, and of the rule."""
    _sound(config)
    members = (
        plugins.load(JUDGES, choice.name).identity(plugins.config(JUDGES, choice))
        for choice in config.members
    )
    return key("jury", VERSION, config.merge, config.quorum, config.name, *members)


def check(config: Config) -> tuple[Finding, ...]:
    """What the members find, and whether the jury can come to a verdict at all."""
    try:
        _sound(config)
        found = [
            replace(finding, subject=f"jury member {number}: {finding.subject}")
            for number, choice in enumerate(config.members, 1)
            for finding in plugins.load(JUDGES, choice.name).check(plugins.config(JUDGES, choice))
        ]
    except ArenaError as error:
        return (Finding("red", "jury", str(error)),)
    if len(set(map(repr, config.members))) < len(config.members):
        found.append(Finding("amber", "jury", "a member sits in it twice: its voice counts twice"))
    return tuple(found)


def where(config: Config) -> str:
    """Where it works: here if any member does, alone if any must."""
    places = [_place(JUDGES, choice) for choice in config.members]
    return next((place for place in ("alone", "here") if place in places), "elsewhere")


def _place(package: str, choice: Choice) -> str:
    options = plugins.config(package, choice)
    if isinstance(asked := getattr(options, "backend", None), Choice):
        return _place("arena.backends", asked)
    says = getattr(plugins.load(package, choice.name), "where", None)
    return str(says(options)) if says else "here"


def _sound(config: Config) -> None:
    if len(config.members) < 2:
        raise BadRequest(f"a jury has two members at least, this one has {len(config.members)}")
    for choice in config.members:
        if getattr(plugins.load(JUDGES, choice.name), "GIVES", "verdicts") != "verdicts":
            raise BadRequest(f"jury: {choice.name} grades single answers: choose judges of games")
    if config.quorum is not None and config.quorum > len(config.members):
        raise BadRequest(f"quorum {config.quorum} is more than the jury's {len(config.members)} members")


@dataclass(slots=True)
class Jury:
    """The judge."""

    name: str
    members: tuple[Judge, ...]
    merge: Rule
    quorum: int
    _heard: dict[tuple[str, int], Verdict] = field(default_factory=dict)
    """What members said of games that are not decided yet."""

    @property
    def exact(self) -> bool:
        """Whether any member is."""
        return any(member.exact for member in self.members)

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        """One verdict for each game, when all members have been asked."""
        told: dict[str, list[Verdict]] = {game.id: [] for game in games}
        for number, member in enumerate(self.members):
            for verdict in self._ask(number, member, games):
                told[verdict.id].append(verdict)
        for game in games:
            yield self._decide(game, told[game.id])

    def _ask(self, number: int, member: Judge, games: Sequence[Game]) -> Iterator[Verdict]:
        due = []
        for game in games:
            known = self._heard.get((game.id, number)) if game.tried else None
            if known is None:
                due.append(game)
            else:
                yield known
        silent = {game.id: game for game in due}
        for verdict in member.judge([_own(game, number) for game in due]) if due else ():
            del silent[verdict.id]
            if verdict.status == "ok":
                self._keep(verdict, number)
            yield verdict
        for game in silent.values():
            text = f"{member.name} gave no verdict"
            yield Verdict(
                game.id, game.battle, member.name, game.game, game.swapped, explanation=text, status="error"
            )

    def _keep(self, verdict: Verdict, number: int) -> None:
        self._heard[verdict.id, number] = verdict
        if len(self._heard) > _HELD:  # games that were given up long ago
            del self._heard[next(iter(self._heard))]

    def _decide(self, game: Game, said: list[Verdict]) -> Verdict:
        read = [verdict for verdict in said if verdict.status == "ok"]
        plain = Verdict(
            game.id, game.battle, self.name, game.game, game.swapped,
            explanation=_told(said), raw=_kept(said),
            tokens=_sum([verdict.tokens for verdict in said]),
            milliseconds=_sum([verdict.milliseconds for verdict in said]),
        )  # fmt: skip
        if len(read) < self.quorum:
            return replace(plain, status=next(verdict.status for verdict in said if verdict.status != "ok"))
        for number in range(len(self.members)):
            self._heard.pop((game.id, number), None)
        return _merged(plain, read, self.merge)

    def close(self) -> None:
        """Closes every member."""
        for member in self.members:
            member.close()


def _own(game: Game, number: int) -> Game:
    """The game as a member gets it: each draws by its own seed, else members of a kind would err alike."""
    return game if number == 0 else replace(game, seed=int(key("member", game.seed, number)[:8], 16) >> 1)


def _merged(plain: Verdict, read: Sequence[Verdict], rule: Rule) -> Verdict:
    if rule == "mean":
        return _mean(plain, read)
    votes = Counter(_vote(verdict) for verdict in read)
    (first, most), *others = votes.most_common()
    agreed = not others if rule == "unanimous" else not others or others[0][1] < most
    strength = min(verdict.strength for verdict in read) if not others else 1
    return replace(plain, winner=first if agreed else "tie", strength=strength)


def _mean(plain: Verdict, read: Sequence[Verdict]) -> Verdict:
    """Of scores where every member gave them on the scale from 1 to 10; else of shares."""
    pairs = [(verdict.score_a, verdict.score_b) for verdict in read]
    scored = [
        (a, b) for a, b in pairs if a is not None and b is not None and min(a, b) >= 1 and max(a, b) <= 10
    ]
    if len(scored) == len(read):
        a, b = (sum(scores) / len(read) for scores in zip(*scored, strict=True))
        return replace(plain, winner=_larger(a - b), score_a=a, score_b=b)
    if all(verdict.winner == "both_bad" for verdict in read):
        return replace(plain, winner="both_bad")
    return replace(plain, preference=sum(map(_share, read)) / len(read))


def _larger(gap: float) -> Winner:
    return "tie" if gap == 0 else "a" if gap > 0 else "b"


def _vote(verdict: Verdict) -> Winner:
    if verdict.winner is not None:
        return verdict.winner
    return _larger(_share(verdict) - 0.5)


def _share(verdict: Verdict) -> float:
    """Side a's share of what a member said."""
    if verdict.winner is not None:
        return {"a": 1.0, "b": 0.0}.get(verdict.winner, 0.5)
    if verdict.preference is not None:
        return verdict.preference
    if verdict.score_a is not None and verdict.score_b is not None:
        return {"a": 1.0, "b": 0.0}.get(_larger(verdict.score_a - verdict.score_b), 0.5)
    return 0.5


def _told(said: Sequence[Verdict]) -> str:
    """Who said what, and how far the members were apart."""
    read = [verdict for verdict in said if verdict.status == "ok"]
    votes = Counter(_vote(verdict) for verdict in read)
    counted = ", ".join(f"{winner} {count}" for winner, count in sorted(votes.items())) or "none"
    gaps = [v.score_a - v.score_b for v in read if v.score_a is not None and v.score_b is not None]
    spread = f"; gaps {min(gaps):+g} to {max(gaps):+g}, spread {pstdev(gaps):.2f}" if len(gaps) > 1 else ""
    lines = [f"Votes: {counted}, of {len(said)}{spread}."]
    return "\n\n".join([*lines, *(f"{v.judge} ({_short(v)}): {v.explanation or '-'}" for v in said)])


def _short(verdict: Verdict) -> str:
    if verdict.status != "ok":
        return verdict.status
    if verdict.score_a is not None and verdict.score_b is not None:
        return f"{verdict.score_a:g} : {verdict.score_b:g}"
    return verdict.winner or f"{_share(verdict):.2f}"


def _kept(said: Sequence[Verdict]) -> str:
    kept = ("judge", "status", "winner", "score_a", "score_b", "preference", "strength", "explanation", "raw")
    rows = [{name: getattr(verdict, name) for name in kept} for verdict in said]
    return json.dumps(rows, ensure_ascii=False)


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
