"""How much an agreement depends on choices: ties, merge rule, method, judge, style, category, who takes part.

Each line is the same comparison with one thing changed. Leaves out the comparison itself
(`arena.service.comparing`).
"""

from dataclasses import dataclass, replace

import numpy as np

from arena.errors import ArenaError
from arena.filters import Filters
from arena.names import Names, family
from arena.people import FEW, person
from arena.ratings.types import RankSettings
from arena.service.comparing import RankedSide, compared, ranked_side
from arena.service.requests import Compare, Compared, Point
from arena.store import boards, closer
from arena.store.boards import Board
from arena.store.database import Database

_LEAST = 3
"""Fewest models that a rank correlation is counted over."""
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
    """Group: ties, merge, method, judge, style, category; "reference" is a category of the reference alone,
    "without" leaves one model out, "family" all models of one maker's line."""
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
    """The same comparison per category of the board, else of the reference; worst first."""
    without: tuple[Varied, ...]
    """The comparison without one model, the one that moves Spearman most first."""
    families: tuple[Varied, ...] = ()
    """The comparison without all models of a family, where several take part; the widest move first."""


def varied(database: Database, names: Names, request: Sensitivity) -> SensitivityFound:
    """All lines; the ones that do not fit the board say why."""
    asked = replace(request.compare, rounds=_ROUNDS)
    board, reference = boards.get(database, asked.board), boards.get(database, asked.reference)
    paired = (
        board.kind == "battles" and closer.health(database, board, asked.settings, asked.filters).paired > 0
    )
    ours = ranked_side(database, board, asked.settings, asked.filters, asked.rounds)
    lines = [
        _line(database, names, what, choice, one) for what, choice, one in _choices(board, asked, paired)
    ]
    places = [
        _line(database, names, what, category, one, ours if what == "reference" else None)
        for what, category, one in _by_category(database, board, reference, asked)
    ]
    places.sort(key=lambda line: (line.spearman is None, line.spearman or 0.0, line.choice))
    whole = compared(database, names, asked, ours)
    left = tuple(Varied("without", model, whole.n_models - 1, value) for model, value in whole.without)
    first = _read("as asked", "", whole, asked)
    return SensitivityFound(
        board.name, reference.name, first, tuple(lines), tuple(places), left, without_families(whole)
    )


def without_families(whole: Compared) -> tuple[Varied, ...]:
    """Spearman without each family that has several models, where at least three others stay."""
    families: dict[str, list[Point]] = {}
    for point in whole.points:
        families.setdefault(family(point.model), []).append(point)
    lines = []
    for name, members in families.items():
        rest = [point for point in whole.points if point not in members]
        if len(members) > 1 and len(rest) >= _LEAST:
            value = _spearman(rest)
            lines.append(Varied("family", f"{name} ({len(members)} models)", len(rest), value))
    whole_value = whole.spearman or 0.0
    lines.sort(
        key=lambda line: (line.spearman is None, -abs((line.spearman or 0.0) - whole_value), line.choice)
    )
    return tuple(lines)


def _spearman(points: list[Point]) -> float | None:
    """Correlation of average ranks; None where one side has no spread."""
    from scipy.stats import rankdata

    ours, theirs = (
        rankdata([getattr(point, name) for point in points]) for name in ("value", "reference_value")
    )
    if ours.std() == 0 or theirs.std() == 0:
        return None
    return float(np.corrcoef(ours, theirs)[0, 1])


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
        people = [judge for judge in board.judges if person(judge)]
        single = [judge for judge in board.judges if len(people) <= FEW or judge not in people]
        narrowed = [(judge, replace(asked.filters, judge=judge)) for judge in single]
        if len(people) > 1 and asked.filters.judge is None:
            narrowed.append(("people", replace(asked.filters, people=True)))
        lines += [
            ("judge", judge, replace(asked, filters=one)) for judge, one in narrowed if one != asked.filters
        ]
    return lines


def _by_category(
    database: Database, board: Board, reference: Board, asked: Compare
) -> list[tuple[str, str, Compare]]:
    ours, theirs = boards.categories(database, board), boards.categories(database, reference)
    if len(ours) < 2:
        each = [("reference", name, replace(asked, reference_category=name)) for name in theirs]
        return each if len(each) > 1 else []
    lines = []
    for category in ours:
        there = category if category in theirs else asked.reference_category
        filters = (
            Filters(category=category)
            if board.kind != "battles"
            else replace(asked.filters, category=category)
        )
        lines.append(("category", category, replace(asked, filters=filters, reference_category=there)))
    return lines


def _line(
    database: Database,
    names: Names,
    what: str,
    choice: str,
    request: Compare,
    ours: RankedSide | None = None,
) -> Varied:
    try:
        found = compared(database, names, request, ours)
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
