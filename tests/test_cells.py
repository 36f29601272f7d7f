"""No cell of a csv that we write is a formula to a spreadsheet, and reading gives back what was written."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.cells import inert, plain
from arena.names import Names
from arena.service import requests as ask
from arena.service.service import Service
from tests.store import build

ROOT = Path(__file__).parent.parent
EVIL = ("=1+1", "=HYPERLINK(A1)", "+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "'=1", "''@a", "-(1)")
FINE = ("gpt-4", "- a list", "'-' is a dash", "", "it's", "-", "a=b", "1-2")


@pytest.mark.parametrize("text", EVIL)
def test_what_begins_like_a_formula_gets_an_apostrophe(text):
    assert inert(text) == f"'{text}"
    assert plain(f"'{text}") == text


@pytest.mark.parametrize("text", FINE)
def test_everything_else_stays_as_it_is(text):
    assert inert(text) == text
    assert plain(text) == text


@given(st.text() | st.from_regex(r"'*[=+@\-].*"))
def test_what_is_written_is_never_a_formula_and_is_read_back(text):
    written = inert(text)
    assert written[:1] not in ("=", "+", "@", "\t", "\r")
    assert plain(written) == text


@pytest.mark.parametrize(("what", "file", "format_"), [
    ("battles", "b.csv", "evalica"), ("board", "c.csv", "pair_counts"), ("board", "p.csv", "published_board"),
])  # fmt: skip
def test_hostile_names_go_out_held_and_come_in_as_they_were(home, tmp_path, what, file, format_):
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.lines(tmp_path / "in.jsonl", [vote("=1+1", "@x"), vote("@x", "fine")])))
        arena.export(ask.Export(what, "in", tmp_path / file, format_))
        with (tmp_path / file).open(newline="", encoding="utf-8") as opened:
            cells = [cell for row in csv.reader(opened) for cell in row]
        assert {"'=1+1", "'@x", "fine"} <= set(cells)
        assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")]
        arena.bring(ask.Import(tmp_path / file, "again", format_))
        names = {line.model for line in arena.leaderboard(ask.Leaderboard("again")).ratings}
        assert names == {"=1+1", "@x", "fine"}


def vote(a: str, b: str) -> dict[str, str]:
    return {"question_id": a, "model_a": a, "model_b": b, "winner": "model_a", "judge": "j"}


def test_the_name_map_holds_hostile_names_back_and_reads_them_as_they_were(tmp_path):
    path = tmp_path / "name_map.csv"
    shipped_ = build.settings(tmp_path).names.parent / "shipped.csv"
    shipped_.write_text("source_name,lmsys_key,match\n", "utf-8")
    Names(shipped_, path).set("=cmd|' /C calc'!A0", "@key").set("fine", "+1")
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file))[1:] == [
            ["'=cmd|' /C calc'!A0", "'@key", "exact"],
            ["fine", "'+1", "exact"],
        ]
    assert {(name, link.key) for name, link in Names(shipped_, path).mine()} == {
        ("=cmd|' /C calc'!A0", "@key"), ("fine", "+1")}  # fmt: skip


WRITERS = re.compile(r"csv\.(?:writer|DictWriter)|\.to_csv\(|write_csv\(")


@pytest.mark.parametrize("path", sorted(
    path for package in ("arena", "training") for path in (ROOT / package).rglob("*.py")
    if WRITERS.search(path.read_text("utf-8"))
), ids=lambda path: path.stem)  # fmt: skip
def test_whoever_writes_a_csv_holds_its_texts_back(path):
    assert "from arena.cells import inert" in path.read_text("utf-8")
