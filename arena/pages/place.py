"""Where one is on the battles page, and the addresses of everywhere else: the query is all its state."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from arena.filters import Filters
from arena.pages import link


@dataclass(frozen=True, slots=True)
class Spot:
    """Board, place in the list, open battle, and how it is shown."""

    board: str | None = None
    after: str | None = None
    """Cursor of the list: the page after it."""
    before: str | None = None
    """Cursor of the list: the page before it."""
    id: str | None = None
    """The open battle."""
    show: Literal["diff", "words"] | None = None
    """Instead of both answers: their difference; or the difference of what the judge said."""
    part: int | None = None
    """Turn of the conversation that is shown; None: all."""
    raw: bool = False
    """Texts to the letter."""
    swap: bool = False
    """Side B on the left."""
    blind: bool = False
    """Names of models are hidden."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot under filters."""

    spot: Spot
    filters: Filters

    def go(self, **changes: Any) -> str:
        """The address with parts of the spot changed."""
        return "/battles" + link.query(replace(self.spot, **changes), self.filters)

    def narrow(self, **changes: Any) -> str:
        """The address with filters changed: the list from its beginning, no battle open."""
        return "/battles" + link.query(self.start, replace(self.filters, **changes))

    def clear(self) -> str:
        """The address without filters."""
        return "/battles" + link.query(self.start)

    @property
    def sides(self) -> tuple[str, str]:
        """What the two sides are called where counts are seen from a named model."""
        if self.filters.a is None:
            return "A", "B"
        if self.spot.blind:
            return "the chosen model", "the other"
        return self.filters.a, self.filters.b or "the other"

    @property
    def start(self) -> Spot:
        """The beginning of the list; how texts are shown stays."""
        return Spot(self.spot.board, raw=self.spot.raw, swap=self.spot.swap, blind=self.spot.blind)
