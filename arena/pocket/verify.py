"""What an answer is worth: 1 to 10 for being right, in the form asked for, and short, and why.

Right counts six points, form two, brevity one, on top of one. An answer that is nearly spelled, in the wrong
case, or right with something wrong beside it counts in part. Several turns count alike. Leaves out which of
two answers wins (`arena.judges.verifier`).
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from math import floor
from typing import Literal

from arena.pocket.families import every
from arena.pocket.style import STYLES, Style
from arena.pocket.task import Task, Turn

VERSION = 1
"""Changes when the same answer may get another score."""

_WORD = re.compile(r"[^\s\"!.,:?]+")


Word = Literal["right", "case", "mixed", "near", "wrong", "none"]
"""How right one turn is."""

_POINTS: dict[Word, int] = {"right": 6, "case": 4, "mixed": 3, "near": 2, "wrong": 0, "none": 0}


@dataclass(frozen=True, slots=True)
class Note:
    """What one turn is worth."""

    answer: str
    """What is right."""
    said: str
    """What was said; empty where nothing was."""
    word: Word
    form: int
    """2: the style asked for; 1: half of it; 0: none that is known."""
    brief: bool
    """Whether it is no longer than it needs to be."""
    told: str
    """All that in words."""
    asked: Style
    """The style asked for."""
    got: Style | None
    """The style it is in; None: none that is known."""

    @property
    def score(self) -> int:
        """1 to 10."""
        return 1 + _POINTS[self.word] + self.form + self.brief


@dataclass(frozen=True, slots=True)
class Mark:
    """What one response is worth."""

    notes: tuple[Note, ...]
    """One per turn of the prompt."""

    @property
    def score(self) -> int:
        """1 to 10: the mean of the turns."""
        return floor(sum(note.score for note in self.notes) / len(self.notes) + 0.5)

    @property
    def right(self) -> bool:
        """Whether every turn gives the right answer, in whatever form."""
        return all(note.word == "right" for note in self.notes)

    @property
    def formed(self) -> bool:
        """Whether every turn has the form asked for."""
        return all(note.form == 2 for note in self.notes)

    @property
    def text(self) -> str:
        """What is right and wrong about it."""
        if len(self.notes) == 1:
            return self.notes[0].told
        return "; ".join(f"turn {number}: {note.told}" for number, note in enumerate(self.notes, 1))


def mark(task: Task, answers: tuple[str, ...]) -> Mark:
    """What a response to a task is worth; a turn that is missing counts as unanswered."""
    turns = task.turns
    texts = answers[: len(turns)] + ("",) * (len(turns) - len(answers))
    return Mark(tuple(_turn(turn, text.strip()) for turn, text in zip(turns, texts, strict=True)))


def _turn(turn: Turn, text: str) -> Note:
    style, given = _styled(turn, text)
    word, said, told = _correct(turn, text, given)
    form = _form(turn.style, style)
    words = len(text.split())
    brief = 0 < words <= len(turn.gold.split()) + 2
    parts = [told, _told(turn.style, style, form)] if words else [told]
    if words and not brief:
        parts.append("too long")
    return Note(turn.answer, said, word, form, brief, ", ".join(parts), turn.style, style)


def _styled(turn: Turn, text: str) -> tuple[Style | None, str | None]:
    """The style a text is in and the answer it gives: of several readings that with the shortest answer."""
    read = ((style, style.given(turn.says, text)) for style in (turn.style, *STYLES))
    found = [(style, given) for style, given in read if given is not None]
    return min(found, key=lambda pair: len(pair[1]), default=(None, None))


def _correct(turn: Turn, text: str, given: str | None) -> tuple[Word, str, str]:
    """How right a text is, what it says, and that in words."""
    right = turn.answer
    said = given if given is not None else " ".join(_content(turn, text))
    short = " ".join(said.split()[:4])
    if not said:
        return "none", "", f"no answer, {right} is right"
    if said == right:
        return "right", said, f"{right} is right"
    if said.casefold() == right.casefold():
        return "case", said, f"{said} is right but for its case"
    if _holds(said.split(), right.split()):
        return "mixed", short, f"{right} is there beside something wrong"
    if _near(said, right):
        return "near", short, f"{short} is nearly {right}"
    return "wrong", short, f"{short} is wrong, {right} is right"


def _content(turn: Turn, text: str) -> list[str]:
    """What a text in no known form says beyond the words of every answer and what was asked about."""
    words = [word for word in _WORD.findall(text) if word not in _frame()]
    if _holds(words, turn.answer.split()):
        echo = _WORD.findall(turn.says)
        rest = list(words)
        for word in turn.answer.split():
            rest.remove(word)
        return turn.answer.split() if all(word in echo for word in rest) else words
    echo = [word for word in _WORD.findall(turn.says) if word in words]
    for word in echo:
        if word in words:
            words.remove(word)
    return words


@cache
def _frame() -> frozenset[str]:
    """The words that right answers are put into."""
    says = (word for family in every() for word in _WORD.findall(family.says))
    return frozenset(word for word in says if word.isalpha() and word.islower()) | {
        "gladly",
        "answer",
        "-",
        "a",
    }


def _holds(words: list[str], part: list[str]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def _near(said: str, right: str) -> bool:
    """Whether a word is spelled nearly right; numbers and short words are right or wrong."""
    if right.isdigit() or len(right) < 4 or len(said.split()) != len(right.split()):
        return False
    return SequenceMatcher(None, said, right, autojunk=False).ratio() >= 0.75


def _form(asked: Style, style: Style | None) -> int:
    if style is None:
        return 0
    return (asked.shape == style.shape) + (asked.touch == style.touch)


def _told(asked: Style, style: Style | None, form: int) -> str:
    if form == 2:
        return "form as asked"
    return f"asked for {asked.told}" + ("" if style is None else f", got {style.told}")
