"""Rows per second and peak memory of reading and of importing, per format, each in a process of its own.

The files are generated: 100,000 rows of every format, an LMSYS log of 300 MB, two million votes in parquet.
Seconds are the processor's (all threads), so that a busy machine does not count.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.keys import key
from tests.formats import samples

pytestmark = pytest.mark.bench

ROWS, VOTES, LOG = 100_000, 2_000_000, 300 << 20
MIB = 1500
"""Peak memory that no import may exceed."""

RUN = """
import json, sys, time
from pathlib import Path
from arena.importing import bring
from arena.reading import items, planned
from arena.settings import Settings
from arena.store.database import Database
path, home, given = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
start = time.process_time()
rows = sum(1 for _ in items(planned(path, **given)))
read, low = time.process_time() - start, peak()
with Database(Settings(home=home), "bench") as database:
    start = time.process_time()
    report = bring(database, path, **given)
    taken = time.process_time() - start
print(json.dumps([rows, report.read, report.kept, read, taken, low, peak()]))
"""

NATURAL = ("question_id", "uid", "id", "idx", "instruction", "prompt", "input", "comparison_id", "answer_id")
"""Fields that tell rows apart, so that none is a duplicate."""


def many(name: str, count: int) -> Iterator[dict[str, object]]:
    """A format's row again and again, between fifty models."""
    row = samples.ROWS[name][0]
    models = {field for field, value in row.items() if value in ("m", "n")}
    for number in range(count):
        changed = {field: f"{row[field]}{(number * 7 + len(field)) % 50}" for field in models}
        asked = {field: _other(row[field], number) for field in NATURAL if field in row}
        yield _record(row, number) if "battle" in row else row | changed | asked


def _other(value: object, number: int) -> object:
    if isinstance(value, str):
        return f"{value} {number}" if not value.startswith("[") else value
    return number


def _record(row: dict[str, object], number: int) -> dict[str, object]:
    """A record of our own with ids of its own."""
    battle, said = key("battle", number), key("verdict", number)
    verdict = row["verdicts"][0] | {"id": said, "battle": battle}
    return row | {"battle": row["battle"] | {"id": battle}, "verdicts": [verdict]}


def talk(words: int) -> list[dict[str, str]]:
    return [{"role": "user", "content": "Why? " * 40}, {"role": "assistant", "content": "So it is. " * words}]


def log(path: Path) -> int:
    """A battle log of 300 MB as LMSYS has them, about two thousand characters a row."""
    with path.open("w") as file:
        file.write("[")
        number = 0
        while file.tell() < LOG:
            row = {
                "question_id": f"{number:032x}", "model_a": f"m{number % 50}", "model_b": f"n{number % 49}",
                "winner": ("model_a", "model_b", "tie", "tie (bothbad)")[number % 4], "judge": "arena_user_1",
                "conversation_a": talk(60 + number % 50), "conversation_b": talk(80), "turn": 1,
                "anony": True, "language": "English", "tstamp": 1_700_000_000.5 + number,
            }  # fmt: skip
            file.write((",\n" if number else "\n") + json.dumps(row))
            number += 1
        file.write("]")
    return number


def votes(path: Path) -> int:
    """Two million votes in a parquet file of row groups."""
    winner = ["left", "right", "tie", "left"]
    with pq.ParquetWriter(
        path, pa.schema([(name, pa.string()) for name in ("left", "right", "winner")])
    ) as writer:
        for start in range(0, VOTES, 100_000):
            numbers = range(start, start + 100_000)
            columns = (
                [f"m{number % 100}" for number in numbers],
                [f"n{number % 99}" for number in numbers],
                [winner[number % 4] for number in numbers],
            )
            writer.write_table(pa.table(dict(zip(("left", "right", "winner"), columns, strict=True))))
    return VOTES


def measured(path: Path, home: Path, given: dict[str, object]) -> list[float]:
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-c", RUN, str(path), str(home), json.dumps(given)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def told(what: str, size: int, found: list[float]) -> None:
    rows, _, kept, read, taken, low, peak = found
    speeds = f"{rows / read:>10,.0f} {rows / taken:>10,.0f}"
    print(f"  {what:34} {rows:>10,} {kept:>10,} {size >> 20:>8} {speeds} {low:>6,} {peak:>7,}")


@pytest.fixture(scope="module", autouse=True)
def header():
    words = f"{'read/s':>10} {'import/s':>10} {'MiB':>6} {'MiB all':>7}"
    print(f"\n  {'format':34} {'rows':>10} {'kept':>10} {'MiB':>8} {words}")


SPOKEN = [name for name in samples.ROWS if name not in ("llm_comparator", "leaderbot_pairs", "vicuna_review")]


@pytest.mark.parametrize("name", SPOKEN)
def test_a_hundred_thousand_rows(tmp_path, name):
    kind = samples.KINDS[name][0]
    path = samples.file(tmp_path, kind)
    path.write_bytes(samples.written(list(islice(many(name, ROWS), ROWS)), kind))
    given = {"maps": samples.MAPS, "values": samples.WORDS} if name == "mapped" else {"format": name}
    found = measured(path, tmp_path / "home", given)
    told(f"{name} ({kind})", path.stat().st_size, found)
    assert found[0] >= found[2] > 0
    assert found[-1] < MIB


def test_a_log_of_three_hundred_megabytes(tmp_path):
    path = tmp_path / "clean_battle.json"
    rows = log(path)
    found = measured(path, tmp_path / "home", {})
    told("LMSYS log (json array)", path.stat().st_size, found)
    assert found[1:3] == [rows, rows]
    assert found[-1] < MIB


def test_two_million_votes(tmp_path):
    path = tmp_path / "votes.parquet"
    rows = votes(path)
    found = measured(path, tmp_path / "home", {})
    told("votes (parquet)", path.stat().st_size, found)
    assert found[1:3] == [rows, rows]
    assert found[-1] < MIB
