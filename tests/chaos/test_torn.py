"""Small files of a home that are torn, empty or nonsense: told, never taken for whole; no other suffers."""

import json
import os
import shutil
from pathlib import Path

import pytest

from arena.cli.doctor import examine
from arena.cli.rebuild import rebuild
from arena.errors import ArenaError, Unreadable
from arena.jobs import facts, folder
from arena.jobs.control import control
from arena.jobs.events import Follower
from arena.jobs.folder import RunFolder
from arena.service import requests as ask
from arena.service import running
from arena.service.service import Service
from arena.store import boards, journal, runs
from arena.store.owner import Owner
from tests.chaos import rig
from tests.jobs import rig as jobs
from tests.store import build

NONSENSE = (
    "",
    "{",
    "null",
    "[]",
    "3",
    '"x"',
    "{}",
    "\0\0\0",
    '{"pid": "one", "started": 1, "host": "here", "what": "x"}',
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list]]:
    home = tmp_path_factory.mktemp("torn") / "home"
    home.mkdir()
    return home, rig.lived_in(home)


@pytest.fixture
def own(lived: tuple[Path, dict[str, list]], tmp_path: Path) -> Path:
    """A copy of the home that has seen something."""
    return Path(shutil.copytree(lived[0], tmp_path / "home"))


def run_of(home: Path) -> RunFolder:
    return next(folder.every(home / "runs"))


@pytest.mark.parametrize("text", [*NONSENSE, '{"pid": -5, "started": "x", "host": null}'], ids=repr)
def test_a_note_of_a_process_that_makes_no_sense_is_nobody_s(tmp_path: Path, text: str) -> None:
    run = jobs.made(tmp_path / "runs", rows=1)
    run.drop("queued")
    for name in ("pid", "retry", "cpu", "asked"):
        (run.path / name).write_text(text.replace('"here"', json.dumps(os.uname().nodename)))
    assert (run.state(), run.alive(), run.cpu()) in (("stopped", False, 0.0), ("stopped", False, 3.0))
    (tmp_path / "owner.json").write_text(text)
    assert Owner.read(tmp_path / "owner.json") is None
    Owner.release(tmp_path / "owner.json")


def test_the_note_of_an_app_that_was_killed_or_of_another_machine_s_start_is_nobody_s(home: Path) -> None:
    mine = Owner.claim(home / "owner.json", "me")
    told = json.loads((home / "owner.json").read_text())
    for change in ({"pid": 2**22 + 5}, {"since": told["since"] - 60}, {"boot": "another"}):
        (home / "owner.json").write_text(json.dumps({**told, **change}))
        assert Owner.read(home / "owner.json") is None
    mine.write(home / "owner.json")
    assert Owner.read(home / "owner.json") == mine


