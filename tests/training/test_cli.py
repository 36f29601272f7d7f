"""`arena export sft|dpo|reward|kto` as a person uses it, on a board that was really imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from arena.types import Battle, Prompt, Record, Response, Verdict
from tests.training.flywheel import finished
from tests.training.played import all_of, scored
from training import rows

FACTS = all_of(
    scored("lost", {"me": 3, "x": 9, "y": 7}),
    scored("won", {"me": 9, "x": 5, "y": 2}),
    scored("talk", {"me": 2, "x": 8}, turns=("first", "second")),
)


def arena(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "arena", "--home", str(home), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with the board `mine`, and the board `panel` with one of its prompts."""
    folder = tmp_path_factory.mktemp("home")
    texts = {fact.id: fact for fact in FACTS if isinstance(fact, Prompt | Response)}
    for board, kept in (("mine", 99), ("panel", 3)):
        path = folder / f"{board}.jsonl"
        lines = [
            TypeAdapter(Record).dump_json(
                Record(
                    "mine", one, texts[one.prompt], texts[one.response_a], texts[one.response_b],
                    tuple(v for v in FACTS if isinstance(v, Verdict) and v.battle == one.id),
                )
            )
            for one in [fact for fact in FACTS if isinstance(fact, Battle)][:kept]
        ]  # fmt: skip
        path.write_bytes(b"\n".join(lines))
        done = arena(folder, "import", str(path), "--board", board)
        assert done.returncode == 0, done.stderr
    return folder


def test_rows_are_written_with_what_was_chosen_and_why_not(home, tmp_path):
    out = tmp_path / "sft.jsonl"
    done = arena(home, "export", "sft", "mine", str(out), "--target", "me", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    entries = [json.loads(line) for line in out.read_text().splitlines()]
    assert told["entries"] == len(entries) == 3
    assert told["preview"]["kept"] == 2
    assert told["preview"]["dropped"] == {"the target did not lose": 1}
    talk = [entry for entry in entries if len(entry["prompt"]) == 3]
    assert [m["content"] for m in talk[0]["prompt"]] == ["first", "x says talk 0", "second"]
    assert len(list(rows.read(out, "sft"))) == 3


def test_reward_rows_have_margins_and_parquet_reads_back(home, tmp_path):
    import pyarrow.parquet as pq

    out = tmp_path / "reward.parquet"
    done = arena(home, "export", "reward", "mine", str(out), "--target", "me", "--k", "3")
    assert done.returncode == 0, done.stderr
    assert sorted(pq.read_table(out)["margin"].to_pylist()) == [3, 4, 4, 6, 6, 7]
    assert "left out: 1 because the gap is below K" in done.stdout


def test_prompts_of_a_banned_board_are_left_out(home, tmp_path):
    out = tmp_path / "dpo.jsonl"
    words = ["export", "dpo", "mine", str(out), "--target", "me", "--ban", "panel", "--json"]
    told = json.loads(arena(home, *words).stdout)
    assert told["preview"]["dropped"] == {"the prompt belongs to panel": 1}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("sft", "mine", "{out}.jsonl", "--target", "nobody"),
            "no model 'nobody' on mine: there are me, x, y",
        ),
        (("sft", "mine", "{out}.csv", "--target", "me"), "written as .jsonl or .parquet"),
        (("dpo", "mine", "{out}.jsonl", "--target", "me", "--replay", "1"), "only sft repeats own wins"),
    ],
)
def test_what_cannot_be_is_one_line(home, tmp_path, words, says):
    done = arena(home, "export", *(word.replace("{out}", str(tmp_path / "out")) for word in words))
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_promoted_version_is_where_the_next_iteration_starts(tmp_path):
    finished.flywheel(tmp_path / "runs")
    assert arena(tmp_path, "promote").stdout == "no model is promoted yet\n"
    done = arena(tmp_path, "promote", "iteration-made", "nano-loop-i0")
    assert done.stdout.startswith("nano-loop is nano-loop-i0 from now on: "), done.stderr
    assert arena(tmp_path, "promote").stdout.startswith("nano-loop: nano-loop-i0, ")
    dry = arena(tmp_path, "iterate", "nano", "--start", "nano-loop", "--dry-run", "--json")
    told = json.loads(dry.stdout)["config"]
    assert (told["name"], Path(told["start"]).parent) == ("nano-loop-after-i0", tmp_path / "models")
    assert "name the version too" in arena(tmp_path, "promote", "iteration-made").stderr
