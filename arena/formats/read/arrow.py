"""Record batches of Arrow files: the stream that Hugging Face's datasets writes, and the file format.

Leaves out rows (`arena.formats.read.table`).
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from arena.formats.read.position import follow
from arena.formats.read.text import ARROW_FILE


def schema(path: Path) -> pa.Schema:
    """Columns of an Arrow file. Raises pyarrow's errors and OSError where it is none."""
    with pa.OSFile(str(path)) as file:
        return _reader(path, file).schema


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Record batches in order, one held at a time."""
    with pa.OSFile(str(path)) as file:
        follow(path, file.tell)
        reader = _reader(path, file)
        if isinstance(reader, pa.RecordBatchFileReader):
            yield from (reader.get_batch(index) for index in range(reader.num_record_batches))
        else:
            yield from reader


def _reader(path: Path, file: pa.NativeFile) -> pa.RecordBatchFileReader | pa.RecordBatchStreamReader:
    with path.open("rb") as start:
        stream = start.read(len(ARROW_FILE)) != ARROW_FILE
    return pa.ipc.open_stream(file) if stream else pa.ipc.open_file(file)
