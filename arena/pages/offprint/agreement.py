"""An agreement report to keep: figures with intervals, what to trust, the picture, every model and pair."""

from dataclasses import replace

from arena.client import Arena
from arena.errors import ArenaError
from arena.pages import comparison, depth, outliers
from arena.pages.markup import Markup, Piece, tag, text
from arena.pages.matrix import summed
from arena.pages.offprint.crosses import crosses
from arena.pages.offprint.sheet import LOOK, Offprint, answer, board, plain, untipped
from arena.service import closer
from arena.service import requests as ask
from arena.service.requests import BoardInfo, Compared
from arena.service.sensitivity import Sensitivity, SensitivityFound


def offprint(arena: Arena, request: ask.Compare) -> Offprint:
    """The page of a comparison.

    Raises:
        ArenaError: no such board, or nothing to compare.
    """
    ours, theirs = board(arena, request.board), board(arena, request.reference)
    found = answer(arena, request, Compared)
    ways = comparison.Ways(replace(ours, kind="pairs"), request.filters)  # no links to battles
    parts: list[Piece] = [
        comparison.figures(ours, theirs, found, ways),
        tag("section", tag("h2", "Model by model"), crosses(found), class_="leaf"),
        tag("section", outliers.outliers(found, ways.of), class_="leaf"),
        comparison.differences(found, ways, counts(arena, ours, request)),
        deeper(arena, request),
    ]
    title = f"{ours.title or ours.board} against {theirs.title or theirs.board}"
    name = f"{plain(ours.board)}-against-{plain(theirs.board)}"
    return Offprint(name, title, untipped(parts), "agreement", (LOOK / "agreement.css",), found.n_models)


def counts(arena: Arena, info: BoardInfo, request: ask.Compare) -> dict[tuple[str, str], int]:
    """Battles per pair, where the board knows them."""
    if info.kind == "published":
        return {}
    try:
        asked = closer.Heatmap(info.board, request.settings, request.filters)
        found = answer(arena, asked, closer.HeatmapFound)
    except ArenaError:
        return {}
    return summed([(cell.a, cell.b, cell.share.n) for cell in found.cells])


def deeper(arena: Arena, request: ask.Compare) -> Markup:
    """Categories, and what other choices would change."""
    try:
        found = answer(arena, Sensitivity(request), SensitivityFound)
    except ArenaError:
        return text([])
    return tag("div", depth.depth(found, lambda _: None), id="depth")
