"""Comparisons worth a look, ready made: the paper's, human votes, and the user's own boards."""

from collections.abc import Callable, Sequence
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
OWN, LOOKED_AT = 4, 12
"""How many of the user's own boards are offered, and how many are looked at for that."""
FEWEST = 3
"""Models that a board must share with the reference to be offered."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two boards, as an address names them."""

    board: str | None = None
    reference: str | None = None


def own(boards: Sequence[BoardInfo], shared: Callable[[str, str], int]) -> list[BoardInfo]:
    """The user's own boards that a published one knows enough models of; `shared` counts them."""
    if all(info.board != LMSYS for info in boards):
        return []
    mine = [info for info in boards if not info.shipped and info.models >= FEWEST][:LOOKED_AT]
    return [info for info in mine if shared(info.board, LMSYS) >= FEWEST][:OWN]


def links(boards: Sequence[BoardInfo], own: Sequence[BoardInfo], board: str, reference: str) -> Markup:
    """A row of links; the one that is open says so."""
    here = {info.board for info in boards}
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