def test_a_journal_that_was_cut_amid_a_line_counts_up_to_it_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for version in ("v1", "v2"):
        journal.choose(path, "run", "board", version)
    whole = path.read_bytes()
    for size in range(len(whole) // 2 + 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert journal.choices(path) == {"run": "v1"}
    journal.choose(path, "other", "board", "v9")
    assert journal.choices(path) == {"run": "v1", "other": "v9"}
    path.write_bytes(whole[:-1])  # a person's editor left the last end out
    journal.choose(path, "other", "board", "v9")
    assert journal.choices(path) == {"run": "v2", "other": "v9"}


def test_a_journal_with_nonsense_in_its_middle_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for line in ("nonsense", "\0" * 40, '{"verb": "take"}'):
        journal.choose(path, "run", "board", "v1")
        path.write_text(path.read_text() + line + "\n")
        with pytest.raises(ArenaError, match=r"line 2: not a journal line; mend or delete that line"):
            journal.choices(path)
        path.unlink()


def test_a_torn_event_is_passed_over_and_a_torn_end_is_cut_off(tmp_path: Path) -> None:
    run = jobs.made(tmp_path / "runs", rows=20)
    assert jobs.started(run).wait() == 0
    whole = run.events.read_bytes()
    run.events.write_bytes(b"\0\0 nonsense\n" + whole[:-7])
    assert Follower(run.events).look().steps[0].done == 20
    run.drop("done")
    assert jobs.started(run).wait() == 0
    assert [note.text for note in Follower(run.events).look().notes][-1] == "done"


def test_facts_cut_at_any_byte_are_told_again_by_the_run_none_twice(tmp_path: Path) -> None:
    run = jobs.made(tmp_path / "runs", rows=12)
    assert jobs.started(run).wait() == 0
    path = run.outputs / "facts-00001.jsonl"
    whole = path.read_bytes()
    for share in (0.0, 0.31, 0.77):
        path.write_bytes(whole[: int(len(whole) * share)])
        run.drop("done")
        assert jobs.started(run).wait() == 0
        assert sorted(path.read_bytes().splitlines()) == sorted(whole.splitlines())


def test_what_this_user_may_not_read_of_a_run_is_its_trouble_and_nobody_else_s(own: Path) -> None:
    run = run_of(own)
    (run.outputs / "facts-00001.jsonl").chmod(0)
    (run.path / "steps").mkdir(0)
    done = rig.bound(own, "rebuild")
    assert done.returncode == 0, done.stderr
    assert f"{run.path}: its outputs or steps cannot be listed: they stay out" in done.stderr + done.stdout
    with build.database(own) as database:
        trouble = runs.known(database)[run.id].trouble or ""
        assert {"votes"} == {board.name for board in boards.every(database) if not board.shipped}
    assert "facts-00001.jsonl: cannot be read: Permission denied" in trouble
    (run.outputs / "facts-00001.jsonl").chmod(0o600)
    assert [rig.battles(own, name) for name in ("counted", "votes")] == [40, 3000]


def test_an_empty_end_marker_is_an_end_and_a_lost_one_is_no_loss(tmp_path: Path) -> None:
    run = jobs.made(tmp_path / "runs", rows=3)
    assert jobs.started(run).wait() == 0
    assert (run.said("done"), run.state()) == ("", "done")
    run.drop("done")
    assert run.state() == "dead"
    control(run, "resume")
    assert jobs.started(run).wait() == 0
    assert len(rig.ids(rig.told(run))) == len(set(rig.ids(rig.told(run)))) == 15


@pytest.mark.parametrize("text", ["", '{"kind": "counting"}', "\0" * 100], ids=["empty", "half", "zeros"])
def test_a_run_whose_config_is_torn_is_told_everywhere_and_stops_nothing(own: Path, lived, text: str) -> None:
    run = run_of(own)
    (run.path / "config.json").write_text(text)
    said: list[str] = []
    rebuild(build.settings(own), said.append)
    assert [line for line in said if f"runs/{run.id}: its config.json cannot be read" in line]
    assert any(run.id in problem for problem in examine(build.settings(own)).problems)
    with Service(build.settings(own), "test", packages=jobs.PACKAGES) as arena:
        assert arena.leaderboard(ask.Leaderboard("votes")).n_battles == 3000
        with pytest.raises(Unreadable, match="put it back from a backup"):
            arena.perform(running.Run(run.id))
    shutil.copy(lived[0] / "runs" / run.id / "config.json", run.path / "config.json")
    rebuild(build.settings(own), None)
    assert rig.rows(own) == lived[1]


def test_a_damaged_line_of_facts_keeps_nobody_else_s_out_and_is_shown_with_its_run(own: Path) -> None:
    run = run_of(own)
    path = run.outputs / "facts-00001.jsonl"
    held = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*held[:50], b"#" * 40 + b"\n", *held[51:]]))
    rebuild(build.settings(own), None)
    with Service(build.settings(own), "test", packages=jobs.PACKAGES) as arena:
        assert arena.leaderboard(ask.Leaderboard("votes")).n_battles == 3000
        (line,) = arena.perform(running.Runs())
    assert "facts-00001.jsonl" in (line.trouble or "")
    assert "the line is no fact" in (line.trouble or "")
    with pytest.raises(Unreadable):
        list(facts.read(run.outputs))


def test_a_truncated_import_is_never_taken_for_whole_and_the_old_database_stays(own: Path, lived) -> None:
    part = next((own / "imports").glob("*-votes/battles-*.parquet"))
    part.write_bytes(part.read_bytes()[:-500])
    with pytest.raises(
        ArenaError, match=r"votes is damaged: move it away, then import its files again"
    ) as told:
        rebuild(build.settings(own), None)
    assert "\n" not in str(told.value)
    assert rig.rows(own) == lived[1]


def test_an_import_whose_manifest_is_torn_is_told_and_can_be_imported_again(own: Path, lived) -> None:
    place = next((own / "imports").glob("*-votes"))
    (place / "manifest.json").write_text('{"number": 1, "boa')
    said: list[str] = []
    assert rebuild(build.settings(own), said.append).imports == 0
    assert [line for line in said if "its manifest cannot be read: its rows stay out; import" in line]
    with Service(build.settings(own), "test", packages=jobs.PACKAGES) as arena:
        assert arena.bring(ask.Import(lived[0].parent / "votes.csv", "votes")).kept == 3000
