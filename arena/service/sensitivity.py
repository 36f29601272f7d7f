"""How much an agreement depends on choices: tie policy, merge rule, method, judge, style control, category.

Each line is the same comparison with one thing changed. Leaves out the comparison itself
(`arena.service.comparing`).
"""

from dataclasses import dataclass, replace

from arena.errors import ArenaError
from arena.filters import Filters
from arena.names import Names
from arena.ratings.types import RankSettings
from arena.service.comparing import compared
from arena.service.requests import Compare, Compared
from arena.store import boards, closer
from arena.store.boards import Board
from arena.store.database import Database

_ROUNDS = 200
"""Redraws per line: enough for an interval that is only looked at."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a comparison would be with other choices."""

    compare: Compare


@dataclass(frozen=True, slots=True)
class Varied:
    """One changed choice and what became of the figures; `why_not` says why a line could not be had."""

    what: str
    """Group: ties, merge, method, judge, style, category, or "without" where one model is left out."""
    choice: str
    n_models: int = 0
    spearman: float | None = None
    spearman_interval: tuple[float, float] | None = None
    agreement: float | None = None
    differentiation: float | None = None
    why_not: str | None = None
    compare: Compare | None = None
    """What was asked for this line; None where no request asks for it (a model left out)."""


@dataclass(frozen=True, slots=True)
class SensitivityFound:
    """Sensitivity's answer: the comparison as asked first, then one line per changed choice."""

    board: str
    reference: str
    asked: Varied
    varied: tuple[Varied, ...]
    categories: tuple[Varied, ...]
    """The same comparison per category of the board, worst first."""
    without: tuple[Varied, ...]
    """The comparison without one model, the one that moves Spearman most first."""


def varied(database: Database, names: Names, request: Sensitivity) -> SensitivityFound:
    """All lines; the ones that do not fit the board say why."""
    asked = replace(request.compare, rounds=_ROUNDS)
    board, reference = boards.get(database, asked.board), boards.get(database, asked.reference)
    paired = (
        board.kind == "battles" and closer.health(database, board, asked.settings, asked.filters).paired > 0
    )
    lines = [
        _line(database, names, what, choice, one) for what, choice, one in _choices(board, asked, paired)
    ]
    places = [
        _line(database, names, "category", category, one)
        for category, one in _by_category(database, board, reference, asked)
    ]
    places.sort(key=lambda line: (line.spearman is None, line.spearman or 0.0, line.choice))
    whole = compared(database, names, asked)
    left = tuple(Varied("without", model, whole.n_models - 1, value) for model, value in whole.without)
    first = _read("as asked", "", whole, asked)
    return SensitivityFound(board.name, reference.name, first, tuple(lines), tuple(places), left)


def _choices(board: Board, asked: Compare, paired: bool) -> list[tuple[str, str, Compare]]:
    if board.kind == "published":
        return []
    settings = asked.settings
    changes: list[tuple[str, str, RankSettings]] = [
        ("ties", "half a win", replace(settings, ties="half", both_bad="half")),
        ("ties", "left out", replace(settings, ties="drop", both_bad="drop")),
        ("ties", "both bad left out", replace(settings, ties="half", both_bad="drop")),
        ("method", "davidson", replace(settings, method="davidson")),
        ("method", "winrate", replace(settings, method="winrate")),
    ]
    if paired:
        changes.append(("merge", "strict", replace(settings, merge="strict")))
    if board.kind == "battles":
        changes += [
            ("style", "length and markdown held equal", replace(settings, method="style")),
        ]
    lines = [(what, choice, replace(asked, settings=one)) for what, choice, one in changes if one != settings]
    if len(board.judges) > 1:
        narrowed = [(judge, replace(asked.filters, judge=judge)) for judge in board.judges]
        lines += [
            ("judge", judge, replace(asked, filters=one)) for judge, one in narrowed if one != asked.filters
        ]
    return lines


def _by_category(
    database: Database, board: Board, reference: Board, asked: Compare
) -> list[tuple[str, Compare]]:
    theirs = boards.categories(database, reference)
    lines = []
    for category in boards.categories(database, board):
        there = category if category in theirs else asked.reference_category
        filters = (
            Filters(category=category)
            if board.kind != "battles"
            else replace(asked.filters, category=category)
        )
        lines.append((category, replace(asked, filters=filters, reference_category=there)))
    return lines if len(lines) > 1 else []


def _line(database: Database, names: Names, what: str, choice: str, request: Compare) -> Varied:
    try:
        found = compared(database, names, request)
    except ArenaError as error:
        return Varied(what, choice, why_not=str(error), compare=request)
    return _read(what, choice, found, request)


def _read(what: str, choice: str, found: Compared, request: Compare) -> Varied:
    return Varied(
        what,
        choice,
        found.n_models,
        found.spearman,
        found.intervals.get("spearman"),
        found.agreement,
        found.differentiation,
        compare=request,
    )
