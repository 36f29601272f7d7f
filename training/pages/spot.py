"""Where one is on the page of iterations: its query. Leaves out what stands there."""

from dataclasses import dataclass, replace
from typing import Literal

from arena.jobs import folder
from arena.pages import link, place


@dataclass(frozen=True, slots=True)
class Spot:
    """The open run, the stage that is looked at, and its rows."""

    run: str | None = None
    stage: str | None = None
    """`i1-dpo`."""
    preset: str | None = None
    """The preset that the form shows."""
    show: Literal["kept", "dropped"] = "kept"
    page: int = 1
    category: str | None = None
    row: str | None = None
    """A row that is pointed out."""
    fight: str | None = None
    """A battle that is read, of a run whose battles are on no board."""


def address(spot: Spot) -> str:
    """The page at that spot."""
    return "/iterate" + link.query(spot)


def battle(board: str, name: str, run: str, here: Spot = Spot()) -> str:
    """A battle on the page of battles; of a run inside another one, which feeds no board, on its own page."""
    if folder.inner(run):
        return address(replace(here, run=run, fight=name))
    return "/battles" + link.query(place.Spot(board=board, id=name))
