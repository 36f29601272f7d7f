"""No cell of a csv that we write is a formula to a spreadsheet, and reading gives back what was written."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.formats.read.cells import inert, plain
from arena.service import requests as ask
from arena.service.service import Service
from tests.store import build

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
