"""How far judges can be trusted: each judge's health side by side, against people and against the others.

Leaves out the figures (`arena.audit`) and what they are counted from (`arena.store.audits`).
"""

from dataclasses import dataclass

from arena import audit, canaries
from arena.audit import Rate
from arena.errors import BadRequest, NotFound
from arena.filters import Filters
from arena.names import family
from arena.ratings.types import RankSettings
from arena.service.stability import Left, left_out
from arena.store import audits, boards
from arena.store.audits import By, Judge, Scope
from arena.store.boards import Board
from arena.store.database import Database

Parts = tuple[tuple[str, Rate], ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The health of a board's judges. The word of `reference` is the truth: the majority of these judges."""

    board: str
    settings: RankSettings = RankSettings()
    filters: Filters = Filters()
    reference: tuple[str, ...] = ()
    """Empty: the judges whose names say that they are people."""
    by: By = "judge"
    """Tells the figures of each judge apart by category, model or score gap too."""
    stability: bool = False
    """Also rank the board without each judge, and without each category."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One judge's figures; None where the board cannot say."""

    read: Rate | None
    """Verdicts that could be read."""
    first: Rate | None
    """Decisive verdicts, over both orders, that the first answer won; position bias is this minus a half."""
    flipped: Rate | None
    """Battles whose two games name different winners."""
    same: Rate | None
    """Battles whose two games say the same, ties included: consistency under a swap."""
    tied: Rate | None
    """Decided battles that nobody won; decisiveness is the rest."""
    longer: Rate | None
    """Battles won by one side that the longer answer won."""
    longer_even: Rate | None
    """The same where the reference finds both answers as good: length preference at equal truth."""
    right_game: Rate | None
    """Single games that say what the reference says."""
    right: Rate | None
    """Battles decided as the reference decides: a, b or neither."""
    decisive: Rate | None
    """The same where both name a winner."""
    repeated: Rate | None
    """Verdicts on the same answers in the same seats, given twice, that agree: noise is the rest."""
    cycles: Rate | None
    """Prompts on which it puts three models in a circle."""


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one category, model or score gap."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Health:
    """One judge."""

    judge: str
    human: bool
    reference: bool
    """Whether it is one of those whose word is the truth here."""
    figures: Figures
    kappa: Rate | None
    """Cohen's kappa with the reference, over a, b and neither."""
    failures: tuple[tuple[str, int], ...]
    """Verdicts that could not be read, by kind."""
    tokens: float | None
    """Mean tokens of a verdict, where known."""
    milliseconds: float | None
    kin: Parts
    """Models of its own family: points it gives them beyond what other judges give them, -1 to 1."""
    own: tuple[str, ...]
    """Contestants that are this judge, or of its family: it may know its own hand."""
    canaries: tuple[canaries.Line, ...]
    """How it stood up to injected verdicts, where the board has canaries."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """Audit's answer: judges in the order of their names."""

    board: str
    reference: tuple[str, ...]
    judges: tuple[Health, ...]
    alpha: Rate | None
    """Krippendorff's alpha of all judges."""
    people: Rate | None
    """Pairs of reference judges that say the same: the ceiling for anybody held against one of them."""
    people_alpha: Rate | None
    left_out: tuple[Left, ...] = ()
    """The ranking without each judge and each category, where that was asked for."""


def audited(database: Database, request: Audit) -> Audited:
    """The health of a board's judges.

    Raises:
        BadRequest: the board holds no single verdicts.
        NotFound: no such board, or a reference that is no judge of it.
    """
    board = boards.get(database, request.board)
    if board.kind != "battles":
        raise BadRequest(f"board {board.name!r} holds no single verdicts: there is no judge to look at")
    known = audits.judges(database, board)
    reference = _reference(board, known, request.reference)
    scope = Scope(database, board, request.settings, request.filters, tuple(one.id for one in reference))
    shown = [one for one in known if request.filters.judge in (None, one.name)]
    whole, parts = _figures(scope, "judge"), _figures(scope, request.by) if request.by != "judge" else {}
    models = audits.models(database, board)
    kin = audits.kin(scope, _kin(models, shown))
    planted = audits.canaries(database, board, request.settings)
    failures, costs, tables = audits.failures(scope), audits.costs(scope), audits.tables(scope)
    lines = tuple(
        Health(
            one.name,
            one.human,
            one in reference,
            whole.get((one.id, ""), _NOTHING),
            audit.kappa_rate(tables[one.id]) if one.id in tables else None,
            failures.get(one.id, ()),
            *costs.get(one.id, (None, None)),
            tuple(
                (model, rate)
                for (id_, model), held in kin.items()
                if id_ == one.id and (rate := audit.mean(held))
            ),
            () if one.human else tuple(sorted(name for name in models.values() if _same(one.name, name))),
            canaries.report(planted.get(one.name, ())),
            tuple(Part(name, found) for (id_, name), found in parts.items() if id_ == one.id),
        )
        for one in shown
    )
    agreed = audits.people(scope) if len(reference) > 1 else None
    return Audited(
        board.name,
        tuple(one.name for one in reference),
        lines,
        audit.alpha_rate(audits.units(scope, (one.id for one in shown))) if len(shown) > 1 else None,
        audit.share(agreed) if agreed else None,
        audit.alpha_rate(audits.units(scope, scope.references)) if len(reference) > 1 else None,
        left_out(database, board, request.settings, request.filters) if request.stability else (),
    )


_NOTHING = Figures(*[None] * 12)


def _reference(board: Board, known: tuple[Judge, ...], named: tuple[str, ...]) -> tuple[Judge, ...]:
    if not named:
        return tuple(one for one in known if one.human)
    if missing := [name for name in named if name not in {one.name for one in known}]:
        there = ", ".join(one.name for one in known)
        raise NotFound(f"board {board.name!r} has no judge {missing[0]!r}; it has {there}")
    return tuple(one for one in known if one.name in named)


def _figures(scope: Scope, by: By) -> dict[tuple[int, str], Figures]:
    found = {
        name: {place: audit.share(held) for place, held in audits.sums(scope, name, by).items()}
        for name in audits.FIGURES
    }
    even = {place: audit.share(held) for place, held in audits.sums(scope, "longer", by, even=True).items()}
    places = sorted({place for held in found.values() for place in held})
    return {
        place: Figures(longer_even=even.get(place), **{name: held.get(place) for name, held in found.items()})
        for place in places
    }


def _kin(models: dict[int, str], judges: list[Judge]) -> list[tuple[int, int]]:
    """(judge, model) of one family, people left out."""
    return [
        (one.id, number)
        for one in judges
        for number, name in models.items()
        if not one.human and _same(one.name, name)
    ]


def _same(judge: str, model: str) -> bool:
    return judge == model or family(judge) == family(model)
