"""Comparisons worth a look, ready made: the paper's, human votes, and the user's own boards."""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.pages import link, paper
from arena.pages.markup import Markup, tag
from arena.service.requests import BoardInfo

LMSYS = "lmsys-2024-05-27"
"""A published board with intervals and categories."""
READY = (
    ("wizardarena-mix", paper.REFERENCE, "The paper: WizardArena-Mix against LMSYS"),
    ("lmsys-votes-2024-08-14", LMSYS, "Human votes against the published board"),
)
OWN = 4
"""How many of the user's own boards are offered."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two boards, as an address names them."""

    board: str | None = None
    reference: str | None = None


def links(boards: Sequence[BoardInfo], board: str, reference: str) -> Markup:
    """A row of links; the one that is open says so."""
    here = {info.board for info in boards}
    own = [info for info in boards if not info.shipped and info.models > 1][:OWN]
    offered = [*READY, *((info.board, LMSYS, f"{info.title or info.board} against LMSYS") for info in own)]
    shown = [
        tag(
            "a",
            words,
            href="/agreement" + link.query(Pair(ours, theirs)),
            aria_current="true" if (ours, theirs) == (board, reference) else None,
        )
        for ours, theirs, words in offered
        if {ours, theirs} <= here
    ]
    return tag("nav", tag("span", "Ready comparisons"), shown, class_="ready", aria_label="Ready comparisons")
