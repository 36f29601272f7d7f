"""SFT on real tiny models: it learns, resumes to the same weights, and says what is wrong in one line."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import ArenaError, NotFound
from arena.jobs.types import Stopped
from arena.keys import file_hash
from tests.training import tiny
from training import checkpoints
from training.errors import Diverged, TooFew, Torn
from training.stages import loading, sft

CONFIG = replace(sft.POCKET, epochs=12, lr=1e-2, batch=8, micro=8, save_every=6, log_every=2)
ROOT = Path(__file__).parents[3]


def weights(folder: Path) -> str:
    return file_hash(folder / "model.safetensors")


def test_the_loss_falls_and_the_answers_come_out(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    result = sft.train(CONFIG, rows, llama, tmp_path / "out", desk)
    assert (result.rows, result.steps) == (32, 48)
    assert result.figures["loss"] < 0.2 * result.figures["loss_first"]
    assert "after: capital of A -> P a r i s" in desk.samples
    assert {name for name, _, _ in desk.figures} >= {"loss", "grad_norm", "learning_rate"}
    made = checkpoints.read(tmp_path / "out")
    assert made is not None
    assert made.data == file_hash(rows)
    assert set(made.files) >= {"config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja"}
    assert not list((tmp_path / "desk" / "work").iterdir())


def test_the_same_again_is_given_back_and_another_is_refused(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl", 2)
    config = replace(CONFIG, epochs=1)
    first = sft.train(config, rows, llama, tmp_path / "out", desk)
    began = time.monotonic()
    assert sft.train(config, rows, llama, tmp_path / "out", desk) == first
    assert time.monotonic() - began < 0.5
    with pytest.raises(Torn, match="other data or settings"):
        sft.train(replace(config, lr=1e-4), rows, llama, tmp_path / "out", desk)


def test_stopped_at_any_step_it_goes_on_to_the_same_weights(llama, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    whole = sft.train(CONFIG, rows, llama, tmp_path / "whole", tiny.Paper(tmp_path / "desk1"))
    desk = tiny.Paper(tmp_path / "desk2", stop_at=17)
    with pytest.raises(Stopped):
        sft.train(CONFIG, rows, llama, tmp_path / "out", desk)
    assert not (tmp_path / "out").exists()
    torn = next((tmp_path / "desk2" / "work").iterdir()) / "checkpoint-99"
    torn.mkdir()
    (torn / "model.safetensors").write_bytes(b"half a file")
    desk.stop_at = None
    result = sft.train(CONFIG, rows, llama, tmp_path / "out", desk)
    assert weights(result.folder) == weights(whole.folder)
    assert [x for name, x, _ in desk.figures if name == "loss"] == sorted(range(2, 49, 2))


KILLED = """
import json, sys
from dataclasses import replace
from pathlib import Path
from tests.training import tiny
from training.stages import {stage} as stage
start, rows, out, desk, config = json.loads(sys.argv[1])
config = replace(stage.POCKET, **config)
stage.train(config, Path(rows), Path(start), Path(out), tiny.Paper(Path(desk)))
"""


def killed_and_resumed(stage: str, start: Path, rows: Path, folder: Path, config: dict[str, object]) -> int:
    """Trains in processes that are killed as soon as there is a new resume point; counts the kills."""
    kills = 0
    told = json.dumps([str(start), str(rows), str(folder / "out"), str(folder / "desk"), config])
    for after in (1, 2):
        command = [sys.executable, "-c", KILLED.format(stage=stage), told]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while process.poll() is None and len(list(folder.glob("desk/work/*/checkpoint-*"))) < after:
            time.sleep(0.002)
        kills += process.poll() is None
        process.kill()
        process.communicate()
    command = [sys.executable, "-c", KILLED.format(stage=stage), told]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return kills


@pytest.mark.slow
def test_killed_twice_it_comes_to_the_same_weights(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    config = {"epochs": 60, "lr": 1e-2, "batch": 8, "micro": 8, "save_every": 20}
    whole = sft.train(replace(sft.POCKET, **config), rows, llama, tmp_path / "whole", desk)
    assert killed_and_resumed("sft", llama, rows, tmp_path, config) == 2
    assert weights(tmp_path / "out") == weights(whole.folder)


@pytest.mark.slow
def test_lora_trains_an_adapter_and_gives_a_whole_model(taught, desk, tmp_path):
    turned = [
        {"prompt": q, "completion": a} for (q, _), (_, a) in zip(tiny.FACTS, tiny.FACTS[::-1], strict=True)
    ]
    rows = tiny.lines(tmp_path / "rows.jsonl", turned * 8)
    result = sft.train(replace(CONFIG, lora=8), rows, taught, tmp_path / "out", desk)
    assert result.figures["loss"] < 0.3 * result.figures["loss_first"]
    assert "after: capital of A -> b l u e" in desk.samples
    assert (tmp_path / "out" / "adapter" / "adapter_model.safetensors").is_file()
    tokens = loading.tokenizer(result.folder)
    assert loading.model(result.folder, CONFIG, tokens).config.model_type == "llama"
    assert checkpoints.whole(result.folder)


@pytest.mark.slow
def test_a_base_model_of_another_architecture_learns_sharegpt_conversations(neox, desk, tmp_path):
    said = [("gpt", "hi"), ("human", "capital"), ("gpt", "Paris"), ("human", "colour"), ("gpt", "red")]
    talk = [{"from": who, "value": text} for who, text in said]
    path = tmp_path / "sharegpt.json"
    path.write_text(json.dumps([{"id": str(at), "conversations": talk} for at in range(16)]), "utf-8")
    config = replace(CONFIG, chat_template="vicuna", epochs=20)
    result = sft.train(config, path, neox, tmp_path / "out", desk)
    assert result.figures["loss"] < 0.2 * result.figures["loss_first"]
    assert any(sample.endswith("-> Paris") for sample in desk.samples)
    assert loading.tokenizer(result.folder).chat_template


def test_rows_that_cannot_be_used_are_counted_and_too_few_are_refused(llama, desk, tmp_path):
    good = [{"prompt": "capital", "completion": "Paris"}] * 8
    rows = tiny.lines(
        tmp_path / "rows.jsonl", [*good, {"prompt": "x"}, {"prompt": "y", "completion": "red " * 99}]
    )
    result = sft.train(replace(CONFIG, epochs=1), rows, llama, tmp_path / "out", desk)
    assert result.rows == 8
    assert [note.split(" ", 1)[0] for note in result.notes] == ["1", "1"]
    few = tiny.lines(tmp_path / "few.jsonl", good[:3])
    with pytest.raises(TooFew, match=r"sft: 3 of 3 rows in few.jsonl can be trained on, at least 8"):
        sft.train(CONFIG, few, llama, tmp_path / "none", desk)


def test_divergence_stops_with_what_to_do(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    with pytest.raises(Diverged, match=r"(loss|grad_norm) is nan.*lower the learning rate"):
        sft.train(replace(CONFIG, lr=1e30, clip=1e30, warmup=0.0), rows, llama, tmp_path / "out", desk)
    assert not (tmp_path / "out").exists()


def test_a_missing_model_and_one_without_safetensors_are_told_apart(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    with pytest.raises(NotFound, match="no such model"):
        sft.train(CONFIG, rows, tmp_path / "nowhere", tmp_path / "out", desk)
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in llama.glob("*.j*"):
        (bare / path.name).write_bytes(path.read_bytes())
    with pytest.raises(NotFound, match=r"no \*\.safetensors"):
        sft.train(CONFIG, rows, bare, tmp_path / "out", desk)
    with pytest.raises(ArenaError, match="no such file of training rows"):
        sft.train(CONFIG, tmp_path / "none.jsonl", llama, tmp_path / "out", desk)


@pytest.mark.slow
def test_fewer_rows_at_a_time_come_to_the_same_model(llama, tmp_path):
    from safetensors.torch import load_file

    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    made = [
        sft.train(
            replace(CONFIG, epochs=2, micro=micro),
            rows,
            llama,
            tmp_path / f"out{micro}",
            tiny.Paper(tmp_path),
        )
        for micro in (8, 2)
    ]
    one, other = (load_file(result.folder / "model.safetensors") for result in made)
    assert max(float((one[name] - other[name]).abs().max()) for name in one) < 1e-3
