"""The frame of an offprint: one file that asks for nothing, light and dark by the reader's choice.

Style sheets are the app's, written into it, and a few rules of its own. Links that lead into the app lose
their address, buttons go: there is nothing behind them in a file. Leaves out what stands on it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from arena import __version__
from arena.client import Arena
from arena.errors import NotFound
from arena.pages import caution, ladder, matrix
from arena.pages.markup import Markup, Piece, tag, text
from arena.service import requests as ask
from arena.service.requests import BoardInfo

T = TypeVar("T")
LOOK = Path(__file__).parent.parent / "static"
OWN = Path(__file__).with_name("offprint.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What the file may load: nothing but what it holds."""
_LINK = re.compile(r"<a\b[^>]*>")
_HREF = re.compile(r' href="(?!#\w)[^"]*"')
_BUTTON = re.compile(r"<button\b.*?</button>", re.DOTALL)
_TIPS = {
    matrix.HOW.partition(". ")[2]: "",
    matrix.OPENS: "",
    "; point at a line to read it.": ".",
    "; a name applies it.": ".",
    ladder.HOW.partition(". ")[2]: "",
    " Map more names below.": "",
    " Confirm or refuse them below, or tick “Exact names only”.": "",
} | dict.fromkeys(caution.HINTS.values(), "")
"""What our own sentences say of pointing, clicking and other places; and what stands instead."""
_FOLDED = re.compile(r"<details(?=[^>]* data-(?:open|keep)=)")
_DARK = re.compile(r"\.dark \{(.*?)\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Offprint:
    """A page, and the name of its file without an ending."""

    name: str
    title: str
    parts: Piece
    page: str
    """Whose style it has, as the style sheets call it: leaderboard, agreement, battles, iterate."""
    sheets: tuple[Path, ...]
    """Style sheets beside the common ones."""
    rows: int
    """Models, battles or stages that it shows."""
    notes: tuple[str, ...] = ()
    """What was left out."""


def html(offprint: Offprint, now: datetime) -> str:
    """The whole file."""
    body = text([
        offprint.parts,
        tag("p", f"Made with Arena Learning {__version__} on {now:%d %B %Y, %H:%M} UTC.", class_="colophon"),
    ])  # fmt: skip
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        '<link rel="icon" href="data:,">',
        tag("title", offprint.title),
        f"<style>{style(offprint.sheets)}</style>",
    ]
    inside = tag("main", still(body), class_="html-container offprint")
    page = tag("body", inside, class_="gradio-container")
    top = f'<!DOCTYPE html>\n<html lang="en" data-page="{offprint.page}">'
    return f"{top}\n<head>{''.join(head)}</head>\n{page}\n</html>\n"


def still(markup: Markup) -> Markup:
    """The same without what needs an app: buttons, folds, and addresses that lead into it.

    Our markup escapes every `<`, `>` and quote of a text, so that what looks like a tag here is one.
    """
    without = _FOLDED.sub("<details open", _BUTTON.sub("", markup))
    return Markup(_LINK.sub(lambda found: _HREF.sub("", found[0]), without))


def untipped(pieces: Piece) -> Markup:
    """Our own charts and sentences without tips on what to click. Never for texts of models."""
    said = text(pieces)
    for tip, instead in _TIPS.items():
        said = Markup(said.replace(tip, instead))
    return said


def style(sheets: Sequence[Path]) -> str:
    """The app's rules and ours; the app's dark hues for readers who prefer them."""
    common = [LOOK / "arena.css", LOOK / "charts.css"]
    rules = "\n".join(path.read_text("utf-8") for path in (*common, *sheets, OWN))
    dark = " ".join(found[1] for found in _DARK.finditer(rules))
    return f"{rules}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def answer(arena: Arena, request: Any, kind: type[T]) -> T:
    """What the arena answers, as what it is known to be."""
    found: Any = arena.perform(request)
    if not isinstance(found, kind):
        raise TypeError(found)
    return found


def board(arena: Arena, name: str) -> BoardInfo:
    """What a board is.

    Raises:
        NotFound: there is none of that name.
    """
    every = answer(arena, ask.Boards(), tuple)
    for info in every:
        if isinstance(info, BoardInfo) and info.board == name:
            return info
    raise NotFound(f"no board {name!r}; `arena boards` lists them")


def plain(name: str) -> str:
    """A name as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:80] or "board"


def today() -> datetime:
    """Now, for the foot of a page."""
    return datetime.now(UTC)
