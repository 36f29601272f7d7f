"""Answers to a closer look: trust strip, heatmap, facets. Shares carry Wilson intervals and their n."""

from dataclasses import replace
from math import sqrt

import numpy as np

from arena.filters import Filters
from arena.ratings import graph, rank
from arena.ratings import outlook as outlooks
from arena.ratings.pairs import fold
from arena.ratings.types import SCALE, Cells, Floats, Ranking
from arena.service import ranking
from arena.service.closer import (
    Cell,
    Facets,
    FacetsFound,
    Heatmap,
    HeatmapFound,
    Models,
    ModelsFound,
    Outlook,
    OutlookFound,
    Past,
    PastFound,
    Share,
    Trust,
    Trusted,
)
from arena.service.requests import Leaderboard
from arena.store import boards, closer, evidence, flags, rankings
from arena.store.cube import cube
from arena.store.database import Database

NORMAL = 1.96


def share(points: float, n: float) -> Share | None:
    """Points of n as a share with its 95 % interval (Wilson 1927); None of nothing."""
    if n <= 0:
        return None
    p, z = points / n, NORMAL**2 / n
    middle, half = (p + z / 2) / (1 + z), sqrt(p * (1 - p) * z + z * z / 4) / (1 + z)
    return Share(float(p), max(0.0, float(middle - half)), min(1.0, float(middle + half)), round(n))


def trusted(database: Database, request: Trust) -> Trusted:
    """How far a board's verdicts can be trusted."""
    board = boards.get(database, request.board)
    tally = evidence.tally(database, board, request.settings, request.filters)
    facts = evidence.gather(database, board, request.settings, request.filters, frozenset())
    groups = len(np.unique(graph.islands(fold(facts.cells, request.settings))))
    decided = tally.total - tally.undecided
    found = (
        closer.health(database, board, request.settings, request.filters) if board.kind == "battles" else None
    )
    span = closer.days(database, board, request.settings, request.filters) if found else (None, None)
    return Trusted(
        board=board.name,
        battles=int(facts.cells.n.sum()),
        judges=(request.filters.judge,) if request.filters.judge else board.judges,
        coverage=share(found.read, found.verdicts) if found else None,
        flips=share(found.flipped, found.paired) if found else None,
        position=share(found.first_seat, found.decisive) if found else None,
        ties=share(tally.tie + tally.both_bad, decided),
        connected=groups == 1,
        components=groups,
        dated=board.date,
        days=span,
        flagged=flagged(database, request) if found else None,
    )


def flagged(database: Database, request: Trust) -> Share | None:
    """How much of a board checks flagged, under filters but those by flags."""
    board = boards.get(database, request.board)
    if not flags.checks(database, board):
        return None
    whole = replace(request.filters, clean=None, mark=None)
    all_of, some = (
        evidence.tally(database, board, request.settings, filters).total
        for filters in (whole, replace(whole, clean=False))
    )
    return share(some, all_of)


def outlook(database: Database, request: Outlook) -> OutlookFound:
    """What more battles would buy, from the intervals of the ranking as it is."""
    ranked = ranking.ranked(database, Leaderboard(request.board, request.settings, request.filters))
    found = outlooks.outlook(ranked.ratings, request.top)
    if found is None:
        return OutlookFound(ranked.board, ranked.n_battles, None, ())
    then = outlooks.after(found, ranked.n_battles, request.more) if request.more else None
    return OutlookFound(ranked.board, ranked.n_battles, found.half, found.steps, then)


def heatmap(database: Database, request: Heatmap) -> HeatmapFound:
    """Who beats whom how often, models in order of the ranking."""
    board = boards.get(database, request.board)
    found, counted = ranking.made(database, board, request.settings, request.filters)
    return HeatmapFound(board.name, tuple(line.model for line in found.ratings), cells(found, counted))


def cells(found: Ranking, counted: Cells) -> tuple[Cell, ...]:
    """One cell per pair that met, the higher ranked as side a."""
    pairs = fold(counted, found.settings)
    place = {line.model: at for at, line in enumerate(found.ratings)}
    elo = rank.scale_kind(found.settings.method) == "elo"
    value = np.array(
        [next(line.value for line in found.ratings if line.model == name) for name in counted.models]
    )
    made = []
    for a, b, weight, points in zip(pairs.a, pairs.b, pairs.weight, pairs.points, strict=True):
        first, second = (a, b) if place[counted.models[a]] < place[counted.models[b]] else (b, a)
        measured = share(points if first == a else weight - points, weight)
        if measured is not None:
            odds = _expected(value, first, second) if elo else None
            made.append(Cell(counted.models[first], counted.models[second], measured, odds))
    return tuple(sorted(made, key=lambda cell: (place[cell.a], place[cell.b])))


def _expected(value: Floats, first: int, second: int) -> float:
    return float(1 / (1 + np.exp((value[second] - value[first]) / SCALE)))


def models(database: Database, request: Models) -> ModelsFound:
    """Who is on a board."""
    return ModelsFound(request.board, boards.models(database, boards.get(database, request.board)))


def facets(database: Database, request: Facets) -> FacetsFound:
    """Counts to narrow a board by."""
    board = boards.get(database, request.board)
    asked = (database, board, request.settings, request.filters)
    counted = cube(*asked)
    whole = evidence.tally(database, board, request.settings, Filters())
    return FacetsFound(board.name, counted.facets, closer.models(*asked), counted.gaps, whole.total)


def past(database: Database, request: Past) -> PastFound:
    """The latest stored rankings of a board, with every model's rank."""
    board = boards.get(database, request.board)
    return PastFound(board.name, rankings.past(database, board, request.limit))
