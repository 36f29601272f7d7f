"""Battles to read: pages by cursor, single records with texts and verdicts, and streams for export."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from arena.errors import BadRequest, NotFound
from arena.filters import Filters
from arena.flags import Mark
from arena.keys import key
from arena.people import person
from arena.ratings.types import RankSettings
from arena.store import ballots, flags
from arena.store.boards import Board
from arena.store.database import Database, Params
from arena.store.evidence import merging
from arena.store.sql import ask
from arena.store.where import where
from arena.types import Battle, Prompt, Record, Reference, Response, Status, Verdict

_WHOLE = re.compile("[0-9a-f]{32}")
_START = "-1_00000000-0000-0000-0000-000000000000_-1"


@dataclass(frozen=True, slots=True)
class Line:
    """One battle in a list, as one judge saw it."""

    id: str
    model_a: str
    model_b: str
    judge: str
    outcome: str
    """a, b, tie, both_bad, soft or undecided, under the merge rule."""
    share: float | None
    """Side a's share in 0-1; None where undecided."""
    score_a: float | None
    score_b: float | None
    flipped: bool
    turn: int
    when: datetime | None
    prompt: str | None
    """The prompt's beginning; None where its text is not known."""
    categories: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    """What checks flagged it for."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some battles, and the cursors that continue after and before them (None: that was all)."""

    lines: tuple[Line, ...]
    next: str | None
    previous: str | None = None


def page(
    database: Database, board: Board, settings: RankSettings, filters: Filters, after: str | None, limit: int
) -> Page:
    """The battles after a cursor.

    Raises:
        BadRequest: the cursor is none of ours.
    """
    rows = _rows(database, board, settings, filters, "page", _cursor(after or _START, limit))
    shown = rows[:limit]
    more = _cursor_of(database, shown[-1]) if len(rows) > limit else None
    return Page(
        _lines(database, board, shown), more, _cursor_of(database, shown[0]) if after and shown else None
    )


def earlier(
    database: Database, board: Board, settings: RankSettings, filters: Filters, before: str, limit: int
) -> Page:
    """The battles before a cursor, in the same order as everywhere.

    Raises:
        BadRequest: the cursor is none of ours.
    """
    rows = _rows(database, board, settings, filters, "page_before", _cursor(before, limit))
    shown = rows[:limit][::-1]
    if not shown:
        return Page((), None)
    more = _cursor_of(database, shown[0]) if len(rows) > limit else None
    return Page(_lines(database, board, shown), _cursor_of(database, shown[-1]), more)


def _rows(
    database: Database, board: Board, settings: RankSettings, filters: Filters, question: str, params: Params
) -> list[tuple[Any, ...]]:
    condition = where(filters)
    return database.rows(ask(question, condition.sql), merging(board, settings) | condition.params | params)


def _lines(database: Database, board: Board, rows: list[tuple[Any, ...]]) -> tuple[Line, ...]:
    known = sorted({row[12] for row in rows if row[12]})
    texts = {row[0]: row[1:] for row in database.rows(ask("beginnings"), {"ids": known})} if known else {}
    found = flags.of_battles(database, board, [row[0] for row in rows])
    marks = {battle: tuple(dict.fromkeys(flag.mark for flag in each)) for battle, each in found.items()}
    return tuple(replace(_line(row, texts.get(row[12])), marks=marks.get(row[0], ())) for row in rows)


def _line(row: tuple[Any, ...], text: tuple[Any, ...] | None) -> Line:
    beginning, categories = text or (None, ())
    battle, _, model_a, model_b, judge, kind, share, score_a, score_b, flipped, turn, when, _ = row
    return Line(
        battle,
        model_a,
        model_b,
        judge,
        kind,
        share,
        score_a,
        score_b,
        bool(flipped),
        turn,
        when,
        beginning,
        tuple(categories),
    )


def _cursor_of(database: Database, row: tuple[Any, ...]) -> str:
    judge = database.row("SELECT id FROM judges WHERE name = $name", {"name": row[4]})
    return f"{row[1]}_{row[0]}_{judge[0] if judge else 0}"


def _cursor(text: str, limit: int) -> Params:
    try:
        seq, battle, judge = text.split("_")
        return {"seq": int(seq), "battle": str(UUID(battle)), "after_judge": int(judge), "limit": limit + 1}
    except ValueError as error:
        raise BadRequest(f"cursor {text!r} is not one that a page gave: start without --after") from error


def resolve(database: Database, board: Board | None, prefix: str) -> tuple[int, str]:
    """Board and whole id of the battle whose id begins with `prefix` (at least 6 characters).

    Raises:
        NotFound: none or several.
    """
    short = prefix.replace("-", "").lower()
    if len(short) < 6:
        raise BadRequest(f"battle id {prefix!r}: give at least 6 characters")
    params = {"board": board.id if board else 0}
    found = (
        database.rows(ask("resolve_whole"), params | {"battle": prefix}) if _WHOLE.fullmatch(short) else []
    )
    found = found or database.rows(ask("resolve"), params | {"prefix": short})
    if len(found) != 1:
        raise NotFound(f"{'several battles begin' if found else 'no battle begins'} with {prefix!r}")
    return int(found[0][0]), str(found[0][1])


def record(database: Database, board: Board, battle: str) -> Record:
    """A battle with everything known of it.

    Raises:
        NotFound: the board has no such battle.
    """
    named = {"board": board.id, "battle": battle}
    found = database.rows(ask("record"), named) or database.rows(ask("record_implied"), named)
    if not found:
        raise NotFound(f"board {board.name!r} has no battle {battle}")
    return _records(database, board, found)[0]


