"""Which battles became training rows, which did not and why, and which checkpoints were trained on them.

Read from run folders: `outputs/rows/STEP/` of a flywheel (its `rows.jsonl` is written last) and the manifest
of every finished `outputs/model`. Each is taken in once, whole; a rebuild takes in the same. Leaves out what
the words mean to people (`arena.service.lineage`) and making rows (a kind of job does).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from arena.jobs.folder import STEPS, RunFolder
from arena.store.database import Database
from arena.store.sql import ask

ROWS, DROPPED, MANIFEST = "rows.jsonl", "dropped.jsonl", "manifest.json"
_STEP = re.compile(r"i(\d+)-(.+)")
_WRONG = (OSError, ValueError, TypeError, KeyError, pa.ArrowException, duckdb.Error)


@dataclass(frozen=True, slots=True)
class RowLine:
    """A training row in a selection."""

    run: str
    step: str
    iteration: int
    stage: str
    id: str
    kind: str
    """sft, pair or prompt."""
    prompt: str | None
    battles: tuple[str, ...]
    model: str
    """Who wrote what is learnt or preferred."""
    beaten: str
    """Who wrote what lost; empty where nobody did."""
    gap: float | None
    origin: str
    reason: str
    category: str


@dataclass(frozen=True, slots=True)
class DropLine:
    """A candidate that did not become a row."""

    run: str
    step: str
    iteration: int
    stage: str
    prompt: str | None
    rule: str
    reason: str
    battles: tuple[str, ...]
    """Empty: all battles of the prompt."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A model that a checkpoint was made of."""

    role: str
    """start, reference, reward."""
    key: str
    name: str
    """Its name as a checkpoint, or its directory; empty where the run does not say."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model that a run trained."""

    run: str
    name: str
    key: str
    stage: str
    made_from: str | None
    """Run of the selection that it learnt from."""
    made_by: str | None
    """Step of that selection."""
    rows: int
    steps: int
    parents: tuple[Parent, ...]


def catch_up(database: Database, runs: Path) -> int:
    """Takes in every finished selection and checkpoint that the database lacks; how many there were."""
    had = {(run, step) for run, step in database.rows("SELECT run, step FROM selections")}
    made = {run for (run,) in database.rows("SELECT run FROM checkpoints")}
    count = 0
    for run, folder in _selections(runs):
        if (run.id, folder.name) not in had:
            _select(database, run.id, folder)
            count += 1
    for run in _trained(runs):
        if run.id not in made:
            _keep(database, run)
            count += 1
    return count


def _selections(runs: Path) -> Iterator[tuple[RunFolder, Path]]:
    for path in sorted(runs.glob(f"[!.]*/outputs/rows/*/{ROWS}")):
        yield RunFolder(path.parents[3]), path.parent


def _trained(runs: Path) -> Iterator[RunFolder]:
    for place in ("[!.]*", f"[!.]*/{STEPS}/*"):
        for path in sorted(runs.glob(f"{place}/outputs/model/{MANIFEST}")):
            run = RunFolder(path.parents[2])
            if run.has("done"):
                yield run


def _select(database: Database, run: str, folder: Path) -> None:
    """A selection, all of it in one transaction; one that cannot be read is noted with the reason."""
    said = _STEP.fullmatch(folder.name)
    number, stage = (int(said[1]), said[2]) if said else (0, folder.name)
    try:
        rows, drops = _rows(run, folder), _drops(run, folder)
        with database.write() as cursor:
            _note(cursor, (run, folder.name, number, stage, None))
            _insert(cursor, "training_rows", rows)
            _insert(cursor, "dropped_rows", drops)
    except _WRONG as error:
        with database.write() as cursor:
            _note(cursor, (run, folder.name, number, stage, _line(error)))


