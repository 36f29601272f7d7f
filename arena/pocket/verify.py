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

from arena.pocket.families import every
from arena.pocket.style import STYLES, Style
from arena.pocket.task import Task, Turn

VERSION = 1
"""Changes when the same answer may get another score."""

_WORD = re.compile(r"[^\s\"!.,:?]+")
_RIGHT, _CASE, _MIXED, _NEAR, _WRONG = 6, 4, 3, 2, 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What one response is worth."""

    score: int
    """1 to 10."""
    right: bool
    """Whether every turn gives the right answer, in whatever form."""
    formed: bool
    """Whether every turn has the form asked for."""
    text: str
    """What is right and wrong about it."""


def mark(task: Task, answers: tuple[str, ...]) -> Mark:
    """What a response to a task is worth; a turn that is missing counts as unanswered."""
    turns = task.turns
    texts = answers[: len(turns)] + ("",) * (len(turns) - len(answers))
    marks = [_turn(turn, text.strip()) for turn, text in zip(turns, texts, strict=True)]
    if len(marks) == 1:
        return marks[0]
    said = "; ".join(f"turn {number}: {one.text}" for number, one in enumerate(marks, 1))
    score = floor(sum(one.score for one in marks) / len(marks) + 0.5)
    return Mark(score, all(one.right for one in marks), all(one.formed for one in marks), said)


def _turn(turn: Turn, text: str) -> Mark:
    style, given = _styled(turn, text)
    points, said = _correct(turn, text, given)
    form = _form(turn.style, style)
    words = len(text.split())
    brief = 0 < words <= len(turn.gold.split()) + 2
    notes = [said, _told(turn.style, style, form)] if words else [said]
    if words and not brief:
        notes.append("too long")
    return Mark(1 + points + form + brief, points == _RIGHT, form == 2, ", ".join(notes))


def _styled(turn: Turn, text: str) -> tuple[Style | None, str | None]:
    """The style a text is in and the answer it gives: of several readings that with the shortest answer."""
    read = ((style, style.given(turn.says, text)) for style in (turn.style, *STYLES))
    found = [(style, given) for style, given in read if given is not None]
    return min(found, key=lambda pair: len(pair[1]), default=(None, None))


def _correct(turn: Turn, text: str, given: str | None) -> tuple[int, str]:
    right = turn.answer
    said = given if given is not None else " ".join(_content(turn, text))
    if not said:
        return _WRONG, f"no answer, {right} is right"
    if said == right:
        return _RIGHT, f"{right} is right"
    if said.casefold() == right.casefold():
        return _CASE, f"{said} is right but for its case"
    if _holds(said.split(), right.split()):
        return _MIXED, f"{right} is there beside something wrong"
    short = " ".join(said.split()[:4])
    if _near(said, right):
        return _NEAR, f"{short} is nearly {right}"
    return _WRONG, f"{short} is wrong, {right} is right"


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
