"""Requests around lineage: from a battle to what was trained on it, or from it back to battles.

Leaves out where it is kept (`arena.store.lineage`).
"""

from dataclasses import dataclass
from typing import Literal

from arena.errors import NotFound
from arena.store import battles, lineage
from arena.store.database import Database
from arena.store.lineage import Checkpoint, DropLine, RowLine

MEASURED = ("-panel", "-gate")
"""Ends of the names of steps whose battles rate models and are never trained on."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a battle, a training row or a checkpoint comes from and what came of it."""

    id: str
    """Id of a battle or a row, or the beginning of it; name, run or key of a checkpoint."""


@dataclass(frozen=True, slots=True)
class Descent:
    """A checkpoint and its surroundings."""

    checkpoint: Checkpoint
    kept: int
    """Rows of the selection that it learnt from."""
    dropped: int
    children: tuple[str, ...]
    """Names of the checkpoints that were made of it."""
    later: dict[str, int]
    """How many battles it fought on each board."""


@dataclass(frozen=True, slots=True)
class LineageFound:
    """Lineage's answer."""

    id: str
    """Whole."""
    what: Literal["battle", "row", "checkpoint"]
    rows: tuple[RowLine, ...]
    """The rows that a battle became; the row in every selection that holds it."""
    dropped: tuple[DropLine, ...]
    """Why a battle did not become a row."""
    note: str
    """In a sentence: what became of it, where no row and no reason says so."""
    checkpoints: tuple[Descent, ...]
    """Trained on these rows; the one that a battle was to measure; the checkpoint itself."""


def found(database: Database, request: Lineage) -> LineageFound:
    """Looks an id up: checkpoints first, then battles, then rows.

    Raises:
        NotFound: it is none of these, or the beginning of several.
    """
    made = lineage.checkpoints(database, request.id)
    if made:
        return LineageFound(request.id, "checkpoint", (), (), "", _descents(database, made))
    rows = lineage.rows_of_id(database, request.id) if len(request.id) >= 6 else ()
    if rows:
        return LineageFound(rows[0].id, "row", rows, (), "", _trained(database, rows))
    try:
        _, battle = battles.resolve(database, None, request.id)
    except NotFound as error:
        raise NotFound(f"{request.id!r} is no battle, training row or checkpoint: {error}") from error
    where = database.row("SELECT run, prompt::VARCHAR FROM battles WHERE id = $id", {"id": battle})
    return of_battle(database, battle, *(where or (None, None)))


def of_battle(database: Database, battle: str, run: str | None, prompt: str | None) -> LineageFound:
    """What became of a battle that a run played on a prompt."""
    flywheel, _, step = (run or "").partition(".")
    rows = lineage.rows_of_battle(database, battle)
    drops = lineage.drops_of_battle(database, battle, prompt, flywheel)
    note, made = "", _trained(database, rows)
    if not rows and not drops:
        beside = lineage.rows_of_prompt(database, prompt, flywheel) if prompt and step else ()
        note = _why(step, beside)
    stage = next((step.removesuffix(end) for end in MEASURED if step.endswith(end)), "")
    if stage:
        made = _descents(database, lineage.trained_on(database, flywheel, stage))
    return LineageFound(battle, "battle", rows, drops, note, made)


def family(database: Database, run: str) -> tuple[Descent, ...]:
    """The checkpoints of a flywheel, the earlier ones first."""
    return _descents(database, lineage.of_flywheel(database, run))


def _why(step: str, beside: tuple[RowLine, ...]) -> str:
    if not step:
        return "It was not played by a flywheel, so nothing was trained on it."
    if step.endswith(MEASURED):
        return "It was played to rate models: what is measured on is never trained on."
    if beside:
        return f"Another battle on its prompt became row {beside[0].id[:8]} ({beside[0].step})."
    return "No selection has looked at it yet, or no rule made a row of its prompt."


def _trained(database: Database, rows: tuple[RowLine, ...]) -> tuple[Descent, ...]:
    steps = dict.fromkeys((row.run, row.step) for row in rows)
    return tuple(
        one for run, step in steps for one in _descents(database, lineage.trained_on(database, run, step))
    )


def _descents(database: Database, made: tuple[Checkpoint, ...]) -> tuple[Descent, ...]:
    return tuple(_descent(database, one) for one in made)


def _descent(database: Database, one: Checkpoint) -> Descent:
    kept, dropped = (
        lineage.counts(database, one.made_from, one.made_by) if one.made_from and one.made_by else (0, 0)
    )
    children = tuple(child.name for child in lineage.children(database, one.run))
    return Descent(one, kept, dropped, children, lineage.later(database, one.name))
