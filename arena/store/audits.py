"""What judges' figures are made of: sums over prompts, tables of labels, by judge and part of a board.

Each figure is one question (`sql/audit_*.sql`) over the same beginning (`sql/audit.sql`). Leaves out the
figures (`arena.audit`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, get_args

import numpy as np

from arena.audit import Floats, Sums, Unit
from arena.canaries import KINDS, PREFIX, SIDES, Pair, battle_id
from arena.filters import Filters
from arena.people import PEOPLE
from arena.ratings.types import RankSettings
from arena.referee import Outcome
from arena.store.boards import Board
from arena.store.database import Database
from arena.store.evidence import listing
from arena.store.sql import ask
from arena.store.where import where

Figure = Literal[
    "read", "first", "flipped", "same", "tied", "longer", "right_game", "right", "decisive", "repeated",
    "cycles",
]  # fmt: skip
FIGURES: tuple[Figure, ...] = get_args(Figure)
By = Literal["judge", "category", "model", "gap"]
"""What a figure is told apart by, beside the judge."""

_GAPS = """JOIN (SELECT unnest([0, 1, 2, 4]) AS least, unnest([1, 2, 4, 1e9]) AS most,
                        unnest(['0 to 1', '1 to 2', '2 to 4', '4 and more']) AS name) g
             ON r.gap >= g.least AND r.gap < g.most"""
_PARTS: Mapping[By, tuple[str, str]] = {
    "judge": ("''", ""),
    "category": ("c.name", "JOIN (SELECT id, unnest(categories) AS name FROM prompts) c ON c.id = r.prompt"),
    "model": ("m.name", "JOIN models m ON m.id = r.a OR m.id = r.b"),
    "gap": ("g.name", _GAPS),
}
_KIN = """points AS (
    SELECT judge, thing, cluster, prompt, a AS model, y FROM judged WHERE y IS NOT NULL
    UNION ALL SELECT judge, thing, cluster, prompt, b, 1 - y FROM judged WHERE y IS NOT NULL
),
kin AS (SELECT unnest($kin_judges::INTEGER[]) AS judge, unnest($kin_models::INTEGER[]) AS model)"""
EVEN = "AND o.thing IN (SELECT thing FROM truth WHERE label = 3)"
"""Where the reference finds both answers as good."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge of a board."""

    id: int
    name: str
    human: bool
    """Whether its name says that it is people."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which verdicts are looked at, and whose word they are held against."""

    database: Database
    board: Board
    settings: RankSettings
    filters: Filters
    references: tuple[int, ...]
    """Judges whose majority is the truth."""

    def asked(self, **more: Any) -> dict[str, Any]:
        """The parameters of every question."""
        held = listing(self.board, self.settings) | where(self.filters).params
        return held | {"references": list(self.references)} | more

    def rows(self, *ctes: str, question: str, **more: Any) -> list[tuple[Any, ...]]:
        """A question over the common beginning."""
        begin = ask("audit", where(self.filters).sql)
        sql = f"WITH {', '.join((begin, *ctes))}\n{question}"
        return self.database.rows(sql, _used(sql, self.asked(**more)), kept=True)


def _used(sql: str, params: dict[str, Any]) -> dict[str, Any]:
    """Only what a question names: the database refuses others."""
    return {name: value for name, value in params.items() if f"${name}" in sql}


def judges(database: Database, board: Board) -> tuple[Judge, ...]:
    """The judges of a board, by name."""
    found = database.rows(
        "SELECT id, name, regexp_full_match(lower(name), $people) FROM judges"
        " WHERE name IN (SELECT unnest($names::VARCHAR[])) ORDER BY name",
        {"people": PEOPLE, "names": list(board.judges)},
    )
    return tuple(Judge(*row) for row in found)


def sums(
    scope: Scope, figure: Figure, by: By = "judge", *, even: bool = False
) -> dict[tuple[int, str], Sums]:
    """The sums of a figure by (judge, part). `even`: only where the reference finds no winner."""
    question = ask(f"audit_{figure}").replace("/*even*/", EVEN if even else "")
    return _summed(scope.rows(question=_folded(question, by)))


