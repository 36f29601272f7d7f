"""Reading a file, or text put into one, by the name of its format."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.formats import catalog
from arena.formats.types import Item, Source

Read = Callable[..., list[Item]]


@pytest.fixture
def read() -> Read:
    """read(format, path, board=, judge=, root=): all items of a file."""

    def items(
        name: str, path: Path, board: str = "board", judge: str | None = None, root: Path | None = None
    ) -> list[Item]:
        return list(catalog.load(name).read(Source(path, root or path, board, judge)))

    return items


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    """parquet(rows, name): a parquet file of dicts."""

    def write(rows: Iterable[dict[str, object]], name: str = "rows.parquet") -> Path:
        path = tmp_path / name
        pq.write_table(pa.Table.from_pylist(list(rows)), path)
        return path

    return write


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., Path]:
    """jsonl(rows, name): a JSON Lines file of objects, or of lines given as text."""

    def write(rows: Iterable[object], name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write
