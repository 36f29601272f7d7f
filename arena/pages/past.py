"""Stored rankings of a board as a small list: when, what for, under which settings, who was first."""

import json
from datetime import date
from typing import Any

from arena.filters import Filters
from arena.pages import link
from arena.pages.form import label, word
from arena.pages.markup import Markup, Piece, table, tag
from arena.pages.shelf import At
from arena.ratings.types import RankSettings
from arena.store.rankings import Kept

ORIGINS = {"import": "after an import", "run": "after a run", "request": "kept by hand"}
SHOWN = 12


def past(board: str, kept: tuple[Kept, ...], fresh: str | None = None) -> Markup:
    """The list, newest first; `fresh` is the ranking that was just stored."""
    if not kept:
        none = (
            "None yet. “Keep this ranking” stores the one above with its settings, to come back to and "
            "to follow over time."
        )
        return tag("section", tag("h2", "Stored rankings"), tag("p", none, class_="quiet"), class_="past")
    rows = [line(board, one, new=one.id == fresh) for one in kept[:SHOWN]]
    rest = len(kept) - SHOWN
    more = tag("p", f"… and {rest} older.", class_="quiet") if rest > 0 else None
    head = ("When (UTC)", "First place", "Settings", "Battles", "Stored")
    return tag("section", tag("h2", "Stored rankings"), table(head, rows, left=3), more, class_="past")


def line(board: str, kept: Kept, *, new: bool = False) -> tuple[Piece, ...]:
    """One stored ranking; its time leads back to the same settings."""
    settings, filters = told(RankSettings, kept.settings), told(Filters, kept.filters)
    when = tag(
        "a",
        f"{kept.made:%Y-%m-%d %H:%M}",
        href="/" + link.query(At(board), filters, settings),
        data_look=True,
    )
    stored = tag("b", "just now") if new else ORIGINS.get(kept.source, kept.source)
    return when, kept.leader or "–", described(settings, filters), f"{kept.n_battles:,}", stored


def told(kind: type[Any], source: str) -> Any:
    """Settings out of their JSON; what no longer fits is left out."""
    return link.read(kind, {name: link.write(value) for name, value in json.loads(source).items()}).value


def described(settings: RankSettings, filters: Filters) -> str:
    """What differs from the usual, in words."""
    said = [f"{label(name)}: {word(value)}" for name, value in link.params(filters, settings).items()]
    return "; ".join(said) or "as usual"


def stamp(kept_at: date) -> str:
    """A ranking's day and time, for an axis."""
    return f"{kept_at:%b %d %H:%M}"
