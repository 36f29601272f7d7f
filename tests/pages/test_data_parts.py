"""The data page's parts as HTML: every file name, path and value stays a text; figures say what they say."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from arena.errors import BadRequest, Unreadable
from arena.importing import Imported
from arena.pages import columns, jobs, source, stock, survey
from arena.service import requests as ask
from arena.service.imports import Job
from arena.service.intake import Past
from arena.service.requests import BoardInfo
from arena.service.service import Service
from arena.surveying import FileFound, Reason, Surveyed, Understood
from tests.store import build

EVIL = "<img src=x onerror=alert(1)>\"'"
JOB = Job(3, f"/{EVIL}.csv", "b", "reading", 0.0, 12.0, 5000, 500, 1000, begun=(2.0, 1000, 100))
DONE = Imported("votes", "evalica", 9, 6, 2, "rejects/0001-v.jsonl", 1, {"battles": 6}, (EVIL,))
BOARD = BoardInfo("own", "battles", 3, 9, EVIL, None, None, EVIL, EVIL, (), (), shipped=False)


def found() -> Surveyed:
    reason = Reason(f"winner {EVIL} is none", 2, 4, EVIL)
    files = (
        FileFound(EVIL, "evalica", "a real file", 3, 1, 2, (reason,)),
        FileFound("torn.json", "x", "y", 0, 0, 0, (), "torn.json: ends early"),
    )
    one = Understood(EVIL, 1, (f"Battle: model_a {EVIL}",))
    counts = {EVIL: 3, "m": 2}
    return Surveyed(
        "p", EVIL, "evalica", 3, 1, 2, files, {"PairCount": 1}, counts, counts, {"a": 1}, (one,), (EVIL,)
    )


@pytest.mark.parametrize(
    "html",
    [
        survey.surveyed(found()),
        survey.looking(EVIL, 1, 1, 2),
        jobs.listed([JOB, replace(JOB, id=2, state="failed", error=EVIL), replace(JOB, state="stopped")]),
        jobs.report(DONE),
        stock.boards((BOARD, replace(BOARD, shipped=True)), "own"),
        stock.board(BOARD, (Past(1, "x", EVIL, 3, 2, 1, 0, datetime(2026, 1, 2)),), survey.failed(EVIL)),  # noqa: DTZ001
        columns.unknown(EVIL),
    ],
)
def test_names_of_files_and_models_are_only_text(html: str) -> None:
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_dry_run_says_what_would_be_read_kept_and_rejected_and_why() -> None:
    html = survey.surveyed(found())
    assert "<b>3 rows</b> read: <b>1</b> would be kept, <b>2</b> rejected (66.7 %)" in html
    assert "The import would be refused. torn.json: ends early" in html
    assert "Pair count" in html
    assert "A wins" in html
    empty = replace(found(), read=0, files=())
    assert "Nothing to import" in survey.surveyed(empty)


def test_many_files_are_summed_by_format_and_kinds_do_not_mix() -> None:
    one = found().files[0]
    html = survey.surveyed(replace(found(), files=(one,) * 20, notes=tuple("abcd")))
    assert "All 20 files" in html
    assert ">60<" in html
    assert "4 remarks" in html
    assert survey.mixed({"Battle": 1, "Grade": 2}) == []
    assert "battles and pair counts" in survey.mixed({"Battle": 1, "PairCount": 2})[0]


def test_errors_speak_of_controls_not_of_flags() -> None:
    said = survey.plainly("odd.csv: in no known format (a, b, c); name one with --format")
    assert said == f"odd.csv: in no known format: {survey.CHOOSE}"
    assert survey.plainly("board 'x' holds battles: choose another --board").endswith("another board name")
    assert "--" not in survey.plainly("--map winner: no such field; say --value winner:1=a what it is")


def test_speed_is_counted_from_the_first_row() -> None:
    assert jobs.speed(JOB) == (400.0, 40.0)
    assert "50 % · 5,000 rows · 400 rows/s · about 12 s left" in jobs.going(JOB)
    assert jobs.speed(replace(JOB, begun=None)) is None
    assert "Looking at the files" in jobs.going(replace(JOB, rows=0))


def test_an_ended_import_says_what_comes_next() -> None:
    html = jobs.report(DONE)
    assert 'href="/?board=votes"' in html
    assert 'href="/battles?board=votes"' in html
    assert "Download the 2 rejected rows" in html
    assert "Read battles" not in jobs.report(replace(DONE, facts={"published": 3}))
    stopped = replace(JOB, state="stopped", rows=28000)
    assert "Import again to go on at about row 28,000" in jobs.listed([stopped])
    assert "gone on with since" in jobs.listed([replace(JOB, id=4), stopped])


def test_only_the_users_own_boards_can_be_removed() -> None:
    assert "Yes, remove own" in stock.removal(BOARD)
    assert "button" not in stock.removal(replace(BOARD, shipped=True))
    assert "No boards of your own yet" in stock.boards((), None)
    assert "battles.jsonl" not in stock.exports(replace(BOARD, kind="published"))


def test_sizes_and_times_read_well() -> None:
    assert [jobs.clock(s) for s in (8, 185, 7460)] == ["8 s", "3 min 5 s", "2 h 4 min"]
    assert [stock.bytes_(n) for n in (42, 3_200_000, 4.1e9)] == ["42 bytes", "3.2 MB", "4.1 GB"]


def test_columns_are_guessed_by_their_names() -> None:
    fields = ("model_a", "model_b", "winner", "model", "score", "prompt", "judge")
    guess = columns.guessed(("Model 1", "model-2", "Better", "n", "question"), fields)
    assert guess == {"model_a": "Model 1", "model_b": "model-2", "winner": "Better", "prompt": "question"}
    assert columns.guessed(("model", "grade", "label"), fields) == {"model": "model", "score": "grade"}
    assert columns.guessed((), fields) == {}


def test_meanings_come_back_from_their_lines() -> None:
    assert columns.translated(("winner:1=a", "winner:x=b", "judge:k=kim"), ("1", "2")) == (
        {"1": "a"},
        ["winner:x=b", "judge:k=kim"],
    )
    seen = json.dumps({"better": ["1", "2"]})
    assert columns.values_of(seen, "better") == ("1", "2")
    assert columns.values_of("[torn", "better") == columns.values_of(seen, None) == ()


def test_a_path_is_for_whoever_sits_at_the_machine(home: Path) -> None:
    wanted = source.Wanted(source="path", path=" /data/x.csv ", into=" b ", judge="")
    with Service(build.settings(home), "test") as service:
        assert source.request(ask.Import, wanted, service, "") == ask.Import(Path("/data/x.csv"), "b")
        for broken in (replace(wanted, path="\0"), replace(wanted, path=None), source.Wanted()):
            with pytest.raises(BadRequest, match="first"):
                source.request(ask.Import, broken, service, "")
        with pytest.raises(BadRequest, match="which column"):
            source.request(ask.Import, replace(wanted, format="mapped"), service, "")
        with pytest.raises(BadRequest, match="only uploads"):
            source.request(ask.Import, wanted, service, "", free=False)


def test_boards_are_named_after_files_in_letters_that_a_link_can_hold() -> None:
    assert source.suggested(Path("a/<b>votes é.csv")) == "b-votes"
    assert source.suggested(Path("漢字.csv")) == ""
    assert str(survey.failed(Unreadable("x"))).startswith("<p")
