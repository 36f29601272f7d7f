"""Lineage from run folders: taken in once, asked from either end, the same after a rebuild."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.cli.rebuild import rebuild
from arena.errors import NotFound
from arena.jobs.folder import RunFolder, Spec, step
from arena.keys import key
from arena.pages import ancestry
from arena.service.lineage import Lineage, LineageFound, of_battle
from arena.service.running import Control
from arena.service.service import Service
from arena.store import lineage
from tests.store import build

BATTLE, OTHER, PROMPT, ROW = (key("lineage", word) for word in ("battle", "other", "prompt", "row"))
TABLES = ("selections", "training_rows", "dropped_rows", "checkpoints", "checkpoint_parents")


def spec(config: dict[str, Any]) -> Spec:
    return Spec("stage", config, "t", "2026-01-01T00:00:00", "k", 1, None, False)


def lines(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def run(home: Path) -> RunFolder:
    """A flywheel's folder: a selection of one pair and two drops, and what was trained on it."""
    run = RunFolder(home / "runs" / "wheel-1")
    run.make(spec({}))
    rows = run.outputs / "rows" / "i2-dpo"
    lines(rows / "dropped.jsonl",
          {"prompt": PROMPT, "rule": "contrast", "reason": "the gap is below K", "battles": [OTHER]},
          {"prompt": PROMPT, "rule": "lost", "reason": "the target did not lose", "battles": []})  # fmt: skip
    lines(rows / "rows.jsonl",
          {"kind": "pair", "id": ROW, "prompt": PROMPT, "battles": [BATTLE], "model": "elm", "over": "me-i1",
           "gap": 4.0, "origin": "mixed", "reason": "best against lower", "category": "x"})  # fmt: skip
    train = step(run, "i2-dpo-train")
    train.make(spec({"name": "me-i2", "rows": str(rows / "rows.jsonl"), "start": "/models/first"}))
    manifest = {"key": "K2", "stage": "dpo", "rows": 1, "steps": 3,
                "parents": {"start": "K1", "reference": "K1", "reference_is": "previous"}}  # fmt: skip
    lines(train.outputs / "model" / "manifest.json", manifest)
    train.put("done")
    return run


@pytest.fixture
def arena(run: RunFolder) -> Iterator[Service]:
    with Service(build.settings(run.path.parents[1]), "test") as service:
        yield service


def ask(arena: Service, name: str) -> LineageFound:
    found = arena.perform(Lineage(name))
    assert isinstance(found, LineageFound)
    return found


def contents(arena: Service) -> list[Any]:
    return [sorted(arena.database.rows(f"SELECT * FROM {table}"), key=str) for table in TABLES]


def test_a_row_leads_to_its_battles_and_to_the_model_trained_on_it(arena: Service) -> None:
    found = ask(arena, ROW[:10])
    assert (found.what, found.id) == ("row", ROW)
    (row,) = found.rows
    assert (row.iteration, row.stage, row.battles, row.beaten) == (2, "dpo", (BATTLE,), "me-i1")
    (made,) = found.checkpoints
    assert (made.checkpoint.name, made.kept, made.dropped) == ("me-i2", 1, 2)
    assert [(one.role, one.name) for one in made.checkpoint.parents] == [
        ("reference", "first"),
        ("start", "first"),
    ]


def test_a_checkpoint_is_found_by_name_and_by_run(arena: Service) -> None:
    by_name, by_run = ask(arena, "me-i2"), ask(arena, "wheel-1.i2-dpo-train")
    assert by_name.what == by_run.what == "checkpoint"
    assert by_name.checkpoints == by_run.checkpoints
    with pytest.raises(NotFound, match="'nothing' is no battle, training row or checkpoint"):
        ask(arena, "nothing")


def test_a_battle_says_what_it_became_or_why_not(arena: Service) -> None:
    became = of_battle(arena.database, BATTLE, "wheel-1.i2-battles-5", PROMPT)
    told = str(ancestry.became(became))
    assert "became a DPO pair in iteration 2 (chosen: elm, rejected: me-i1)" in told
    assert "/iterate?run=wheel-1&amp;stage=i2-dpo" in told
    refused = of_battle(arena.database, OTHER, "wheel-1.i2-battles-5", None)
    assert [drop.reason for drop in refused.dropped] == ["the gap is below K"]
    panel = of_battle(arena.database, key("p"), "wheel-1.i2-dpo-panel", None)
    assert "never trained on" in panel.note


def test_what_is_there_is_taken_in_once_and_a_rebuild_gives_the_same(arena: Service) -> None:
    assert lineage.catch_up(arena.database, arena.settings.runs) == 0
    before = contents(arena)
    assert [len(rows) for rows in before] == [1, 1, 2, 1, 2]
    arena.close()
    rebuild(arena.settings, None)
    with Service(arena.settings, "test") as again:
        assert contents(again) == before


def test_files_that_cannot_be_read_are_noted_and_stop_nothing(run: RunFolder) -> None:
    broken = run.outputs / "rows" / "i3-sft" / "rows.jsonl"
    lines(broken, {"kind": "sft"})
    with Service(build.settings(run.path.parents[1]), "test") as arena:
        assert arena.database.rows("SELECT step, trouble FROM selections WHERE trouble IS NOT NULL") == [
            ("i3-sft", "'id'")
        ]
        assert ask(arena, "me-i2").what == "checkpoint"


def test_a_removed_run_takes_its_lineage_along(arena: Service, run: RunFolder) -> None:
    run.put("cancelled")
    arena.perform(Control("wheel-1", "remove"))
    assert contents(arena) == [[], [], [], [], []]
