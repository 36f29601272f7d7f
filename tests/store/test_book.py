"""Books: whole lines on disk or none, whoever else writes and whatever the disk says."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arena.errors import ArenaError
from arena.store import book, journal, votebook
from tests.store import build


def test_a_line_for_which_there_is_no_room_leaves_the_book_as_it_was(tmp_path: Path) -> None:
    path, entry = tmp_path / "book.jsonl", votebook.Removed("board")
    votebook.append(path, entry)
    before = path.read_bytes()
    with build.room(len(before) + 30):
        with pytest.raises(ArenaError, match="nothing was stored, make room and vote again"):
            votebook.append(path, entry)
        with pytest.raises(OSError, match="too large"):
            journal.choose(path, "run", "board", "v1")
    assert path.read_bytes() == before
    assert votebook.append(path, entry).end == 2 * len(before)


def test_writers_at_once_take_no_line_from_one_another(tmp_path: Path) -> None:
    path = tmp_path / "book.jsonl"
    lines = [json.dumps([number, "x" * number]) for number in range(400)]
    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(lambda line: book.append(path, line), lines))
    assert sorted(path.read_text().splitlines()) == sorted(lines)
    data = path.read_text()
    assert [data[one.start : one.end] for one in found] == [f"{line}\n" for line in lines]