def _note(cursor: duckdb.DuckDBPyConnection, values: tuple[Any, ...]) -> None:
    cursor.execute("INSERT INTO selections VALUES (?, ?, ?, ?, ?)", values)


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _rows(run: str, folder: Path) -> pa.Table:
    found = [
        {
            "run": run,
            "step": folder.name,
            "id": row["id"],
            "kind": row["kind"],
            "prompt": row["prompt"] or None,
            "battles": row.get("battles", []),
            "model": row.get("model", ""),
            "beaten": row.get("over", ""),
            "gap": row.get("gap"),
            "origin": row.get("origin", ""),
            "reason": row.get("reason", ""),
            "category": row.get("category", ""),
        }
        for row in _lines(folder / ROWS)
    ]
    words = ("run", "step", "id", "kind", "prompt", "model", "beaten", "origin", "reason", "category")
    return pa.Table.from_pylist(found, _schema(words, gap=pa.float64()))


def _drops(run: str, folder: Path) -> pa.Table:
    found = [
        {
            "run": run,
            "step": folder.name,
            "prompt": row["prompt"] or None,
            "rule": row["rule"],
            "reason": row["reason"],
            "battles": row.get("battles", []),
        }
        for row in _lines(folder / DROPPED)
    ]
    return pa.Table.from_pylist(found, _schema(("run", "step", "prompt", "rule", "reason")))


def _schema(words: Iterable[str], **more: pa.DataType) -> pa.Schema:
    fields = {**dict.fromkeys(words, pa.string()), "battles": pa.list_(pa.string()), **more}
    return pa.schema(list(fields.items()))


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    cursor.register("new_lineage", rows)
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM new_lineage")
    cursor.unregister("new_lineage")


