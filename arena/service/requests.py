"""Requests and results of the service, verb by verb. Fractions are 0-1; ratings are on the Elo scale.

A result repeats what was asked. Leaves out how answers are found (`arena.service.service`).
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Le

from arena.agreement import Disagreement
from arena.filters import Filters
from arena.flags import Flag
from arena.importing import Imported
from arena.names import Match, Pair
from arena.ratings.fragility import Fragility
from arena.ratings.types import Coefficient, RankSettings, Rating, Warn
from arena.service.lineage import LineageFound
from arena.store.battles import Line
from arena.store.evidence import Tally
from arena.store.rankings import Kept
from arena.surveying import Surveyed
from arena.types import Kind, Record, Reference


@dataclass(frozen=True, slots=True)
class Import:
    """Bring a file, or a folder of files, into a board."""

    path: Path
    board: str | None = None
    format: str | None = None
    judge: str | None = None
    maps: tuple[str, ...] = ()
    """What the columns of a file in no known format are: "model_a=left", "judge==crowd"."""
    values: tuple[str, ...] = ()
    """What its values mean: "winner:1=a"."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Read what `Import` would, and store nothing."""

    path: Path
    board: str | None = None
    format: str | None = None
    judge: str | None = None
    maps: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Boards:
    """Which boards there are."""


@dataclass(frozen=True, slots=True)
class BoardInfo:
    """One board in the list."""

    board: str
    kind: Kind
    models: int
    battles: int
    judge: str | None
    """The judge; several are joined by ", "."""
    date: date | None
    title: str | None
    source: str | None
    licence: str | None
    categories: tuple[str, ...]
    languages: tuple[str, ...]
    shipped: bool


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a board and its imports away."""

    board: str


@dataclass(frozen=True, slots=True)
class Removed:
    """Remove's answer."""

    board: str
    battles: int


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Rank a board under settings and filters."""

    board: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()
    fragile: bool = False
    """Also find how few battles decide first place."""
    keep: bool = False
    """Also store the ranking in the board's history."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A board's ranking: `Leaderboard`'s answer."""

    board: str
    kind: Kind
    method: str
    """The rating method, or "published" for a board that somebody else computed."""
    scale: str
    """"elo", or "share" for win rates in 0-1."""
    settings: RankSettings
    filters: Filters
    date: date | None
    source: str | None
    n_battles: int
    tally: Tally | None
    judges: tuple[str, ...]
    warnings: tuple[Warn, ...]
    ratings: tuple[Rating, ...]
    coefficients: tuple[Coefficient, ...] = ()
    fragility: Fragility | None = None
    kept: str | None = None
    """Id in the history, where the ranking was stored."""


@dataclass(frozen=True, slots=True)
class Compare:
    """How far a board agrees with a reference."""

    board: str
    reference: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()
    reference_category: str | None = None
    """Category of the reference (None: the one it shows first)."""
    exact: bool = False
    """Leave out models that the name map matches only approximately."""
    rounds: Annotated[int, Ge(1), Le(100_000)] = 1000
    """Redraws for the intervals."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A shared model on both boards, and how far it lies from the fitted line."""

    model: str
    reference_model: str
    match: Match
    value: float
    low: float | None
    high: float | None
    rank: int
    reference_value: float
    reference_low: float | None
    reference_high: float | None
    reference_rank: int
    residual: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Agreement of two boards: `Compare`'s answer. Metrics as METRICS in the README defines them."""

    board: str
    reference: str
    category: str | None
    reference_category: str | None
    board_date: date | None
    reference_date: date | None
    n_models: int
    spearman: float | None
    kendall: float | None
    agreement: float | None
    agreement_pairs: tuple[int, int]
    """Agreeing minus opposed, and how many pairs the reference separates."""
    differentiation: float | None
    differentiation_pairs: tuple[int, int]
    """Pairs that the board separates, and all pairs."""
    reference_differentiation: float | None
    reference_differentiation_pairs: tuple[int, int]
    """The same of the reference."""
    average: float | None
    brier: float | None
    pearson: float | None
    slope: float | None
    """Of the fitted line: board = intercept + slope x reference."""
    intercept: float | None
    intervals: dict[str, tuple[float, float]]
    ceiling: dict[str, float]
    """Noise ceiling: what the reference reaches on average against a redraw of itself."""
    leave_one_out: dict[str, tuple[float, float]]
    """Lowest and highest value of each metric with one model left out."""
    without: tuple[tuple[str, float], ...]
    """Spearman without each model, the one that moves it most first."""
    disagreements: tuple[Disagreement, ...]
    points: tuple[Point, ...]
    pairs: tuple[Pair, ...]
    unmatched: tuple[str, ...]
    reference_unmatched: tuple[str, ...]
    warnings: tuple[Warn, ...]
    rounds: int
    settings: RankSettings