def references(database: Database, prompt: str) -> tuple[Reference, ...]:
    """Reference answers to a prompt."""
    return tuple(
        Reference(row[0], row[1], row[2], tuple(row[3]))
        for row in database.rows(ask("references"), {"prompt": prompt})
    )


def stream(database: Database, board: Board, settings: RankSettings, filters: Filters) -> Iterator[Record]:
    """All battles under a filter with their texts, in order of arrival, in constant memory."""
    condition, kept = where(filters), _keeping(database, board, filters)
    question = f"""SELECT o.battle::VARCHAR, a.name, b.name, o.prompt::VARCHAR,
        x.response_a::VARCHAR, x.response_b::VARCHAR, coalesce(x.games, 1), o.turn, o.played,
        x.run, x.propensity
        FROM (SELECT battle, min(seq) AS seq, any_value(prompt) AS prompt, any_value(model_a) AS model_a,
                     any_value(model_b) AS model_b, any_value(turn) AS turn, any_value(played) AS played
              FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE {condition.sql}
              GROUP BY battle) o
        LEFT JOIN battles x ON x.id = o.battle
        JOIN models a ON a.id = o.model_a JOIN models b ON b.id = o.model_b
        ORDER BY o.seq, o.battle"""
    with database.stream(question, merging(board, settings) | condition.params) as rows:
        while group := list(islice(rows, 500)):
            for record in _records(database, board, group):
                yield replace(record, verdicts=tuple(one for one in record.verdicts if kept(one)))


def _keeping(database: Database, board: Board, filters: Filters) -> Callable[[Verdict], bool]:
    """Whether a verdict is one of those that a filter names, where it names any."""
    flagged = ballots.flagged(database, board) if filters.flagged is not None else frozenset[str]()

    def kept(one: Verdict) -> bool:
        return (
            filters.judge in (None, one.judge)
            and filters.people in (None, person(one.judge))
            and filters.flagged in (None, one.id in flagged)
        )

    return kept


def _records(database: Database, board: Board, rows: list[tuple[Any, ...]]) -> list[Record]:
    battles = [Battle(*row) for row in rows]
    ids = [battle.id for battle in battles]
    known = sorted({battle.prompt for battle in battles if battle.prompt})
    prompts = {row[0]: _prompt(row) for row in database.rows(ask("prompts"), {"ids": known})} if known else {}
    named = sorted({side for battle in battles for side in (battle.response_a, battle.response_b) if side})
    found = (
        [_response(row) for row in database.rows(ask("responses"), {"ids": named, "prompts": known})]
        if known or named
        else []
    )
    by_id = {response.id: response for response in found}
    by_model: dict[tuple[str, str], Response] = {}
    for response in found:
        by_model.setdefault((response.prompt, response.model), response)
    verdicts = _verdicts(database, board, ids)

    def side(named: str | None, battle: Battle, model: str) -> Response | None:
        return by_id.get(named) if named else by_model.get((battle.prompt or "", model))

    return [
        Record(
            board.name,
            battle,
            prompts.get(battle.prompt or ""),
            side(battle.response_a, battle, battle.model_a),
            side(battle.response_b, battle, battle.model_b),
            tuple(verdicts.get(battle.id, ())),
        )
        for battle in battles
    ]


def _prompt(row: tuple[Any, ...]) -> Prompt:
    return Prompt(row[0], row[1], row[2], tuple(row[3]), tuple(row[4]), row[5], row[6])


def _response(row: tuple[Any, ...]) -> Response:
    return Response(row[0], row[1], row[2], tuple(row[3]), *row[4:])


def _verdicts(database: Database, board: Board, battles: list[str]) -> dict[str, list[Verdict]]:
    params = {"board": board.id, "battles": battles}
    found: dict[str, list[Verdict]] = {}
    for battle, number, *rest in database.rows(ask("verdicts"), params):
        found.setdefault(battle, []).append(Verdict(number, battle, *rest))
    for row in database.rows(ask("graded"), params):
        found.setdefault(row[0], []).append(_implied(*row))
    return found


def _implied(  # noqa: PLR0913, PLR0917 - one argument per column of graded.sql
    battle: str,
    grade_a: str,
    grade_b: str,
    judge: str,
    model_a: str,
    model_b: str,
    score_a: float | None,
    score_b: float | None,
    said_a: str | None,
    said_b: str | None,
    status_a: Status,
    status_b: Status,
) -> Verdict:
    """Two single grades as one verdict, with both explanations under the models' names."""
    words = [f"[{model}] {said}" for model, said in ((model_a, said_a), (model_b, said_b)) if said]
    status = status_b if status_a == "ok" else status_a
    return Verdict(
        key("implied", grade_a, grade_b),
        battle,
        judge,
        score_a=score_a,
        score_b=score_b,
        explanation="\n\n".join(words) or None,
        status=status,
    )


def outcomes(database: Database, board: Board, battle: str, *, fresh: bool = False) -> tuple[Line, ...]:
    """What a battle came to under each judge, by the default merge rule.

    `fresh`: just after a write, when the board's outcomes are no longer in memory.
    """
    rows = database.rows(ask("outcome"), merging(board, RankSettings()) | {"battle": battle}, few=fresh)
    return tuple(_line(row, None) for row in rows)


def openings(database: Database, board: Board, limit: int) -> dict[str, str]:
    """Beginnings of a board's prompts by id, at most `limit` of them."""
    rows = database.rows(ask("openings"), {"name": board.name, "limit": limit})
    return {str(prompt): str(text) for prompt, text in rows}