def _keep(database: Database, run: RunFolder) -> None:
    """A checkpoint, with what it was made of."""
    try:
        spec, told = run.spec(), json.loads((run.outputs / "model" / MANIFEST).read_text("utf-8"))
        config = spec.config
        name = str(config.get("name") or run.id)
        source = _source(str(config.get("rows", "")))
        values = [run.id, name, told["key"], told["stage"], *source, told["rows"], told["steps"], None]
        parents = [[run.id, *parent] for parent in _parents(config, told["parents"])]
        with database.write() as cursor:
            cursor.execute("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            for parent in parents:
                cursor.execute("INSERT INTO checkpoint_parents VALUES (?, ?, ?, ?)", parent)
    except _WRONG as error:
        with database.write() as cursor:
            broken = [run.id, run.id, "", "", None, None, 0, 0, _line(error)]
            cursor.execute("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", broken)


def _source(rows: str) -> tuple[str | None, str | None]:
    """Run and step of the selection that a rows file is of, told by its place in a run folder."""
    parts = Path(rows).parts[-5:]
    if len(parts) == 5 and parts[1:3] == ("outputs", "rows") and parts[4] == ROWS:
        return parts[0], parts[3]
    return None, None


def _parents(config: dict[str, Any], keys: dict[str, str]) -> list[tuple[str, str, str]]:
    """Role, key and name of each model; one of the same key has the same name."""
    models = {role: key for role, key in keys.items() if not role.endswith("_is")}
    names = {key: name for role, key in models.items() if (name := _named(config, role))}
    return [(role, key, names.get(key, "")) for role, key in models.items()]


def _named(config: dict[str, Any], role: str) -> str:
    """What a parent is called: the run that trained it, or its directory's name."""
    options = config.get("stage", {}).get("options", {})
    reward = options.get("reward")
    places = {
        "start": config.get("start"),
        "other": next(iter(config.get("others") or ()), None),
        "reference": options.get("reference_model"),
        "reward": reward.get("options", {}).get("model") if isinstance(reward, dict) else reward,
    }
    parts = Path(str(places.get(role) or "")).parts
    if len(parts) > 3 and parts[-2:] == ("outputs", "model"):
        return parts[-3]
    return parts[-1] if parts else ""


def forget(cursor: duckdb.DuckDBPyConnection, run: str) -> None:
    """Takes out what a run selected and trained: its folder is removed."""
    for table in ("selections", "training_rows", "dropped_rows", "checkpoints", "checkpoint_parents"):
        cursor.execute(f"DELETE FROM {table} WHERE run = ?", [run])


def rows_of_battle(database: Database, battle: str) -> tuple[RowLine, ...]:
    """The rows that a battle became."""
    return _row_lines(database, "list_contains(r.battles, $battle::UUID)", battle=battle)


def rows_of_prompt(database: Database, prompt: str, run: str) -> tuple[RowLine, ...]:
    """The rows that a run made of a prompt."""
    return _row_lines(database, "r.prompt = $prompt::UUID AND r.run = $name", prompt=prompt, name=run)


def rows_of_id(database: Database, prefix: str) -> tuple[RowLine, ...]:
    """A row wherever it stands, by the beginning of its id; nothing where none or several begin so."""
    ids = database.rows(ask("lineage_ids"), {"prefix": prefix.replace("-", "").lower()})
    return _row_lines(database, "r.id = $battle::UUID", battle=ids[0][0]) if len(ids) == 1 else ()


def _row_lines(database: Database, where: str, **given: str) -> tuple[RowLine, ...]:
    found = database.rows(ask("lineage_rows", where), dict(given))
    return tuple(RowLine(*_listed(row, 7)) for row in found)


def _listed(row: tuple[Any, ...], at: int) -> list[Any]:
    """A row of the database with the list in one of its columns as a tuple."""
    return [*row[:at], tuple(row[at]), *row[at + 1 :]]


def drops_of_battle(database: Database, battle: str, prompt: str | None, run: str) -> tuple[DropLine, ...]:
    """Why a battle, or all of its prompt, did not become a row."""
    whole = "len(d.battles) = 0 AND d.run = $name AND d.prompt = $prompt::UUID"
    where = f"list_contains(d.battles, $battle::UUID) OR ({whole})"
    asked = {"battle": battle, "prompt": prompt, "name": run}
    found = database.rows(ask("lineage_drops", where), asked)
    return tuple(DropLine(*_listed(row, 7)) for row in found)


def checkpoints(database: Database, name: str) -> tuple[Checkpoint, ...]:
    """The checkpoints of a name, of the run that trained them, or of a content key."""
    return _checkpoints(database, "(c.name = $name OR c.run = $name OR c.key = $name)", name=name)


def trained_on(database: Database, run: str, step: str) -> tuple[Checkpoint, ...]:
    """The checkpoints that learnt from a selection."""
    return _checkpoints(database, "c.made_from = $name AND c.made_by = $prefix", name=run, prefix=step)


def of_flywheel(database: Database, run: str) -> tuple[Checkpoint, ...]:
    """The checkpoints that the steps of a run trained."""
    return _checkpoints(database, "starts_with(c.run, $name || '.')", name=run)


def children(database: Database, run: str) -> tuple[Checkpoint, ...]:
    """The checkpoints that were made of the one that a run trained."""
    inner = "SELECT p.run FROM checkpoint_parents p WHERE p.name = $name"
    return _checkpoints(database, f"c.run IN ({inner})", name=run)


def _checkpoints(database: Database, where: str, **given: str) -> tuple[Checkpoint, ...]:
    found = database.rows(ask("lineage_checkpoints", where), dict(given))
    made = ([*row[:8], tuple(Parent(*one) for one in row[8])] for row in found)
    return tuple(Checkpoint(*values) for values in made)


def later(database: Database, name: str) -> dict[str, int]:
    """How many battles a model fought on each board."""
    return {
        board: int(count) for board, count in database.rows(ask("lineage_later"), {"name": name}, kept=True)
    }


def counts(database: Database, run: str, step: str) -> tuple[int, int]:
    """How many rows a selection kept and dropped."""
    asked = {"name": run, "prefix": step}
    where = "WHERE run = $name AND step = $prefix"
    kept = database.row(f"SELECT count(*) FROM training_rows {where}", asked)
    gone = database.row(f"SELECT count(*) FROM dropped_rows {where}", asked)
    return int(kept[0]) if kept else 0, int(gone[0]) if gone else 0
