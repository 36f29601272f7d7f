"""Small files that would be huge: read in a process of their own, in bounded memory, to rows or one line."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

READ = """
import sys
from pathlib import Path
from arena.errors import ArenaError
from arena.reading import planned
from arena.surveying import survey
try:
    (file,) = survey(planned(Path(sys.argv[1]), format=sys.argv[2])).files
    said = file.trouble or f"{file.kept} rows, {file.rejected} rejects"
except ArenaError as error:
    said = str(error)
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
print(said, peak, sep="\\n")
"""
MIB = 700
"""Peak memory that reading any of them may take."""
BIG = 100 << 20


def repeated(path: Path) -> None:
    """Three gigabytes of names in a few kilobytes of parquet."""
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 3000), ["x" * 1_000_000])
    table = pa.table({"left": names, "right": ["n"] * 3000, "winner": ["tie"] * 3000})
    pq.write_table(table, path)
    assert path.stat().st_size < 200_000


def unclosed(path: Path) -> None:
    """A quote that is opened and never closed, over very many lines."""
    path.write_bytes(b'left,right,winner\nm,n,"' + b"x\n" * (BIG // 2))


def columns(path: Path) -> None:
    path.write_bytes(
        b"left,right,winner," + b",".join(b"c%d" % n for n in range(200_000)) + b"\n" + b"m,n,tie\n" * 2000
    )


def long_line(path: Path) -> None:
    path.write_bytes(b'{"model_a": "m", "model_b": "n", "winner": "' + b"x" * BIG + b'"}\n')


def long_array(path: Path) -> None:
    path.write_bytes(b'[{"model_a": "m", "model_b": "n", "winner": "' + b"x" * BIG + b'"}]')


def brackets(path: Path) -> None:
    path.write_bytes(b"[" * (BIG // 10))


def zipped(path: Path) -> None:
    path.write_bytes(gzip.compress(b"0" * BIG))


def numbers(path: Path) -> None:
    row = {"model_a": "m", "model_b": "n", "winner": "tie"}
    path.write_text(json.dumps(row)[:-1] + ', "turn": ' + "9" * 1_000_000 + "}\n" + json.dumps(row) + "\n")


BOMBS = [
    pytest.param(repeated, "evalica", "x.parquet", "0 rows, 3000 rejects", marks=pytest.mark.slow),
    pytest.param(
        unclosed, "evalica", "x.csv", "a quote opened in line 2 is never closed", marks=pytest.mark.slow
    ),
    (columns, "evalica", "x.csv", "0 rows, 2000 rejects"),
    (long_line, "lmsys_battles", "x.jsonl", "row 1 is longer than 64 MiB"),
    (long_array, "lmsys_battles", "x.json", "0 rows, 1 rejects"),
    (brackets, "lmsys_battles", "x.json", "nested too deeply"),
    (zipped, "lmsys_battles", "x.json", "gzip-compressed"),
    (numbers, "lmsys_battles", "x.jsonl", "1 rows, 1 rejects"),
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc (Linux)")
@pytest.mark.parametrize(("bomb", "name", "file", "says"), BOMBS)
def test_a_bomb_takes_bounded_memory(tmp_path, bomb, name, file, says):
    path = tmp_path / file
    bomb(path)
    command = [sys.executable, "-c", READ, str(path), name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    said, peak = done.stdout.splitlines()
    assert says in said
    assert int(peak) < MIB, peak
