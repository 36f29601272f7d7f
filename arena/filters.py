"""Which battles: the one description of a filter that ranking, listing, export and links share.

Leaves out how it becomes SQL (`arena.store.where`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from arena.flags import Mark


@dataclass(frozen=True, slots=True)
class Filters:
    """All fields are optional and narrow the set together. Named as in links: `/battles?category=math`."""

    category: str | None = None
    """Prompts of this category; on published and pair-count boards, that board's own category."""
    language: str | None = None
    """Prompts in this language."""
    judge: str | None = None
    """Verdicts of this judge only."""
    turn: int | None = None
    """Battles that judge this turn of a conversation."""
    since: date | None = None
    """Battles of this day or later."""
    until: date | None = None
    """Battles of this day or earlier."""
    gap_min: float | None = None
    """Score gap of at least this."""
    gap_max: float | None = None
    """Score gap of at most this."""
    length_min: int | None = None
    """Battles whose longer answer has at least this many tokens."""
    length_max: int | None = None
    """Battles whose longer answer has at most this many tokens."""
    a: str | None = None
    """Battles of this model, whichever side it sat on."""
    b: str | None = None
    """Its opponent, or a second model."""
    winner: Literal["a", "b", "tie", "both_bad", "soft", "undecided"] | None = None
    """Outcome; with `a` given, "a" is the model named there, else the first side."""
    flipped: bool | None = None
    """Battles whose two games named different winners (or did not)."""
    failed: bool | None = None
    """Battles with a verdict that could not be read (or without one)."""
    against_human: bool | None = None
    """Battles in which people and other judges named different winners (or the same). Judges count as people
    by name: human, crowd, people, arena_user, author, expert, alone or with more behind ("human 2")."""
    people: bool | None = None
    """Verdicts of people only (or of other judges only); who counts as people is said above."""
    flagged: bool | None = None
    """Votes with which something is odd, too fast or naming a model (or everything but those)."""
    clean: bool | None = None
    """Leave out battles that a leak or copy check flagged (or keep only those)."""
    mark: Mark | None = None
    """Battles with this flag: copy (both answers are the same), alike (but for case and white space), trained
    (the prompt is nearly one that a model of it was trained on), public (nearly one of a public set)."""
    prompt: str | None = None
    """Id of one prompt."""
    search: str | None = None
    """Text that the prompt, an answer or the judge's words contain, in any case."""

    def __bool__(self) -> bool:
        return self != Filters()
