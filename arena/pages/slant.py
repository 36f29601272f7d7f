"""How the judges behind a comparison lean: seat, flips, ties, length, kin, beside the board that they made.

A ranking that disagrees with another may only show its judge's taste. Leaves out the audit (`arena.service.
auditing`) and one judge part by part (`arena.pages.bench`).
"""

from dataclasses import fields, replace

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import bench, link
from arena.pages.bench import Spot
from arena.pages.markup import Markup, notes, tag
from arena.service.auditing import Audit, audited
from arena.service.requests import BoardInfo
from arena.store.database import Database

KEPT = frozenset({"category", "language", "turn", "since", "until"})
"""Filters that leave a judge's verdicts as they are; the others would choose them by what they say."""
WORDS = (
    "A board differs from another where its judges lean: towards a seat, longer answers, ties, or their own "
    "family. Read them together, since bias can be bought down with ties."
)


def slant(database: Database, board: BoardInfo, filters: Filters) -> Markup:
    """The figures of a board's judges; nothing where it keeps no single verdicts."""
    if board.kind != "battles":
        return Markup()
    asked = replace(filters, **{one.name: None for one in fields(Filters) if one.name not in KEPT})
    try:
        found = audited(database, Audit(board.board, filters=asked))
    except ArenaError as error:
        return notes([str(error)])
    there = "/judges" + link.query(Spot(board.board), asked)
    return tag(
        "section",
        tag("h2", "How its judges lean", id="slant"),
        tag("p", WORDS, " ", tag("a", "Look closely at them", href=there), class_="quiet"),
        bench.side_by_side(found, Spot(board.board), asked, choice=False),
        class_="slant",
        aria_label="How its judges lean",
    )
