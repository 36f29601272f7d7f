"""A small valid file of every format, in every kind of file that it is spread in: where fuzzing starts.

The rows stand in `samples.jsonl`: format, kinds of file, one row (or the whole document).
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from arena.formats.read import mapping
from arena.formats.types import Source

Rows = list[dict[str, Any]]

KINDS: dict[str, tuple[str, ...]] = {}
ROWS: dict[str, Rows] = {}
for line in Path(__file__).with_suffix(".jsonl").read_text("utf-8").splitlines():
    sample = json.loads(line)
    KINDS[sample["format"]], ROWS[sample["format"]] = tuple(sample["kinds"]), [sample["row"]]

CASES = [(name, kind) for name, kinds in KINDS.items() for kind in kinds]
"""Every format in every kind of file."""

MAPS = (
    "model_a=l", "model_b=r", "winner=w", "prompt=task", "response_a=one",
    "judge=who", "timestamp=at", "turn=turn",
)  # fmt: skip
WORDS = ("winner:1=a", "winner:2=b", "winner:0=tie")


def written(rows: Rows, kind: str) -> bytes:
    """Rows as the content of a file. Raises pyarrow's errors for rows that no parquet file can hold."""
    if kind == "parquet":
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), buffer)
        return buffer.getvalue()
    if kind == "csv":
        text = io.StringIO()
        names = list(dict.fromkeys(name for row in rows for name in row))
        table = csv.DictWriter(text, names)
        table.writeheader()
        table.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
        return text.getvalue().encode("utf-8", "surrogatepass")
    if kind == "document":
        return json.dumps(rows[0]).encode()
    separator = ",\n" if kind == "json" else "\n"
    text_ = separator.join(map(json.dumps, rows))
    return (f"[{text_}]" if kind == "json" else f"{text_}\n").encode()


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def source(path: Path, name: str) -> Source:
    """The file as an import hands it over, `mapped` with its mapping."""
    said = mapping.parsed(MAPS, WORDS) if name == "mapped" else ((), ())
    return Source(path, path, "board", None, *said)


def file(folder: Path, kind: str) -> Path:
    """Where such a file would stand."""
    return folder / f"rows.{'json' if kind == 'document' else kind}"
