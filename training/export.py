"""Rows as files that TRL's trainers take: sft, dpo, reward (with margin) and kto, as JSON lines or parquet.

In sft and kto a conversation of several turns becomes one entry for each of the model's turns, with what was
said before as its prompt, so that a trainer which learns whole completions learns the model's words only. A
pair keeps both conversations whole (TRL's DPO then counts later user turns as the model's; our own stage does
not). Lineage stands in further columns, which TRL ignores. Leaves out our own row files (`training.rows`).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, get_args

from arena.errors import BadRequest
from training.types import PairRow, Row, SftRow, conversation

Form = Literal["sft", "dpo", "reward", "kto"]
FORMS: tuple[Form, ...] = get_args(Form)
ENDINGS = (".jsonl", ".parquet")


def entries(rows: Iterable[Row], form: Form) -> Iterator[dict[str, Any]]:
    """The rows as one entry or several each; rows that the form has no place for are left out."""
    for row in rows:
        if isinstance(row, SftRow) and form in ("sft", "kto"):
            for prompt, answer in _turns(row.system, row.turns, row.answers):
                entry = {"prompt": prompt, "completion": answer, **_lineage(row)}
                yield entry if form == "sft" else {**entry, "label": True}
        elif isinstance(row, PairRow) and form in ("dpo", "reward"):
            yield _pair(row, form)
        elif isinstance(row, PairRow) and form == "kto":
            for answers, label in ((row.chosen, True), (row.rejected, False)):
                for prompt, answer in _turns(row.system, row.turns, answers):
                    yield {"prompt": prompt, "completion": answer, "label": label, **_lineage(row)}


def write(path: Path, rows: Iterable[Row], form: Form) -> int:
    """Writes the entries; the file is whole or not there. Returns how many.

    Raises:
        BadRequest: another ending than .jsonl or .parquet.
    """
    if path.suffix not in ENDINGS:
        raise BadRequest(f"{path.name}: training rows are written as {' or '.join(ENDINGS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.part")
    count = (_jsonl if path.suffix == ".jsonl" else _parquet)(half, entries(rows, form))
    half.replace(path)
    return count


def _pair(row: PairRow, form: Form) -> dict[str, Any]:
    """Whole conversations, the shared beginning as the prompt; the last turns are what differs for TRL."""
    before = conversation(row.system, row.turns[:1], ())
    sides = {
        side: [asdict(message) for message in conversation(row.system, row.turns, answers)[len(before) :]]
        for side, answers in (("chosen", row.chosen), ("rejected", row.rejected))
    }
    entry = {"prompt": [asdict(message) for message in before], **sides, **_lineage(row)}
    if form == "reward":
        return {**entry, "margin": float(row.gap or 0.0)}
    return {**entry, "weight": row.weight}


def _turns(system: str, turns: tuple[str, ...], answers: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    for at in range(len(answers)):
        before = conversation(system, turns[: at + 1], answers[:at])
        yield [asdict(message) for message in before], [{"role": "assistant", "content": answers[at]}]


def _lineage(row: SftRow | PairRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "battles": list(row.battles),
        "origin": row.origin,
        "gap": row.gap,
        "model": row.model,
        "over": row.over,
        "category": row.category,
    }


def _jsonl(path: Path, found: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for entry in found:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            count += 1
    return count


def _parquet(path: Path, found: Iterable[dict[str, Any]]) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pylist(list(found))
    parquet.write_table(table, path)
    return int(table.num_rows)
