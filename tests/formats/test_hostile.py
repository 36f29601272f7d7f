"""Files that are torn, empty, wrongly encoded, too deep or of another kind: one line, no traceback."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.errors import Unreadable
from arena.formats.read import array, text
from arena.types import Reject, Row

GRADE = '{"question_id": 1, "model": "m", "judgment": "", "score": 8}'
BATTLE = '{"model_a": "m", "model_b": "n", "winner": "tie"}'
ZIP = b"PK\x03\x04" + bytes(40)

WHOLE = [
    (b"", "empty file"),
    (b"\n \n", "empty file"),
    (b"\xef\xbb\xbf", "empty file"),
    (b"\x80\x04\x95" + bytes(20), "never loaded"),
    (ZIP, "a zip archive"),
    (gzip.compress(b"{}", mtime=0), "gzip-compressed"),
    ("{}".encode("utf-16"), "UTF-16"),
    (b"{\x00}", "binary, byte 1 is zero"),
    (b'[{"model_a": "m"', "torn or not JSON: Expecting ',' delimiter"),
    (b"[]", "it holds no rows"),
    (b"[1, 2]", "row 1 is not a JSON object"),
    (b'{"a": 1}', "row 1 has the fields a"),
    (b"hello", "neither a JSON array nor JSON Lines"),
    (b"[" * 100_000, "nested too deeply"),
    (b'[{"model_a": "m\xff"}]', "not UTF-8 at byte 15"),
    (f"{GRADE}\n".encode() + b'{"\xe9": 1}\n', "not UTF-8 at byte 63"),
]


@pytest.mark.parametrize(("content", "reason"), WHOLE)
def test_a_file_that_cannot_be_read_whole_is_one_line(read, tmp_path, content, reason) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(content)
    name = "fastchat_single" if content.startswith(GRADE.encode()) else "lmsys_battles"
    with pytest.raises(Unreadable) as error:
        read(name, path)
    assert str(error.value).startswith(f"{path}: ")
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("end", ["", ", 3", ',\n{"model_a": "\xff"}]', "] 3", "}", "," + "[" * 100_000])
def test_a_long_array_that_breaks_is_one_line(read, tmp_path, monkeypatch, end) -> None:
    monkeypatch.setattr(array, "CHUNK", 1000)
    path = tmp_path / "rows.json"
    path.write_bytes(f"[{', '.join([BATTLE] * 200)}{end}".encode("latin-1"))
    with pytest.raises(Unreadable, match=r"rows\.json: (torn|not UTF-8|not JSON|JSON nested)"):
        read("lmsys_battles", path)


BROKEN = [
    ("nope", "not JSON: Expecting value at column 1"),
    ('{"question_id": 1', "not JSON"),
    ("[1]", "not a JSON object"),
    ("[" * 100_000, "nested too deeply"),
    ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
    ("9" * 10_000, "not JSON"),
    ('{"question_id": 1, "model": "m", "judgment": "\t", "score": 8}', "Invalid control character"),
]


@pytest.mark.parametrize(("line", "reason"), BROKEN)
def test_a_broken_line_is_rejected_and_the_rest_goes_on(read, jsonl, line, reason) -> None:
    items = read("fastchat_single", jsonl([GRADE, line, GRADE]))
    assert [type(item) for item in items] == [Row, Reject, Row]
    assert items[1].line == 2
    assert reason in items[1].reason
    assert items[1].text == line[:1000]


def test_a_torn_last_line_is_rejected(read, tmp_path) -> None:
    path = tmp_path / "grades.jsonl"
    for torn in (b'{"question_id": 2, "mod', '{"question_id": "é'.encode()[:-1]):
        path.write_bytes(GRADE.encode() + b"\n" + torn)
        row, reject = read("fastchat_single", path)
        assert (row.line, reject.line) == (1, 2)
        assert "torn: the file ends" in reject.reason


def test_a_huge_line_is_rejected_without_being_held(read, jsonl, monkeypatch) -> None:
    monkeypatch.setattr(text, "LONGEST", 1000)
    items = read("fastchat_single", jsonl([GRADE, '{"a": "' + "x" * 5000 + '"}', GRADE]))
    assert [type(item) for item in items] == [Row, Reject, Row]
    assert [item.line for item in items] == [1, 2, 3]
    assert len(items[1].text) == 1000


def test_half_an_emoji_is_mended(read, jsonl) -> None:
    (row,) = read("fastchat_single", jsonl([json.loads(GRADE) | {"judgment": "ok \ud83d"}]))
    assert row.facts[0].explanation == "ok \ufffd"


@pytest.mark.parametrize("name", ["pair_counts", "published_board", "evalica"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"a,b\n1,2\n", "its columns are a, b; name another"),
        (b"PAR1 and no more", "torn or not parquet"),
        (b"\x80\x05.", "never loaded"),
        (ZIP, "a zip archive"),
    ],
)
def test_a_table_that_is_none_is_one_line(read, tmp_path, name, content, reason) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=rf"table\.csv: .*{reason}"):
        read(name, path)


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_a_column_name_that_is_no_text_is_one_line(read, tmp_path, kind) -> None:
    path = tmp_path / f"table.{kind}"
    table = pa.table({"wordy": [1]})
    if kind == "parquet":
        pq.write_table(table, path, store_schema=False)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    path.write_bytes(path.read_bytes().replace(b"wordy", b"\x80ordy"))
    with pytest.raises(Unreadable, match=r"torn or not"):
        read("evalica", path)


@pytest.mark.parametrize("header", ["left,right,winner\n", "left,right,winner,left\nm,n,tie,o\n"])
def test_a_header_alone_or_twice_is_refused(read, tmp_path, header) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(header)
    with pytest.raises(Unreadable, match=r"columns but no rows|stands twice"):
        read("evalica", path)
