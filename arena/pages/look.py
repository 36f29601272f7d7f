"""What the leaderboard page shows: a board, what narrows it, and how it is looked at. All of it is the query.

Every address that the page leads to is made here. Leaves out the answers (`arena.pages.leaderboard`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from arena.filters import Filters
from arena.pages import link, shelf
from arena.pages.shelf import At
from arena.ratings.types import RankSettings
from arena.service.requests import BoardInfo

FILTERS, SETTINGS = frozenset(Filters.__dataclass_fields__), frozenset(RankSettings.__dataclass_fields__)
_GAMES = frozenset({"merge", "tie_delta", "both_bad_at", "strength_weight", "cluster", "order"})
IDLE = {
    "battles": frozenset[str](),
    "pairs": (FILTERS - {"category"}) | _GAMES,
    "published": (FILTERS - {"category"}) | SETTINGS,
}
"""Settings that mean nothing on a board of that kind."""
MOST = 60
"""Models of a heatmap, at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a board is looked at; one field each in the address."""

    view: Literal["table", "bar", "bump", "heat"] = "table"
    """Table, bars, bump chart, or who beats whom."""
    style: bool = False
    """Style-controlled ratings beside the plain ones."""
    model: str | None = None
    """The model whose card is open."""
    top: int = 20
    """How many models a heatmap shows."""
    cells: Literal["share", "surprise"] = "share"
    """Heatmap: share of the points, or that minus what the ratings expect."""
    over: Literal["categories", "history"] = "categories"
    """Bump chart: over categories, or over stored rankings."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One address of the page, read: everything that decides what stands there."""

    info: BoardInfo
    filters: Filters = Filters()
    settings: RankSettings = RankSettings()
    look: Look = Look()
    told: tuple[str, ...] = ()
    """What of the address was left out, and why."""

    @property
    def query(self) -> str:
        """The address of this scene, after the path."""
        return link.query(At(self.info.board), self.filters, self.settings, self.look)

    def at(self, **changes: Any) -> str:
        """The same scene, looked at otherwise."""
        return "/" + replace(self, look=replace(self.look, **changes)).query

    def without(self, name: str) -> str:
        """The same scene with one filter or setting taken back."""
        if name in FILTERS:
            return "/" + replace(self, filters=replace(self.filters, **{name: None})).query
        usual = getattr(RankSettings(), name)
        return "/" + replace(self, settings=replace(self.settings, **{name: usual})).query

    def under(self, **changes: Any) -> str:
        """The same scene with some settings changed."""
        return "/" + replace(self, settings=replace(self.settings, **changes)).query

    def narrowed(self, **changes: Any) -> str:
        """The same scene with some filters changed."""
        return "/" + replace(self, filters=replace(self.filters, **changes)).query

    def battles(self, **narrower: Any) -> str | None:
        """The battles behind a figure; None where the board holds none."""
        if self.info.kind != "battles":
            return None
        return "/battles" + link.query(At(self.info.board), replace(self.filters, **narrower))

    @property
    def plain(self) -> RankSettings:
        """The settings of the first column: never style-controlled where that has a column of its own."""
        beside = self.look.style and self.settings.method == "style"
        return replace(self.settings, method="bradley_terry") if beside else self.settings

    @property
    def styled(self) -> RankSettings:
        """The same settings with style controlled."""
        return replace(self.settings, method="style")


def read(boards: Sequence[BoardInfo], params: Mapping[str, str]) -> Scene | None:
    """The scene that a query names, with what did not fit told; None where there is no board at all."""
    info, lost = shelf.pick(boards, params)
    if info is None:
        return None
    filters, settings, look = (
        link.read(Filters, params),
        link.read(RankSettings, params),
        link.read(Look, params),
    )
    wanted, ranking, more = fitting(info, filters.value, settings.value)
    if info.kind == "pairs" and ranking.method == "elo":
        ranking = replace(ranking, order="random")
    how = replace(look.value, top=max(2, min(look.value.top, MOST)), style=look.value.style and texts(info))
    told = (*lost, *filters.problems, *settings.problems, *look.problems, *more)
    return Scene(info, wanted, ranking, how, told)


def texts(info: BoardInfo) -> bool:
    """Whether style can be controlled for: only single battles have texts."""
    return info.kind == "battles"


def fitting(
    info: BoardInfo, filters: Filters, settings: RankSettings
) -> tuple[Filters, RankSettings, tuple[str, ...]]:
    """The settings without those that a board of this kind cannot take, and a line if there were any."""
    idle, usual = IDLE[info.kind], RankSettings()
    kept = replace(filters, **dict.fromkeys(idle & FILTERS))
    ranking = replace(settings, **{name: getattr(usual, name) for name in idle & SETTINGS})
    if (kept, ranking) == (filters, settings):
        return filters, settings, ()
    what = "published as it stands" if info.kind == "published" else "made of pair counts"
    return kept, ranking, (f"{info.board} is {what}: settings that need single battles are left out.",)
