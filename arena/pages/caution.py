"""Warnings of rankings and comparisons, said for this app: what to do stands in its words, not in flags."""

import re
from collections.abc import Callable, Iterable

from arena.errors import ArenaError
from arena.pages.markup import Markup, Piece, notes
from arena.ratings.types import Warn

HINTS = {
    "judges": "Choose one under Judge.",
    "undecided": "See them on the Battles page, Outcome: Undecided.",
    "approx": "Tick “Exact names only” to leave them out.",
    "disconnected": "Compare within a group only, or import battles between the groups.",
}
_FLAG = re.compile(r"[;:,] [^;:,]*--[a-z][^;]*")
NAMED = 8
"""How many models a warning names."""


Remedy = Callable[[Warn], Piece]


def told(warnings: Iterable[Warn], remedy: Remedy | None = None) -> Markup:
    """One box per warning, with a link that does something about it where there is one."""
    return notes(_with(warn, remedy(warn) if remedy else None) for warn in warnings)


def _with(warn: Warn, cure: Piece) -> Piece:
    """A link says what to do by itself."""
    return (sentence(warn, hinted=False), " ", cure) if cure else sentence(warn)


def failed(error: ArenaError) -> Markup:
    """What went wrong and what to do, in place."""
    said = str(error)
    return notes([said[:1].upper() + said[1:]], "error")


def sentence(warn: Warn, *, hinted: bool = True) -> str:
    """What limits the numbers, whom it concerns, and what to do here."""
    said = _FLAG.sub("", warn.text).rstrip(".")
    fresh = [name for name in warn.models if not named(name, said)]
    if fresh:
        said += (
            f" ({', '.join(fresh[:NAMED])}{f' and {len(fresh) - NAMED} more' if len(fresh) > NAMED else ''})"
        )
    return f"{said[:1].upper()}{said[1:]}. {HINTS.get(warn.code, '') if hinted else ''}".strip()


def named(model: str, said: str) -> bool:
    """Whether a text names a model already, not only one whose name begins alike."""
    return re.search(rf"(?<![\w.-]){re.escape(model)}(?![\w.-])", said) is not None
