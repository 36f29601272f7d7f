"""One prompt of the pocket world: what is asked in which words and style, and the id that re-creates it.

An id reads `capital/FRANCE/w3.o2.brief1.loud0.after`, or with a second turn
`again/capital/FRANCE/w3.o2.brief1.loud0.after/1/SPAIN`. Leaves out which prompts teach and which measure
(`arena.pocket.parts`).
"""

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from arena.errors import BadRequest
from arena.pocket.families import find, load
from arena.pocket.style import CLAUSES, Shape, Style, Touch
from arena.pocket.types import Category, Family, Item

OPENERS = ("", "please: ", "quick question: ", "hello! ", "i wonder: ", "one more: ")
Follow = Literal["again", "restyle", "initial"]
"""Second turns: the same of something else, the same answer in another style, the answer's first letter."""
FOLLOWS: tuple[Follow, ...] = get_args(Follow)
RESTYLES = ("now {0}", "again, but {0}", "once more: {0}")
INITIALS = (
    "what is the first letter of that?",
    "with which letter does your answer begin?",
    "and its first letter?",
)
_LEADS = ("", "now: ", "thanks! ")
_ID = re.compile(r"w(\d)\.o(\d)\.([a-z]+)(\d)\.([a-z]+)(\d)\.(after|before)")
_LOOK = re.compile(r"([a-z]+)(\d)\.([a-z]+)(\d)")


@dataclass(frozen=True, slots=True)
class Look:
    """A style and the wordings that ask for it."""

    style: Style
    shaped: int = 0
    touched: int = 0

    @property
    def words(self) -> str:
        """The clauses, empty where nothing is asked for."""
        both = (CLAUSES[self.style.shape][self.shaped], CLAUSES[self.style.touch][self.touched])
        return " ".join(filter(None, both))

    @property
    def key(self) -> str:
        """Its part of an id."""
        return f"{self.style.shape}{self.shaped}.{self.style.touch}{self.touched}"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn asks, and what is right."""

    text: str
    says: str
    """The full sentence that answers, with {answer} in it."""
    answer: str
    style: Style
    cell: tuple[str, ...]
    """Family, item, shape and touch: the combination that is taught or held out."""

    @property
    def gold(self) -> str:
        """The right answer in the right style."""
        return self.style.render(self.says, self.answer)


@dataclass(frozen=True, slots=True)
class Task:
    """One prompt, of one turn or two."""

    family: Family
    item: Item
    wording: int
    opener: int
    look: Look
    before: bool
    """Whether the style is asked for before the question."""
    follow: Follow | None = None
    said: int = 0
    """Which wording the second turn has."""
    other: Item | None = None
    """For `again`: what the second turn asks about."""
    relook: Look | None = None
    """For `restyle`: the style of the second turn."""

    @property
    def kind(self) -> str:
        """Family of the prompt: that of its follow-up where it has one."""
        return self.follow or self.family.name

    @property
    def category(self) -> Category:
        """Category of the prompt."""
        return "follow-up" if self.follow else self.family.category

    @property
    def difficulty(self) -> float:
        """1 (easy) to 10 (hard)."""
        asked = (self.look.style.shape != "plain") + (self.look.style.touch != "none")
        level = 1.2 * self.family.level + self.item.level + 0.8 * asked + (2.0 if self.follow else 0.0)
        return round(min(10.0, level), 1)

    @property
    def natural(self) -> str:
        """The id: everything needed to make the prompt again."""
        at = "before" if self.before else "after"
        first = f"{self.family.name}/{self.item.key}/w{self.wording}.o{self.opener}.{self.look.key}.{at}"
        if self.follow is None:
            return first
        last = {
            "again": self.other.key if self.other else "",
            "restyle": self.relook.key if self.relook else "",
            "initial": "letter",
        }[self.follow]
        return f"{self.follow}/{first}/{self.said}/{last}"

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns."""
        first = self._first()
        return (first,) if self.follow is None else (first, self._second())

    def _first(self) -> Turn:
        question = self.family.asks[self.wording].format(*self.item.slots)
        parts = (self.look.words, question) if self.before else (question, self.look.words)
        text = OPENERS[self.opener] + " ".join(filter(None, parts))
        return _turn(text, self.family, self.item, self.look.style)

    def _second(self) -> Turn:
        if self.follow == "again" and self.other:
            text = _LEADS[self.said] + self.family.again.format(*self.other.slots)
            return _turn(text, self.family, self.other, self.look.style)
        if self.follow == "restyle" and self.relook:
            text = RESTYLES[self.said].format(self.relook.words)
            return _turn(text, self.family, self.item, self.relook.style)
        style, letter = self.look.style, first_letter(self.item.answer)
        cell = ("initial", self.item.answer, style.shape, style.touch)
        return Turn(INITIALS[self.said], "the first letter is {answer}.", letter, style, cell)


def _turn(text: str, family: Family, item: Item, style: Style) -> Turn:
    says = family.says.replace("{answer}", "\0").format(*item.slots).replace("\0", "{answer}")
    return Turn(text, says, item.answer, style, (family.name, item.key, style.shape, style.touch))


def first_letter(answer: str) -> str:
    """The first letter or digit of an answer."""
    return next(letter for letter in answer if letter.isalnum())


def parse(natural: str) -> Task:
    """The task of an id.

    Raises:
        BadRequest: it is no id of this world.
    """
    try:
        return _parse(natural)
    except (KeyError, ValueError, IndexError) as error:
        raise BadRequest(
            f"{natural!r} is no prompt of the pocket world: play the prompts of source `pocket`"
        ) from error


def _parse(natural: str) -> Task:
    parts = natural.split("/")
    if parts[0] not in FOLLOWS:
        name, item, how = parts
        return _single(name, item, how)
    follow, name, item, how, said, last = parts
    base = _single(name, item, how)
    task = Task(
        base.family,
        base.item,
        base.wording,
        base.opener,
        base.look,
        base.before,
        cast("Follow", follow),
        int(said),
        find(name, last) if follow == "again" else None,
        _look(*_matched(_LOOK, last)) if follow == "restyle" else None,
    )
    if task.natural != natural or not task.turns:
        raise ValueError(natural)
    return task


def _single(name: str, item: str, how: str) -> Task:
    family = load(name)
    wording, opener, shape, shaped, touch, touched, at = _matched(_ID, how)
    look = _look(shape, shaped, touch, touched)
    task = Task(family, find(name, item), int(wording), int(opener), look, at == "before")
    if not task.turns:
        raise ValueError(how)
    return task


def _look(shape: str, shaped: str, touch: str, touched: str) -> Look:
    look = Look(Style(cast("Shape", shape), cast("Touch", touch)), int(shaped), int(touched))
    if look.words is None:
        raise ValueError(shape)
    return look


def _matched(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found.groups()