@dataclass(frozen=True, slots=True)
class Battles:
    """A page of battles."""

    board: str
    filters: Filters = Filters()
    settings: RankSettings = RankSettings()
    after: str | None = None
    """Cursor of the page before."""
    limit: Annotated[int, Ge(1), Le(1000)] = 50
    count: bool = False
    """Also count what the filter leaves."""
    before: str | None = None
    """Cursor of the page after, to go back; then `after` is not looked at."""


@dataclass(frozen=True, slots=True)
class BattlePage:
    """Battles' answer: `next` and `previous` continue, `tally` counts all that the filter leaves."""

    board: str
    filters: Filters
    battles: tuple[Line, ...]
    next: str | None
    tally: Tally | None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Battle:
    """One battle with texts and verdicts, by its id or the beginning of it."""

    id: str
    board: str | None = None


@dataclass(frozen=True, slots=True)
class BattleFound:
    """Battle's answer."""

    record: Record
    outcomes: tuple[Line, ...]
    """The outcome under each judge, with default settings."""
    references: tuple[Reference, ...]
    lineage: LineageFound | None = None
    """What was trained on it, where a flywheel played it."""
    flags: tuple[Flag, ...] = ()
    """What checks found of it."""


@dataclass(frozen=True, slots=True)
class Export:
    """Write battles or a board to a file."""

    what: Literal["battles", "board"]
    board: str
    path: Path
    format: str | None = None
    """Name of a format that can be written; None: by the file's ending."""
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()
    force: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """Export's answer."""

    board: str
    what: str
    format: str
    path: str
    rows: int
    notes: tuple[str, ...] = ()
    """What of the board the format could not carry."""


@dataclass(frozen=True, slots=True)
class History:
    """The stored rankings of a board."""

    board: str


@dataclass(frozen=True, slots=True)
class HistoryFound:
    """History's answer, newest first."""

    board: str
    rankings: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Rename:
    """Say which key a model's name stands for (None: forget what the user said)."""

    name: str
    key: str | None
    match: Match = "exact"


@dataclass(frozen=True, slots=True)
class Renamed:
    """Rename's answer."""

    name: str
    key: str | None
    file: str


@dataclass(frozen=True, slots=True)
class Links:
    """What the user said of names."""


@dataclass(frozen=True, slots=True)
class LinksFound:
    """Links' answer, by name: name, key and match. A name that leads to itself matches nothing else."""

    links: tuple[tuple[str, str, Match], ...]
    file: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """Names of a reference board that look like those a board could not match."""

    board: str
    reference: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggest's answer: per name without a partner, likely names and a likeness of 0-1."""

    names: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)


Request = (
    Import
    | Survey
    | Boards
    | Remove
    | Leaderboard
    | Compare
    | Battles
    | Battle
    | Export
    | History
    | Rename
    | Links
    | Suggest
)
Result = (
    Imported
    | Surveyed
    | tuple[BoardInfo, ...]
    | Removed
    | Ranked
    | Compared
    | BattlePage
    | BattleFound
    | Exported
    | HistoryFound
    | Renamed
    | LinksFound
    | Suggested
)
