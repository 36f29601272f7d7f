"""What the models of a board were trained on, as far as runs of this home say: files of rows, parents' too.

Leaves out models that came from elsewhere: their rows are named by whoever asks for a check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena.errors import ArenaError
from arena.jobs.folder import at
from arena.store import lineage
from arena.store.database import Database
from arena.store.lineage import ROWS, Checkpoint


@dataclass(frozen=True, slots=True)
class School:
    """Rows that a model learnt from, itself or by a model that it was made of."""

    model: str
    source: str
    """Whose rows they are, for people."""
    path: Path


def schools(database: Database, models: tuple[str, ...]) -> tuple[School, ...]:
    """The files of rows of each of these models that was trained here; those that are gone are left out."""
    return tuple(
        School(model, source, path)
        for model in models
        for source, path in _files(database, model)
        if path.is_file() and path.stat().st_size
    )


def _files(database: Database, model: str) -> Iterator[tuple[str, Path]]:
    """The files of a model and of all that it was made of, each once."""
    wanted, seen, told = [model], set[str](), set[Path]()
    while wanted:
        name = wanted.pop(0)
        if not name or name in seen:
            continue
        seen.add(name)
        for one in lineage.checkpoints(database, name):
            path = _rows(database, one)
            if path is not None and path not in told:
                told.add(path)
                yield f"rows of {one.name}", path
            for parent in one.parents:
                if parent.role not in ("reference", "reward"):
                    wanted += (parent.key, parent.name)


def _rows(database: Database, one: Checkpoint) -> Path | None:
    """Where a checkpoint's rows stand: in the run that selected them, else where its own run says."""
    runs = database.settings.runs
    if one.made_from and one.made_by:
        return at(runs, one.made_from).outputs / "rows" / one.made_by / ROWS
    try:
        said = at(runs, one.run).spec().config.get("rows")
    except ArenaError:
        return None
    return Path(str(said)) if said else None
