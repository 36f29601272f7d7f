"""Formats, columns and past imports by request; uploads live in their own folder and go with their import."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadRequest, NotFound, Unreadable
from arena.service import intake, uploads
from arena.service import requests as ask
from arena.service.service import Service
from tests.store import build


@pytest.fixture
def arena(home: Path):
    with Service(build.settings(home), "test") as service:
        yield service


def sent(arena: Service, *names: str, text: str = "left,right,winner\nx,y,left\n") -> str:
    """As if a browser had sent files of these names."""
    for number, name in enumerate(names):
        path = arena.uploads.received / f"hash{number}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return arena.uploads.take([arena.uploads.received / f"hash{n}" / name for n, name in enumerate(names)])


def test_every_format_says_what_it_is_and_what_it_was_checked_on(arena):
    found = arena.perform(intake.Formats())
    told = {one.name: one for one in found.formats}
    assert all(one.help and one.checked for one in found.formats)
    assert (told["evalica"].writes, told["lmarena_history"].writes) == ("battles", None)
    assert found.winners["left"] == "a"
    assert "win_a" in found.fields["counts"]


def test_a_file_in_no_known_format_tells_its_columns(arena, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("one,two,better,n\n" + "".join(f"x,y,{i % 2},{i}\n" for i in range(50)), "utf-8")
    found = arena.perform(intake.Peek(path))
    assert (found.file, found.columns) == ("odd.csv", ("one", "two", "better", "n"))
    assert found.values == {"one": ("x",), "two": ("y",), "better": ("0", "1")}
    with pytest.raises(NotFound):
        arena.perform(intake.Peek(tmp_path / "nowhere"))
    (tmp_path / "empty.csv").write_text("", "utf-8")
    with pytest.raises(Unreadable):
        arena.perform(intake.Peek(tmp_path / "empty.csv"))


def test_a_boards_imports_are_listed_newest_first(arena, tmp_path):
    one = build.votes(tmp_path / "one.csv", [("x", "y", "left"), ("x", "y", "no")])
    two = build.votes(tmp_path / "two.csv", [("x", "z", "left")])
    for path in (one, two):
        arena.bring(ask.Import(path, "votes"))
    found = arena.perform(intake.ImportLog("votes")).imports
    assert [(past.path, past.read, past.kept, past.rejected) for past in found] == [
        (str(two), 1, 1, 0),
        (str(one), 2, 1, 1),
    ]


def test_an_upload_goes_with_its_import(arena):
    mark = sent(arena, "votes.csv")
    path = arena.uploads.path(mark)
    assert path.name == "votes.csv"
    number = arena.imports.start(ask.Import(path)).id
    for _ in range(200):
        if arena.imports.all()[0].state not in ("reading", "adding"):
            break
        time.sleep(0.05)
    assert arena.imports.all()[0].state == "done"
    for _ in range(40):
        if not path.exists():
            break
        time.sleep(0.05)
    assert not path.exists()
    with pytest.raises(NotFound, match="once more"):
        arena.uploads.path(mark)
    assert arena.imports.again(number).state == "reading"


def test_several_files_are_one_folder_and_no_path_leads_out_of_it(arena, tmp_path):
    mark = sent(arena, "a.csv", "b.csv", "a.csv")
    assert sorted(file.name for file in arena.uploads.path(mark).iterdir()) == ["2-a.csv", "a.csv", "b.csv"]
    assert arena.uploads.told(f"{arena.uploads.path(mark)}/a.csv: torn") == "a.csv: torn"
    for odd in ("", "..", "../..", mark + "/..", "0" * 16):
        with pytest.raises(NotFound):
            arena.uploads.path(odd)
    mine = build.votes(tmp_path / "mine.csv", [])
    with pytest.raises(BadRequest):
        arena.uploads.take([mine])
    arena.uploads.drop(mine)
    assert mine.exists()


@given(st.text(max_size=300))
def test_a_sent_name_stays_one_short_name(name):
    kept = uploads.named(name)
    assert 0 < len(kept) <= uploads.LONGEST
    assert kept not in (".", "..")
    assert not set(kept) & set("/\\\0\n")
