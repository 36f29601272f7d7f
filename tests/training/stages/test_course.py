"""The course of a stage: memory that is too small, torn checkpoints, defaults that are the papers."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import ArenaError, BadRequest
from arena.keys import file_hash
from tests.training import tiny
from training import checkpoints
from training.checkpoints import Manifest
from training.errors import TooLarge, Torn
from training.stages import course, dpo, loading, reward, rloo, sft

CONFIG = replace(sft.POCKET, epochs=1, batch=8, micro=8)


def limited(start: Path, tokens: object, most: int):
    """Builds a real trainer, after asking the machine for more memory than it has where rows are many."""
    data = {"input_ids": [[3, 4, 5, 1]] * 16, "labels": [[-100, 4, 5, 1]] * 16}

    def build(micro: int, work: Path):
        import torch

        if micro > most:
            torch.empty(1 << 50)
        return sft._trainer(CONFIG, start, tokens, data, work, micro)

    return build


def test_memory_that_is_too_small_is_met_once_with_half_the_rows(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    plan = course.begin("sft", CONFIG, rows, llama, tmp_path / "out", desk, version=1)
    loading.quiet()
    tokens = loading.tokenizer(llama)
    result = course.run(plan, limited(llama, tokens, 4), count=16)
    assert (result.steps, len(result.notes)) == (2, 1)
    assert result.notes[0].startswith("memory was too small for 8 rows at a time: went on with 4")
    assert result.notes[0] in desk.notes


def test_memory_that_is_too_small_for_half_the_rows_stops_it(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    plan = course.begin("sft", CONFIG, rows, llama, tmp_path / "out", desk, version=1)
    tokens = loading.tokenizer(llama)
    with pytest.raises(TooLarge, match=r"sft: memory does not hold it.*shorten max_length, train with lora"):
        course.run(plan, limited(llama, tokens, 2), count=16)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_said_and_what_was_done_is_kept(llama, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl")
    plan = course.begin("sft", CONFIG, rows, llama, tmp_path / "out", desk, version=1)

    def build(micro: int, work: Path):
        work.joinpath("kept").touch()
        with Path("/dev/full").open("w") as file:
            file.write("a byte too many")

    with pytest.raises(ArenaError, match=r"sft: the disk is full at .*: make room and resume"):
        course.run(plan, build, count=32)
    assert [path.name for path in desk.folder.rglob("kept")] == ["kept"]


def test_a_long_step_is_given_up_soon_after_the_person_asked_to_stop(llama, tmp_path):
    from transformers import TrainerControl

    desk = tiny.Paper(tmp_path / "desk")
    plan = course.begin(
        "sft", CONFIG, tiny.sft_rows(tmp_path / "rows.jsonl"), llama, tmp_path / "out", desk, version=1
    )
    watch, control = course.watcher(plan, plan.manifest), TrainerControl()
    watch.on_substep_end(None, None, control)
    desk.stop_at = 0
    watch.on_substep_end(None, None, control)
    assert (watch.stopped is not None, control.should_training_stop) == (True, False)
    watch._since -= 4
    watch.on_substep_end(None, None, control)
    assert control.should_training_stop


def test_a_reward_model_is_no_start_for_words(llama, desk, tmp_path):
    rows = tiny.pair_rows(tmp_path / "pairs.jsonl")
    config = replace(reward.POCKET, epochs=1, batch=8, micro=8, holdout=0.0)
    judge = reward.train(config, rows, llama, tmp_path / "judge", desk).folder
    with pytest.raises(BadRequest, match=r"no language model that can be trained on .lm_head.weight"):
        sft.train(CONFIG, tiny.sft_rows(tmp_path / "rows.jsonl"), judge, tmp_path / "out", desk)


BARE = Manifest("key", "sft", 1, {"start": "s"}, "data", {"lr": 1})


def made(folder: Path, text: str = "weights") -> Path:
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_text(text)
    checkpoints.seal(folder, BARE)
    return folder


def test_a_checkpoint_is_whole_only_with_every_byte_of_every_file(tmp_path):
    folder = made(tmp_path / "one")
    assert checkpoints.whole(folder)
    for spoil in (
        lambda: (folder / "model.safetensors").write_text("weightz"),
        (folder / "model.safetensors").unlink,
        lambda: (folder / "manifest.json").write_text("{"),
        (folder / "manifest.json").unlink,
    ):
        spoil()
        assert not checkpoints.whole(folder)


def test_the_last_whole_resume_point_of_this_key_is_taken_and_others_go(tmp_path):
    for step in (5, 10):
        made(tmp_path / f"checkpoint-{step}")
    (made(tmp_path / "checkpoint-100") / "model.safetensors").unlink()
    assert checkpoints.latest(tmp_path, "key") == tmp_path / "checkpoint-10"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-5"]
    assert checkpoints.latest(tmp_path, "other") is None


def test_nothing_is_published_where_writing_fails(tmp_path):
    with pytest.raises(Torn), checkpoints.publish(tmp_path / "out") as folder:
        (folder / "model.safetensors").write_text("weights")
    assert not (tmp_path / "out").exists()
    with checkpoints.publish(tmp_path / "out") as folder:
        (folder / "model.safetensors").write_text("weights")
        checkpoints.seal(folder, BARE)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_key_hangs_on_everything_that_decides_a_checkpoint():
    others = [
        replace(BARE, stage="dpo"), replace(BARE, version=2), replace(BARE, parents={"start": "t"}),
        replace(BARE, data="other"), replace(BARE, config={"lr": 2}),
    ]  # fmt: skip
    assert len({checkpoints.stage_key(each) for each in (BARE, *others)}) == 6
    assert checkpoints.stage_key(replace(BARE, steps=9, figures={"loss": 1.0})) == checkpoints.stage_key(BARE)


def test_the_defaults_are_the_papers():
    assert (sft.Config().epochs, sft.Config().lr, sft.Config().batch, sft.Config().max_length) == (
        3,
        5e-6,
        128,
        4096,
    )
    assert (dpo.Config().epochs, dpo.Config().lr, dpo.Config().beta) == (2, 5e-7, 0.3)
    assert (reward.Config().epochs, reward.Config().lr) == (1, 1e-6)
    assert (rloo.Config().epochs, rloo.Config().lr, rloo.Config().kl) == (1, 1e-7, 0.4)


def test_nothing_is_sent_home_and_models_are_not_run(llama):
    from huggingface_hub import constants

    loading.quiet()
    assert constants.HF_HUB_DISABLE_TELEMETRY
    told = loading.arguments(CONFIG, Path("work"), 8)
    assert told["report_to"] == []
    before = file_hash(llama / "model.safetensors")
    loading.model(llama, CONFIG, loading.tokenizer(llama))
    assert file_hash(llama / "model.safetensors") == before
