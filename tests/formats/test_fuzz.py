"""Spoilt files of every format: rows, rejects or one line; never a traceback, never half a board."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.errors import ArenaError
from arena.formats import catalog
from arena.formats.read.text import CUT
from arena.importing import bring
from arena.reading import planned
from arena.store import folder
from arena.surveying import survey
from arena.types import Note, Reject, Row
from tests.formats import hostility, samples
from tests.formats.hostility import spoilt
from tests.fuzz.counting import TRIED, tried
from tests.store import build

FILES, BOARDS, MANY = 400, 60, 20_000
"""Examples through the readers, through an import, and of the long test."""
if settings.get_current_profile_name() == "fuzz":
    FILES = settings().max_examples
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def read(name: str, kind: str, content: bytes) -> str:
    """Reads a file as an import would, into the normal form; says what came out."""
    with tried("files read"), TemporaryDirectory() as place:
        path = samples.file(Path(place), kind)
        path.write_bytes(content)
        try:
            catalog.sniff(path)
            writer = folder.Writer(Path(place, "draft"))
            items = catalog.load(name).read(samples.source(path, name))
            found = Counter(_taken(item, writer) for item in items)
            writer.flush()
        except ArenaError as error:
            return told(error)
    return "rejects" if found["reject"] else "rows" if found["row"] else "nothing"


def told(error: ArenaError) -> str:
    """Checks that an error is one line."""
    assert "\n" not in str(error)
    assert len(str(error)) < 2000
    return "refused"


def _taken(item: object, writer: folder.Writer) -> str:
    assert isinstance(item, Row | Reject | Note)
    if isinstance(item, Row):
        writer.add(item, 0)
        return "row"
    if isinstance(item, Reject):
        assert len(item.text) <= CUT
        assert "\n" not in item.reason
        (item.reason + item.text).encode()
    return type(item).__name__.lower()


@pytest.mark.parametrize(("name", "kind"), samples.CASES)
def test_a_sample_is_valid(name, kind, tmp_path):
    content = samples.written(samples.ROWS[name], kind)
    assert read(name, kind, content) == ("rejects" if name == "vicuna_review" else "rows")
    path = samples.file(tmp_path, kind)
    path.write_bytes(content)
    assert name == "mapped" or catalog.sniff(path) == name


def test_every_format_has_a_sample():
    assert {name for name, _ in samples.CASES} == set(catalog.names())


@settings(max_examples=FILES, suppress_health_check=QUIET)
@given(spoilt())
def test_no_spoilt_file_ends_in_a_traceback(file):
    read(*file)


@pytest.mark.slow
@pytest.mark.long
@settings(max_examples=MANY, suppress_health_check=QUIET)
@given(spoilt())
def test_none_of_very_many_either(file):
    read(*file)


@given(st.sampled_from(samples.CASES), st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(case, content):
    assert read(*case, content) in ("refused", "rejects")


@pytest.mark.parametrize(
    ("name", "kind"), [("evalica", "csv"), ("fastchat_pair", "jsonl"), ("sharegpt", "parquet")]
)
def test_a_cut_at_any_byte(name, kind):
    content = samples.written(samples.ROWS[name] * 3, kind)
    for at in range(0, len(content), 1 if kind != "parquet" else 7):
        assert read(name, kind, content[:at]) in ("refused", "rejects", "rows")


def sizes(database) -> dict[str, int]:
    tables = (
        "boards",
        "imports",
        "prompts",
        "responses",
        "battles",
        "verdicts",
        "grades",
        "pair_counts",
        "published",
    )
    return {table: database.row(f"SELECT count(*) FROM {table}")[0] for table in tables}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with build.database(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


def imported(database, number: int, name: str, kind: str, content: bytes) -> None:
    """An import is all or nothing, and a dry run of it says the same."""
    given = {"maps": samples.MAPS, "values": samples.WORDS} if name == "mapped" else {"format": name}
    TRIED["files imported"] += 1
    before = sizes(database)
    with TemporaryDirectory() as place:
        path = samples.file(Path(place), kind)
        path.write_bytes(content)
        found = survey(planned(path, **given)) if content else None
        try:
            report = bring(database, path, f"board-{number}", **given)
        except ArenaError as error:
            told(error)
            refused = not found or bool(found.files[0].trouble) or not found.kept
            assert (refused, sizes(database)) == (True, before)
        else:
            assert report.read == report.kept + report.duplicates + report.rejected == found.read
            assert sizes(database)["imports"] == before["imports"] + bool(report.kept)
    assert kept(database) == []


def kept(database) -> list[str]:
    """What an import left in the making; taken away, so that the next one starts anew."""
    left = list(database.settings.scratch.iterdir())
    for place in left:
        shutil.rmtree(place)
    return [place.name for place in left]


COUNT = iter(range(10**9))


def edged(value: object) -> Iterator[object]:
    """The value with each of its parts replaced by each edge."""
    for place in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for other in (*hostility.EDGES, *edged(value[place])):
            copy = value.copy()
            copy[place] = other
            yield copy


@pytest.mark.parametrize(("name", "kind"), [(name, kinds[0]) for name, kinds in samples.KINDS.items()])
def test_every_part_of_a_row_at_every_edge(database, tmp_path, name, kind):
    good = samples.ROWS[name][0]
    if kind == "document":
        for row in edged(good):
            read(name, kind, samples.written([row], kind))
        return
    rows = [row for row in edged(good) if kind != "csv" or "\0" not in row.values()]
    imported(database, next(COUNT), name, kind, samples.written([good, *rows], kind))


@settings(max_examples=BOARDS, suppress_health_check=QUIET)
@given(spoilt())
def test_no_spoilt_file_leaves_half_a_board(database, file):
    try:
        imported(database, next(COUNT), *file)
    except ArenaError as error:  # refused before anything was read
        told(error)
