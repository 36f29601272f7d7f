"""Requests about votes, and answers: the next ballot, a vote, taking it back, what votes say of judges.

Leaves out how they are answered (`arena.service.voting`).
"""

from dataclasses import dataclass

from arena.audit import Rate
from arena.filters import Filters
from arena.store.ballots import Counts, Line
from arena.types import Record
from arena.votes import Choice, Drawn, Step, Vote


@dataclass(frozen=True, slots=True)
class Ballot:
    """Ask for the next battle to vote on, or for this one."""

    board: str
    who: str
    """Any mark of the voter; only its hash is kept."""
    filters: Filters = Filters()
    battle: str | None = None
    skipped: tuple[str, ...] = ()
    """Battles that the voter does not want to see again for now."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a judge said of a battle, seats as they were shown: first, second, tie, both_bad, undecided."""

    judge: str
    human: bool
    outcome: str
    score_first: float | None
    score_second: float | None


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a voter may know once they have voted."""

    vote: Vote
    choice: Choice
    first: str
    """The model whose answer was shown first."""
    second: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A battle to vote on, without names: its sides are the seats, a the one that is shown first."""

    record: Record
    drawn: Drawn
    voted: Revealed | None
    """The voter's own vote, where one stands."""


@dataclass(frozen=True, slots=True)
class BallotFound:
    """Ballot's answer. Without a paper nothing (more) is to be asked; `total`: how many there could be."""

    board: str
    paper: Paper | None
    total: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Vote."""

    board: str
    who: str
    battle: str
    choice: Choice
    comment: str | None = None
    milliseconds: int | None = None
    drawn: Drawn = "asked"


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take the voter's last vote on a board back."""

    board: str
    who: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """TakeBack's answer."""

    vote: Vote


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes on a board, the newest first; of one voter where one is named."""

    board: str
    who: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class VotesFound:
    """Votes' answer."""

    board: str
    counts: Counts
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How far the judges of a board agree with the votes on it."""

    board: str
    flagged: bool = True
    """Whether votes with which something is odd count."""
    who: str | None = None
    """A voter whose own part is told."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One judge: the share of votes that say what it says (a, b or neither)."""

    judge: str
    all: Rate | None
    random: Rate | None
    """Of votes on battles drawn from all alike: what to expect on the whole board."""
    unsure: Rate | None
    """Of votes on battles where the judge was doubted."""
    decisive: Rate | None
    """Of votes for a side on battles for which it names a side."""
    course: tuple[Step, ...]
    """How the first figure came about, vote by vote."""


@dataclass(frozen=True, slots=True)
class TrialFound:
    """Trial's answer: judges in the order of their names."""

    board: str
    counts: Counts
    mine: int
    """Votes of the voter that was named."""
    judges: tuple[Tried, ...]
    people: Rate | None
    """Pairs of voters on one battle that say the same: nobody can be asked for more."""


Request = Ballot | Cast | TakeBack | Votes | Trial
Result = BallotFound | Revealed | TakenBack | VotesFound | TrialFound
