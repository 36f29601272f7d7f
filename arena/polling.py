"""Which battle a person is asked about next: where a vote tells most about the judge.

Three of five draws go where the judge is least sure: people and judges differ, judges differ among
themselves, the two games flipped, nothing could be read, or the scores are close. One of five asks for a
second person's word on a battle that one person voted on, which shows how far people agree. One of five is
drawn from all battles alike: only those say how often the judge agrees with people on the whole board.
Never is one asked that the voter has voted on. Leaves out where candidates come from
(`arena.store.ballots`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from arena.votes import Drawn

LOT: tuple[Drawn, ...] = ("unsure", "unsure", "second", "unsure", "random")
"""What draws are for; each voter has the five in an order of their own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A battle with what judges and people said of it. Shares are side a's, 0 to 1."""

    battle: str
    machines: float | None = None
    """Mean share by judges that are no people; None where none could be read."""
    split: bool = False
    """Whether those judges name different winners."""
    flipped: bool = False
    """Whether some judge's two games name different winners."""
    gap: float | None = None
    """Smallest score gap that a judge gave, where they give scores."""
    people: float | None = None
    """Mean share by people so far."""
    votes: int = 0
    """How many people that were."""
    alike: bool = True
    """Whether it is one of those that were picked from all battles alike; others came for their doubt."""


@dataclass(frozen=True, slots=True)
class Draw:
    """The battle to ask about, and why."""

    battle: str
    drawn: Drawn


def doubt(one: Candidate) -> float:
    """How little the judges' word on a battle can be relied on, 0 to 1."""
    if one.machines is None or one.split or one.flipped or _against(one):
        return 1.0
    if one.gap is not None:
        return 1 / (1 + one.gap)
    return 1 - abs(2 * one.machines - 1) / 1.25


def _against(one: Candidate) -> bool:
    """Whether people and judges name different winners."""
    return one.people is not None and one.machines is not None and _side(one.people) != _side(one.machines)


def _side(share: float) -> int:
    return (share > 0.5) - (share < 0.5)


def draw(
    candidates: Sequence[Candidate],
    done: Iterable[str],
    seed: str,
    turn: int,
    fits: Callable[[str], bool] = lambda _: True,
) -> Draw | None:
    """The next battle for the voter `seed` who has been asked `turn` times; None where none is left.

    `done` are battles that are never asked about again. `fits` may refuse a battle, at a price: the next one
    in order is tried.
    """
    over = frozenset(done)
    left = [one for one in candidates if one.battle not in over]
    for aim in dict.fromkeys((_aim(seed, turn), "unsure")):
        for one in _ordered(left, aim, seed):
            if fits(one.battle):
                return Draw(one.battle, aim)
    return None


def _aim(seed: str, turn: int) -> Drawn:
    """What this draw is for."""
    fifth, at = divmod(turn, len(LOT))
    order = sorted(range(len(LOT)), key=lambda place: _mixed(seed, f"lot {fifth} {place}"))
    return LOT[order[at]]


def _ordered(left: Iterable[Candidate], aim: Drawn, seed: str) -> list[Candidate]:
    """Those that serve an aim, best first; equals in an order of the voter's own."""
    if aim == "random":
        return sorted((one for one in left if one.alike), key=lambda one: _mixed(seed, one.battle))
    if aim == "second":
        left = [one for one in left if one.votes == 1]
    return sorted(left, key=lambda one: (-doubt(one), one.votes, _mixed(seed, one.battle)))


def _mixed(seed: str, word: str) -> bytes:
    return blake2b(f"{seed}/{word}".encode(), digest_size=8).digest()
