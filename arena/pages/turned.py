"""Two games of one battle side by side: both judgings with what only one says marked, and how each ends.

For battles whose verdict turned with the order: the sentence that turned stands above its words.
"""

import re
from typing import Literal

from arena.pages import answering, diff
from arena.pages.markup import Markup, Piece, tag
from arena.pages.place import Place
from arena.types import Verdict

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
SIDES: tuple[Literal["a", "b"], ...] = ("a", "b")
CUT = 400
"""Characters of a sentence that is shown by itself."""


def turned(first: Verdict, second: Verdict, heads: tuple[Piece, Piece]) -> Markup:
    """Both games; `heads` say judge, order and result of each."""
    texts = first.explanation or "", second.explanation or ""
    parts = diff.diff(*texts)
    names = f"game {first.game}", f"game {second.game}"
    if first.judge != second.judge:
        names = f"{first.judge}, {names[0]}", f"{second.judge}, {names[1]}"
    ends = ends_of(*texts) if disagree(first, second) else ("", "")
    columns = [
        tag(
            "section",
            head,
            tag("blockquote", end[:CUT], class_=f"turn {side}", dir="auto") if end else None,
            diff.side(parts, side),
            class_=f"verdict compared {side}",
        )
        for head, end, side in zip(heads, ends, SIDES, strict=True)
    ]
    said = tag("p", "Above each text stands the last sentence that only it has.",
               class_="turning") if any(ends) else None  # fmt: skip
    return tag(
        "div", said, answering.key(*names, parts), tag("div", columns, class_="games"), class_="turned"
    )


def disagree(first: Verdict, second: Verdict) -> bool:
    """Whether two games name different winners; scores speak where no winner is named."""
    sides = {_winner(first), _winner(second)}
    return sides == {"a", "b"}


def _winner(one: Verdict) -> str | None:
    if one.status != "ok":
        return None
    if one.winner is not None:
        return one.winner
    if one.score_a is not None and one.score_b is not None and one.score_a != one.score_b:
        return "a" if one.score_a > one.score_b else "b"
    if one.preference is not None and one.preference != 0.5:
        return "a" if one.preference > 0.5 else "b"
    return None


def ends_of(first: str, second: str) -> tuple[str, str]:
    """The last sentence of each text that the other does not have."""
    left, right = (sentences(text) for text in (first, second))
    return _last(left, right), _last(right, left)


def sentences(text: str) -> list[str]:
    """A text's sentences and lines, without blank ones."""
    return [one.strip() for one in _SENTENCE.split(text) if one.strip()]


def _last(mine: list[str], theirs: list[str]) -> str:
    known = {one.casefold() for one in theirs}
    return next((one for one in reversed(mine) if one.casefold() not in known), "")


def callout(verdicts: tuple[Verdict, ...], place: Place) -> Markup:
    """For a battle that flipped: that it did, and the way to both explanations."""
    pairs = [
        (one, other)
        for at, one in enumerate(verdicts)
        for other in verdicts[at + 1 :]
        if one.judge == other.judge and one.game != other.game and disagree(one, other)
    ]
    if not pairs:
        return Markup()
    who = ", ".join(dict.fromkeys(one.judge for one, _ in pairs))
    open_ = place.spot.show == "words"
    way = tag("a", "Back to the games" if open_ else "Compare the two explanations",
              href=place.go(show=None if open_ else "words"))  # fmt: skip
    more = (
        tag("a", "All flipped battles", href=place.narrow(flipped=True))
        if not place.filters.flipped
        else None
    )
    said = f"{who} named another winner when the answers changed places. "
    return tag("p", tag("b", "⇄ "), said, way, " ", more, class_="flipped")
