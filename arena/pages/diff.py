"""What differs between two texts, word by word; long texts are compared line by line.

The longest common subsequence is rapidfuzz's. Leaves out moved passages: they count as taken away and added.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import LCSseq

from arena.pages.markup import Markup, tag, text

LONGEST = 5_000
"""Words of a text up to which words are compared, and lines up to which lines are."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that both texts have, or only the first (`a`), or only the second (`b`)."""

    side: Literal["both", "a", "b"]
    words: str


def diff(first: str, second: str) -> tuple[Part, ...]:
    """The stretches of two texts in order. `both` and `a` joined are the first, `both` and `b` the second."""
    left, right = pieces(first), pieces(second)
    if max(len(left), len(right)) > 2 * LONGEST:
        left, right = first.splitlines(keepends=True), second.splitlines(keepends=True)
    if max(len(left), len(right)) > 2 * LONGEST:
        return tuple(part for part in (Part("a", first), Part("b", second)) if part.words)
    return tuple(_runs(left, right))


def _runs(left: list[str], right: list[str]) -> Iterator[Part]:
    """Changes that only a space keeps apart are one change: phrases read better than words."""
    gone = new = ""
    for step in LCSseq.opcodes(left, right):
        before, after = left[step.src_start : step.src_end], right[step.dest_start : step.dest_end]
        both = "".join(before)
        if step.tag == "equal" and (both.strip() or not (gone or new)):
            yield from _change(gone, new)
            yield Part("both", both)
            gone = new = ""
        else:
            gone, new = gone + both, new + "".join(after)
    yield from _change(gone, new)


def _change(gone: str, new: str) -> Iterator[Part]:
    if gone == new:
        yield from [Part("both", gone)] if gone else []
        return
    yield from [Part("a", gone)] if gone else []
    yield from [Part("b", new)] if new else []


def pieces(words: str) -> list[str]:
    """A text cut into words, spaces and signs; joined they are the text again."""
    return _WORDS.findall(words)


def shared(parts: tuple[Part, ...]) -> float:
    """How much of the two texts both have, in 0-1."""
    both = 2 * sum(len(part.words) for part in parts if part.side == "both")
    alone = sum(len(part.words) for part in parts if part.side != "both")
    return both / (both + alone) if both + alone else 1.0


def shown(parts: tuple[Part, ...]) -> Markup:
    """Both texts as one: what only the first has is struck out, what only the second has is underlined."""
    names = {"a": ("del", "only in the first: "), "b": ("ins", "only in the second: ")}
    words = [
        tag(names[part.side][0], part.words, class_=part.side, title=f"{names[part.side][1].strip(': ')}")
        if part.side != "both"
        else part.words
        for part in parts
    ]
    return tag("div", text(words), class_="diff", dir="auto")


def side(parts: tuple[Part, ...], which: Literal["a", "b"]) -> Markup:
    """One of the texts alone, with what the other does not have marked."""
    name, title = ("del", "only in the first") if which == "a" else ("ins", "only in the second")
    words = [
        part.words if part.side == "both" else tag(name, part.words, class_=which, title=title)
        for part in parts
        if part.side in ("both", which)
    ]
    return tag("div", text(words), class_="diff own", dir="auto")
