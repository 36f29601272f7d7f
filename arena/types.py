"""The facts that flow through everything: frozen, without I/O, one class per kind of row.

A *battle* is a prompt and two responses, a *game* one judging of it in one order, a *verdict* what the
judge said of that game, an *outcome* what the verdicts of a battle fold into. Ids are `arena.keys.key` of a
natural key. Leaves out how facts are stored (`arena.store`) and ranked (`arena.ratings`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Winner = Literal["a", "b", "tie", "both_bad"]
"""What one game, or one whole battle, came to."""

Status = Literal["ok", "unparsed", "refused", "truncated", "error"]
"""Whether a reply is there and could be read. Only `ok` is ranked; the others are shown, never guessed."""

Kind = Literal["battles", "pairs", "published"]
"""What a board is made of: battles (and grades), pair counts, or ratings that somebody published."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One or more user turns. `source` and `natural` are its natural key: a collection and the id in it."""

    id: str
    source: str
    natural: str
    turns: tuple[str, ...]
    categories: tuple[str, ...] = ()
    language: str | None = None
    difficulty: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """An answer that a judge may be shown as right: not a contestant's response."""

    id: str
    prompt: str
    author: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """A model's turns to a prompt. The four figures of style are what style control corrects for."""

    id: str
    prompt: str
    model: str
    turns: tuple[str, ...]
    sampling: str = ""
    """Hash of the sampling settings; of the text itself where an import does not know them."""
    sample: int = 0
    tokens: int | None = None
    headers: int | None = None
    lists: int | None = None
    bolds: int | None = None
    status: Status = "ok"
    """Whether the model answered. One that did not has the turns up to the failure, and is not judged."""
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Battle:
    """A prompt and two contestants, and how many games its protocol expects."""

    id: str
    model_a: str
    model_b: str
    prompt: str | None = None
    """Id of the prompt; None where nothing about it is known (then the battle is its own cluster)."""
    response_a: str | None = None
    response_b: str | None = None
    """Ids of the texts; None: unknown, or to be found by (prompt, model)."""
    games: int = 1
    """Games expected per judge: 1 for human votes and single-order judges, 2 for both orders."""
    turn: int = 1
    when: datetime | None = None
    """UTC, naive."""
    run: str | None = None
    """Id of the run that played it; None: imported."""
    propensity: float | None = None
    """Probability with which a pairing plan chose it; None: not known, or not chosen by chance."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said of one game. Sides are always the battle's, already mapped back if `swapped`."""

    id: str
    battle: str
    judge: str
    game: int = 1
    swapped: bool = False
    winner: Winner | None = None
    preference: float | None = None
    """Soft judges: 1 = side a certainly better, 0 = side b, 0.5 = tie. Given instead of `winner`."""
    score_a: float | None = None
    score_b: float | None = None
    strength: int = 1
    """Graded judges: 2 where one side is much better."""
    explanation: str | None = None
    raw: str | None = None
    """The judge's reply (or the whole record) as it came, where it says more than the explanation."""
    status: Status = "ok"
    tokens: int | None = None
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """A judge's score of one response alone. Two of one prompt, judge and turn make a battle, by query."""

    id: str
    prompt: str
    model: str
    judge: str
    turn: int = 1
    score: float | None = None
    explanation: str | None = None
    status: Status = "ok"


@dataclass(frozen=True, slots=True)
class PairCount:
    """How often each outcome occurred between two models, where the battles themselves are not known."""

    model_a: str
    model_b: str
    win_a: float
    win_b: float
    tie: float
    both_bad: float
    category: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One model's line of a board that somebody else computed."""

    model: str
    value: float
    low: float | None = None
    high: float | None = None
    battles: int | None = None
    category: str = ""


Fact = Prompt | Reference | Response | Battle | Verdict | Grade | PairCount | Published


@dataclass(frozen=True, slots=True)
class Record:
    """A battle with all that is known of it: what the battle page shows and an export of battles holds."""

    board: str
    battle: Battle
    prompt: Prompt | None
    response_a: Response | None
    response_b: Response | None
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that a format read. `facts[0]` is what the row is about; the rest came along with it."""

    facts: tuple[Fact, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be used: kept for a person to read, counted, and never guessed at."""

    line: int
    reason: str
    text: str
    """The row as it stood, cut to a thousand characters."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader changed or met that the person should know (a name it rewrote, say). Said once."""

    text: str
