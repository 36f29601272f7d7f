"""Comparing two stored boards: rank each, match names, measure, and say what limits the figures."""

from dataclasses import replace
from typing import Any

import numpy as np

from arena.agreement import Agreement, Side, compare
from arena.filters import Filters
from arena.names import Matching, Names
from arena.ratings.types import Floats, RankSettings, Rating, Warn
from arena.service import ranking
from arena.service.requests import Compare, Compared, Leaderboard, Point
from arena.store import boards
from arena.store.database import Database

_FIGURES = (
    "n_models",
    "spearman",
    "kendall",
    "agreement",
    "agreement_pairs",
    "differentiation",
    "differentiation_pairs",
    "reference_differentiation",
    "reference_differentiation_pairs",
    "average",
    "brier",
    "pearson",
    "intervals",
    "ceiling",
    "leave_one_out",
    "without",
    "disagreements",
)
"""What `Compared` repeats of `Agreement`."""
_ROUNDS = 100
"""Fewest bootstrap rounds that a board is redrawn by."""
_BYTES = 300_000
"""Of an answer that is kept, about."""
_FEW = 10
"""Below so many shared models a rank correlation says little."""


def compared(
    database: Database, names: Names, request: Compare, ours: "RankedSide | None" = None
) -> Compared:
    """Agreement of a board with a reference, over the models that the name map finds on both.

    `ours` is the board's side where it was ranked before (`ranked_side`).

    Raises:
        NotFound: no such board. Unranked: fewer than two shared models.
    """
    if ours is None:
        sides = tuple(boards.get(database, name).id for name in (request.board, request.reference))
        known = ("compared", request, names)  # a changed name map is another object
        return database.known(known, lambda: _compared(database, names, request, None), _BYTES, sides)
    return _compared(database, names, request, ours)


def _compared(database: Database, names: Names, request: Compare, ours: "RankedSide | None") -> Compared:
    board, reference = (boards.get(database, name) for name in (request.board, request.reference))
    ours = ours or ranked_side(database, board, request.settings, request.filters, request.rounds)
    plain, category = _plain(reference, request), Filters(category=request.reference_category)
    theirs = ranked_side(database, reference, plain, category, request.rounds)
    matching = names.match(ours.lines, theirs.lines, request.exact)
    found = compare(
        tuple(pair.name for pair in matching.pairs),
        ours.side([pair.name for pair in matching.pairs]),
        theirs.side([pair.reference for pair in matching.pairs]),
        rounds=request.rounds,
        seed=request.seed,
    )
    figures: dict[str, Any] = {name: getattr(found, name) for name in _FIGURES}
    return Compared(
        board=board.name,
        reference=reference.name,
        category=request.filters.category or board.category or None,
        reference_category=request.reference_category or reference.category or None,
        board_date=board.date,
        reference_date=reference.date,
        slope=found.calibration.slope if found.calibration else None,
        intercept=found.calibration.intercept if found.calibration else None,
        points=_points(matching, ours, theirs, found),
        pairs=matching.pairs,
        unmatched=matching.alone,
        reference_unmatched=matching.reference_alone,
        warnings=tuple(_warnings(board, reference, matching, found, ours)),
        rounds=request.rounds,
        settings=request.settings,
        **figures,
    )


def _plain(reference: boards.Board, request: Compare) -> RankSettings:
    """The reference is ranked by default settings: what is varied is the board."""
    return RankSettings(seed=request.seed) if reference.kind != "published" else RankSettings()


class RankedSide:
    """A board's lines by model, with bootstrap rounds where the ranking has them."""

    def __init__(self, ratings: tuple[Rating, ...], draws: Floats | None, warnings: tuple[Warn, ...]) -> None:
        self.lines = {rating.model: rating for rating in ratings}
        self.warnings = warnings
        self._draws = draws
        self._column = {rating.model: column for column, rating in enumerate(ratings)}

    def side(self, models: list[str]) -> Side:
        """The arrays of these models, in this order."""
        lines = [self.lines[model] for model in models]
        bounded = any(line.low is not None and line.high is not None for line in lines)
        low = (
            np.array([line.low for line in lines], np.float64) if bounded else None
        )  # None becomes NaN: unknown
        high = np.array([line.high for line in lines], np.float64) if bounded else None
        draws = None if self._draws is None else self._draws[:, [self._column[model] for model in models]]
        return Side(np.array([line.value for line in lines], np.float64), low, high, draws)


def ranked_side(
    database: Database, board: boards.Board, settings: RankSettings, filters: Filters, rounds: int
) -> RankedSide:
    """A board's ratings, with bootstrap rounds to redraw it by where there are battles."""
    if board.kind == "published":
        answer = ranking.ranked(database, Leaderboard(board.name, RankSettings(), filters))
        return RankedSide(answer.ratings, None, answer.warnings)
    found, _ = ranking.made(database, board, settings, filters)
    if found.draws is not None or settings.intervals == "none":
        return RankedSide(found.ratings, found.draws, found.warnings)
    redrawn = replace(settings, intervals="bootstrap", rounds=max(rounds, _ROUNDS))
    again, _ = ranking.made(database, board, redrawn, filters)
    place = {line.model: at for at, line in enumerate(again.ratings)}
    order = [place[line.model] for line in found.ratings]
    return RankedSide(found.ratings, None if again.draws is None else again.draws[:, order], found.warnings)


def _points(matching: Matching, ours: RankedSide, theirs: RankedSide, found: Agreement) -> tuple[Point, ...]:
    lines = [(pair, ours.lines[pair.name], theirs.lines[pair.reference]) for pair in matching.pairs]
    ranks = _places([mine.value for _, mine, _ in lines])
    other = _places([line.value for _, _, line in lines])
    residuals = found.calibration.residuals if found.calibration else [None] * len(lines)
    points = [
        Point(
            pair.name,
            pair.reference,
            pair.match,
            mine.value,
            mine.low,
            mine.high,
            int(rank),
            line.value,
            line.low,
            line.high,
            int(place),
            residual,
        )
        for (pair, mine, line), rank, place, residual in zip(lines, ranks, other, residuals, strict=True)
    ]
    return tuple(sorted(points, key=lambda point: (point.rank, point.model)))


def _places(values: list[float]) -> list[int]:
    """Plain ranks among the shared models, equal values sharing the better one."""
    return [1 + sum(other > value for other in values) for value in values]


def _warnings(
    board: boards.Board, reference: boards.Board, matching: Matching, found: Agreement, ours: RankedSide
) -> list[Warn]:
    told = list(ours.warnings)
    if found.n_models < _FEW:
        told.append(Warn("few_models", f"only {found.n_models} shared models: rank correlations mean little"))
    near = tuple(pair.name for pair in matching.pairs if pair.match == "approx")
    if near:
        told.append(Warn("approx", f"matched only approximately: {', '.join(near)}", near))
    for side, figure in ((board, found.differentiation), (reference, found.agreement)):
        if figure is None:
            told.append(
                Warn(
                    "no_interval",
                    f"{side.name} has no intervals: it separates no pair, so agreement needs others",
                )
            )
    if board.date and reference.date and abs((board.date - reference.date).days) > 90:
        told.append(
            Warn(
                "dates",
                f"the boards are of {board.date} and {reference.date}: models and voters moved between",
            )
        )
    judged = tuple(model for model in ours.lines if model in board.judges)
    if judged:
        told.append(
            Warn(
                "self_judged",
                f"{', '.join(judged)} is a contestant and a judge: it may favour itself",
                judged,
            )
        )
    return told
