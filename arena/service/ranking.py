"""Ranking a stored board: evidence out of the database, ratings made from it, warnings that need both.

A published board is shown as it was published, with ranks by its own intervals.
"""

from dataclasses import replace

import numpy as np

from arena.errors import BadRequest, Unranked
from arena.filters import Filters
from arena.people import told
from arena.ratings import rank
from arena.ratings.fragility import Fragility, fragility
from arena.ratings.ranks import ranks
from arena.ratings.types import Cells, Ranking, RankSettings, Rating, Warn
from arena.service.requests import Leaderboard, Ranked
from arena.store import boards, evidence, rankings
from arena.store.database import Database

_LINE = 100
"""Bytes of one number of a ranking that is kept, about, with its pair counts."""


def ranked(database: Database, request: Leaderboard) -> Ranked:
    """The ranking of a board under settings and filters.

    Raises:
        NotFound: no such board.
        BadRequest: a setting or filter does not fit it.
        Unranked: nothing is left to rank.
    """
    board = boards.get(database, request.board)
    if board.kind == "published":
        return _published(database, board, request)
    found, cells = made(database, board, request.settings, request.filters)
    tally = evidence.tally(database, board, request.settings, request.filters)
    warnings = (*found.warnings, *_judging(board, request.filters, found, tally))
    found = replace(found, warnings=warnings)
    return Ranked(
        board.name,
        board.kind,
        request.settings.method,
        rank.scale_kind(request.settings.method),
        request.settings,
        request.filters,
        board.date,
        board.source,
        found.n_battles,
        tally,
        board.judges,
        warnings,
        found.ratings,
        found.coefficients,
        _fragile(database, board, request, cells) if request.fragile else None,
        rankings.keep(database, board, found, request.filters, "request") if request.keep else None,
    )


def made(
    database: Database, board: boards.Board, settings: RankSettings, filters: Filters
) -> tuple[Ranking, Cells]:
    """A ranking with the pair counts it was made from."""

    def make() -> tuple[Ranking, Cells]:
        facts = evidence.gather(database, board, settings, filters, rank.needs(settings.method))
        return rank.rank(facts, settings), facts.cells

    size = (
        _LINE
        * max(1, board.models)
        * (settings.rounds if settings.intervals == "bootstrap" else board.models)
    )
    return database.known(("ranking", board.id, settings, filters), make, size, (board.id,))


def _fragile(database: Database, board: boards.Board, request: Leaderboard, cells: Cells) -> Fragility:
    question = ("fragility", board.id, request.settings, request.filters)
    return database.known(question, lambda: fragility(cells, request.settings), _LINE, (board.id,))


def keep_default(database: Database, board: boards.Board, source: rankings.Origin = "import") -> None:
    """Stores a board's ranking under the default settings, where it can be ranked at all."""
    try:
        found, _ = made(database, board, RankSettings(), Filters(category=board.category or None))
    except Unranked:
        return
    rankings.keep(database, board, found, Filters(), source)


def _judging(board: boards.Board, filters: Filters, found: Ranking, tally: evidence.Tally) -> list[Warn]:
    judges = (filters.judge,) if filters.judge else board.judges
    warnings = []
    if len(judges) > 1:
        warnings.append(
            Warn(
                "judges",
                f"{len(judges)} judges are pooled ({told(judges)}): look at one at a time, too",
            )
        )
    own = tuple(rating.model for rating in found.ratings if rating.model in judges)
    if own:
        warnings.append(
            Warn(
                "self_judged",
                f"{', '.join(own)} is a contestant and a judge here: its rating may favour itself",
                own,
            )
        )
    if tally.undecided:
        share = tally.undecided / tally.total
        warnings.append(
            Warn(
                "undecided",
                f"{tally.undecided:,} of {tally.total:,} battles ({share * 100:.1f} %) are undecided "
                "and not ranked: a verdict is missing or could not be read",
            )
        )
    return warnings


def _published(database: Database, board: boards.Board, request: Leaderboard) -> Ranked:
    if request.filters != Filters(category=request.filters.category):
        raise BadRequest(f"board {board.name!r} is published as it stands: only --category can narrow it")
    if request.settings != RankSettings():
        raise BadRequest(
            f"board {board.name!r} holds published ratings, not battles: no other settings apply"
        )
    ratings = lines(database, board, request.filters.category)
    return Ranked(
        board.name,
        board.kind,
        "published",
        "elo",
        request.settings,
        request.filters,
        board.date,
        board.source,
        sum(rating.battles for rating in ratings) // 2,
        None,
        (),
        _bare(ratings),
        ratings,
    )


def _bare(ratings: tuple[Rating, ...]) -> tuple[Warn, ...]:
    if any(rating.low is None for rating in ratings):
        return (
            Warn(
                "no_interval",
                "published without intervals: ranks are by value alone and nothing is separated",
            ),
        )
    return ()


def lines(database: Database, board: boards.Board, category: str | None) -> tuple[Rating, ...]:
    """A published board's ratings, ranked by their own intervals.

    Raises:
        Unranked: the board has no such category.
    """
    found = boards.published(database, board, category)
    if not found:
        names = ", ".join(boards.categories(database, board)) or "none"
        raise Unranked(f"board {board.name!r} has no category {category!r}; there are: {names}")
    values = np.array([line.value for line in found])
    bounded = all(line.low is not None and line.high is not None for line in found)
    low = np.array([line.low for line in found], np.float64) if bounded else None
    high = np.array([line.high for line in found], np.float64) if bounded else None
    places = ranks(values, low, high)
    return tuple(
        Rating(line.model, line.value, line.low, line.high, line.battles or 0, int(at), int(best), int(worst))
        for line, at, best, worst in zip(found, *places, strict=True)
    )
