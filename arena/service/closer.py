"""Requests for a closer look at a board, and answers: trust, heatmap, a model's card, facets, neighbours.

Leaves out the ranking itself (`arena.service.ranking`) and comparisons (`arena.service.sensitivity`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Ge, Le

from arena.filters import Filters
from arena.ratings.outlook import After, Step
from arena.ratings.types import RankSettings
from arena.store.battles import Line
from arena.store.rankings import Stage


@dataclass(frozen=True, slots=True)
class Share:
    """A share in 0-1 with its 95 % interval (Wilson) and the n behind it."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a board's verdicts can be trusted, under settings and filters."""

    board: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Trusted:
    """Trust's answer. None where the board cannot say (no two orders, no seats, no dates)."""

    board: str
    battles: int
    judges: tuple[str, ...]
    coverage: Share | None
    """Verdicts that could be read."""
    flips: Share | None
    """Battles whose two games named different winners."""
    position: Share | None
    """Decisive verdicts that the first seat won, over both orders; position bias is this minus a half."""
    ties: Share | None
    """Decided battles that are ties or both bad."""
    connected: bool
    components: int
    """Groups of models that never met each other."""
    dated: date | None
    """State of the board, where it has one."""
    days: tuple[date | None, date | None]
    flagged: Share | None = None
    """Battles that a leak or copy check flagged, also where a filter leaves them out; None: never checked."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What more battles would buy."""

    board: str
    top: Annotated[int, Ge(1), Le(1000)] = 5
    """How many models, from the first on, are to stand apart."""
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()
    more: Annotated[int, Ge(0)] = 0
    """What if so many battles were added: the intervals then."""


@dataclass(frozen=True, slots=True)
class OutlookFound:
    """Outlook's answer; no steps where the ranking has no intervals."""

    board: str
    battles: int
    half: float | None
    """Half of an interval's width now, on average."""
    steps: tuple[Step, ...]
    after: After | None = None
    """With the battles that were asked about; None where none were, or there are no intervals."""


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Who beats whom how often."""

    board: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Cell:
    """Side a's share of the points against side b."""

    a: str
    b: str
    share: Share
    expected: float | None
    """What the ratings say the share should be; None for methods without a scale."""


@dataclass(frozen=True, slots=True)
class HeatmapFound:
    """Heatmap's answer: models best first, one cell per pair that met (a above b in the ranking)."""

    board: str
    models: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one model on a board."""

    board: str
    model: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class InCategory:
    """A model's place when only one category counts."""

    category: str
    value: float
    low: float | None
    high: float | None
    rank: int
    models: int
    battles: int


@dataclass(frozen=True, slots=True)
class CardFound:
    """Card's answer. `best` and `worst` are the battles that it won, and lost, against the odds."""

    board: str
    model: str
    opponents: tuple[Cell, ...]
    """Against each opponent, strongest first."""
    categories: tuple[InCategory, ...]
    best: tuple[Line, ...]
    worst: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts to narrow a board by."""

    board: str
    filters: Filters = Filters()
    settings: RankSettings = RankSettings()


@dataclass(frozen=True, slots=True)
class FacetsFound:
    """Facets' answer: per facet (value, battles), each under all filters but its own."""

    board: str
    facets: dict[str, tuple[tuple[str, int], ...]]
    models: tuple[tuple[str, int], ...]
    gaps: tuple[tuple[int, int], ...]
    """(score of a minus score of b, battles) under all filters."""
    total: int = 0
    """Battles of the board without any filter."""


@dataclass(frozen=True, slots=True)
class Models:
    """Who is on a board."""

    board: str


@dataclass(frozen=True, slots=True)
class ModelsFound:
    """Models' answer, by name."""

    board: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Battles near one: other models on the same prompt, and prompts that read alike."""

    board: str
    battle: str
    limit: int = 12


@dataclass(frozen=True, slots=True)
class NeighboursFound:
    """Neighbours' answer."""

    board: str
    same_prompt: tuple[Line, ...]
    similar: tuple[Line, ...]
    """One battle of each similar prompt, most alike first."""


@dataclass(frozen=True, slots=True)
class Past:
    """The latest stored rankings of a board, with every model's rank."""

    board: str
    limit: int = 12


@dataclass(frozen=True, slots=True)
class PastFound:
    """Past's answer, oldest first."""

    board: str
    stages: tuple[Stage, ...]


Request = Trust | Outlook | Heatmap | Card | Facets | Models | Neighbours | Past
Result = (
    Trusted
    | OutlookFound
    | HeatmapFound
    | CardFound
    | FacetsFound
    | ModelsFound
    | NeighboursFound
    | PastFound
)
