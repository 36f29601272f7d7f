"""Human votes as facts: who voted on what from which seats, what is odd about it, and what was taken back.

A vote is a verdict of a judge of kind human. A voter is a hash: the name that a person gave, or the mark of
their browser, is never kept. Leaves out which battle is asked about (`arena.polling`) and where votes are
kept (`arena.store.ballots`).
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from arena.audit import Rate, Sums, share
from arena.errors import BadRequest
from arena.keys import key
from arena.names import family
from arena.types import Winner

Choice = Literal["first", "second", "tie", "both_bad"]
"""What a voter says of the answer that is shown first and the one that is shown second."""
Flag = Literal["fast", "again", "named"]
"""What is odd about a vote: too fast to have read both answers; on a battle that the same person voted on
already (it is kept and never counts twice); an answer names one of the two models."""
Drawn = Literal["unsure", "second", "random", "asked"]
"""Why a battle was asked about: see `arena.polling`; `asked` is one that the voter chose."""

LONGEST = 2000
"""Characters of a comment."""
_LEAST, _PER_WORD, _MOST = 2000, 1000 / 30, 10_000
"""Milliseconds: a vote takes at least two seconds, and one for every thirty words; ten are always enough."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote. Sides are the battle's, already mapped back from the seats."""

    id: str
    board: str
    battle: str
    voter: str
    winner: Winner
    swapped: bool
    """Whether side b was shown first."""
    drawn: Drawn
    at: datetime
    """UTC, naive."""
    comment: str | None = None
    milliseconds: int | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """A vote that its voter took back: a fact too, the vote stays."""

    vote: str
    board: str
    at: datetime


def voter(salt: bytes, who: str) -> str:
    """The hash by which a voter is known in one home; without its salt nobody finds the name again.

    Raises:
        BadRequest: `who` says nothing, or far too much.
    """
    said = " ".join(who.split()).casefold()
    if not 1 <= len(said) <= 200:
        raise BadRequest("a vote needs a voter: a name or any mark of at most 200 characters")
    return hmac.new(salt, said.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:16]


def judge(voter: str) -> str:
    """What a voter is called among judges."""
    return f"human {voter[:8]}"


def swapped(voter: str, battle: str) -> bool:
    """Whether this voter sees side b of this battle first: by chance, and the same whenever it is asked."""
    return bool(blake2b(f"{voter}/{battle}".encode(), digest_size=1).digest()[0] & 1)


def winner(choice: Choice, *, swapped: bool) -> Winner:
    """A choice between seats as a winner among sides."""
    if choice in ("tie", "both_bad"):
        return choice
    return "a" if (choice == "first") != swapped else "b"


def vote_id(board: str, battle: str, voter: str, before: int) -> str:
    """`before`: how many votes this voter gave on this battle before, those taken back among them."""
    return key("vote", board, battle, voter, before)


def flags(
    milliseconds: int | None, answers: Iterable[str], models: Iterable[str], *, again: bool
) -> tuple[Flag, ...]:
    """What is odd about a vote."""
    texts, names = tuple(answers), tuple(models)
    found: dict[Flag, bool] = {
        "fast": milliseconds is not None and milliseconds < enough(texts),
        "again": again,
        "named": named(texts, names),
    }
    return tuple(flag for flag, true in found.items() if true)


def enough(answers: Iterable[str]) -> float:
    """Milliseconds below which nobody has looked at both answers."""
    words = sum(len(answer.split()) for answer in answers)
    return min(_MOST, _LEAST + _PER_WORD * words)


def named(answers: Iterable[str], models: Iterable[str]) -> bool:
    """Whether an answer names one of the models: by its whole name, or by that of its family ("vicuna")."""
    words = {name.rpartition("/")[2] for name in models}
    words |= {line for line in map(family, words) if len(line) > 3}
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
    said = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) if pattern else None
    return said is not None and any(said.search(answer) for answer in answers)


@dataclass(frozen=True, slots=True)
class Seen:
    """One vote beside what a judge says of the same battle."""

    cluster: str
    """The prompt, or the battle where it is unknown: votes on one hang together."""
    same: bool


@dataclass(frozen=True, slots=True)
class Step:
    """How sure one was after so many votes."""

    votes: int
    rate: Rate


def agreement(seen: Iterable[Seen]) -> Rate | None:
    """The share of votes that say what the judge says; its interval minds several votes on a prompt."""
    return _agreement(_clusters(seen).values())


def course(seen: Iterable[Seen], steps: int = 40) -> tuple[Step, ...]:
    """The same after the first votes, after more, and after all of them: at most so many steps."""
    held = tuple(seen)
    marks = (
        sorted({round(1 + (len(held) - 1) * at / max(1, steps - 1)) for at in range(steps)}) if held else []
    )
    found, clusters = [], dict[str, tuple[int, int]]()
    for number, one in enumerate(held, 1):
        hits, count = clusters.get(one.cluster, (0, 0))
        clusters[one.cluster] = hits + one.same, count + 1
        if number in marks and (rate := _agreement(clusters.values())) is not None:
            found.append(Step(number, rate))
    return tuple(found)


def _clusters(seen: Iterable[Seen]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for one in seen:
        hits, count = found.get(one.cluster, (0, 0))
        found[one.cluster] = hits + one.same, count + 1
    return found


def _agreement(clusters: Iterable[tuple[int, int]]) -> Rate | None:
    pairs = tuple(clusters)
    return share(
        Sums(
            sum(f for f, _ in pairs),
            sum(d for _, d in pairs),
            sum(f * f for f, _ in pairs),
            sum(f * d for f, d in pairs),
            sum(d * d for _, d in pairs),
            len(pairs),
        )
    )