def _folded(question: str, by: By) -> str:
    part, join = _PARTS[by]
    return (
        "SELECT judge, part, sum(f), sum(d), sum(f * f), sum(f * d), sum(d * d), count(*) FROM ("
        f"SELECT r.judge, {part} AS part, cluster, sum(f)::DOUBLE AS f, sum(d)::DOUBLE AS d"
        f" FROM ({question.rstrip().rstrip(';')}) r {join} GROUP BY ALL) GROUP BY ALL ORDER BY ALL"
    )


def _summed(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, str], Sums]:
    return {
        (int(judge), str(part)): Sums(float(f), float(d), float(ff), float(fd), float(dd), int(clusters))
        for judge, part, f, d, ff, fd, dd, clusters in rows
    }


def people(scope: Scope) -> Sums | None:
    """Pairs of reference judges on the same thing that say the same."""
    found = _summed(scope.rows(question=_folded(ask("audit_people"), "judge")))
    return found.get((0, ""))


def kin(scope: Scope, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, str], Sums]:
    """Points for models of the judge's own family beyond what other judges give, by (judge, model)."""
    held = list(pairs)
    if not held:
        return {}
    found = scope.rows(
        _KIN,
        question=_folded(ask("audit_kin"), "model"),
        kin_judges=[judge for judge, _ in held],
        kin_models=[model for _, model in held],
    )
    return _summed(found)


def tables(scope: Scope) -> dict[int, Floats]:
    """For each judge the 3 x 3 table of labels: the reference's down, its own across."""
    found: dict[int, Floats] = {}
    for judge, told, own, count in scope.rows(question=ask("audit_table")):
        found.setdefault(int(judge), np.zeros((3, 3)))[told - 1, own - 1] = count
    return found


def units(scope: Scope, whose: Iterable[int]) -> tuple[Unit, ...]:
    """Things by the labels that some judges gave them."""
    rows = scope.rows(question=ask("audit_units"), whose=list(whose))
    return tuple(Unit((one, two, neither), times) for one, two, neither, times in rows)


def failures(scope: Scope) -> dict[int, tuple[tuple[str, int], ...]]:
    """Verdicts that could not be read, by judge: (kind, how many)."""
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for judge, status, count in scope.rows(question=ask("audit_failures")):
        found[int(judge)] = (*found.get(int(judge), ()), (str(status), int(count)))
    return found


def costs(scope: Scope) -> dict[int, tuple[float | None, float | None]]:
    """Mean tokens and milliseconds of a verdict, by judge."""
    return {int(judge): (tokens, took) for judge, tokens, took in scope.rows(question=ask("audit_cost"))}


def models(database: Database, board: Board) -> dict[int, str]:
    """The models of a board by number."""
    found = database.rows(
        "SELECT id, name FROM models WHERE id IN"
        " (SELECT model_a FROM games($board) UNION SELECT model_b FROM games($board))",
        {"board": board.id},
    )
    return dict(found)


def canaries(database: Database, board: Board, settings: RankSettings) -> dict[str, tuple[Pair, ...]]:
    """The board's canaries with their twins, by judge."""
    asked = listing(board, settings) | {"prefix": PREFIX}
    planted: dict[str, dict[str, tuple[str, Outcome]]] = {}
    near: dict[str, dict[str, Outcome]] = {}
    for battle, judge, model, kind, share, own in database.rows(ask("audit_canaries"), asked):
        outcome = Outcome(kind, share, None)
        if own:
            planted.setdefault(judge, {})[battle] = (model.removeprefix(PREFIX), outcome)
        else:
            near.setdefault(judge, {})[battle] = outcome
    found: dict[str, list[Pair]] = {judge: [] for judge in planted}
    for judge, battles in near.items():
        for battle, outcome in battles.items():
            for kind, side in product(KINDS, SIDES):
                known = planted.get(judge, {}).get(battle_id(battle, kind, side))
                if known:
                    found[judge].append(Pair(kind, side, known[1], outcome))
    return {judge: tuple(pairs) for judge, pairs in found.items()}
