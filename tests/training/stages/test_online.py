"""Stages that draw from their own policy: online DPO and self-augmentation on real tiny models."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from safetensors.numpy import load_file

from arena.errors import ArenaError
from arena.jobs.types import Stopped
from arena.plugins import Choice
from arena.pocket.parts import draw
from tests.training import tiny
from tests.training.stages.test_ppo import Letters
from training import rows as files
from training.errors import TooFew
from training.rl import labels, steps
from training.stages import chat, course, loading, online_dpo, self_augmented
from training.types import PromptRow, SftRow, conversation

ONLINE = replace(
    online_dpo.POCKET, epochs=24, batch=16, micro=8, lr=3e-3, max_tokens=6, missing_end=0.0, save_every=3,
    least=2, samples=1, warmup=0.0,
)  # fmt: skip
SPOILT = replace(
    self_augmented.POCKET, epochs=10, lr=3e-3, batch=8, micro=4, segment=3, replay=24, save_every=3,
    log_every=1,
)  # fmt: skip


def learnt(config, start: Path, rows: Path, folder: Path, desk: tiny.Paper):
    """Online DPO with a reward of the test's own: the letter a."""
    loading.quiet()
    plan = course.begin("online_dpo", config, rows, start, folder / "out", desk, version=1)
    tokens = loading.tokenizer(start)
    read = [row for row in files.read(rows, "prompt") if isinstance(row, PromptRow)]
    asked = [(row, chat.prompt_ids(tokens, conversation("", row.turns, ()))) for row in read]
    learner = online_dpo.Learner(config, start, tokens, asked, labels.Scored(Letters()))
    return steps.run(plan, learner, steps.total(config, len(asked)), count=len(asked))


def curve(desk: tiny.Paper, name: str) -> list[float]:
    return [y for what, _, y in desk.figures if what == name]


def same(one: Path, other: Path) -> bool:
    left, right = (load_file(folder / "model.safetensors") for folder in (one, other))
    return all((left[name] == right[name]).all() for name in left)


@pytest.mark.parametrize("loss", ["sigmoid", pytest.param("ipo", marks=pytest.mark.slow)])
def test_what_is_preferred_becomes_more_frequent(llama, tmp_path, loss):
    rows, desk = tiny.prompt_rows(tmp_path / "rows.jsonl", 8), tiny.Paper(tmp_path)
    learnt(replace(ONLINE, loss=loss), llama, rows, tmp_path, desk)
    rewards = curve(desk, "reward")
    assert len(rewards) == 48
    assert sum(rewards[-4:]) > sum(rewards[:4]) + 1
    assert curve(desk, "labels")[-1] == 48 * 32


def test_stopped_online_it_goes_on_to_the_same_weights(llama, tmp_path):
    rows = tiny.prompt_rows(tmp_path / "rows.jsonl", 4)
    config = replace(ONLINE, epochs=6)
    whole = learnt(config, llama, rows, tmp_path / "a", tiny.Paper(tmp_path / "a"))
    with pytest.raises(Stopped):
        learnt(config, llama, rows, tmp_path / "b", tiny.Paper(tmp_path / "b", stop_at=4))
    again = learnt(config, llama, rows, tmp_path / "b", tiny.Paper(tmp_path / "b"))
    assert again.figures == whole.figures
    assert same(again.folder, whole.folder)


def test_a_judge_of_the_arena_may_prefer_and_what_it_ties_teaches_nothing():
    task = next(iter(draw("d1", 1)))
    turns = tuple(turn.text for turn in task.turns)
    history, gold = tuple(turn.gold for turn in task.turns[:-1]), task.turns[-1].gold
    row = PromptRow("1", "1", turns, history, natural=task.natural)
    judge = labels.open_(Choice("truth"), Choice("verifier"))
    (worth,) = judge.worth([row], [[gold, "no idea at all", gold]], 0)
    assert worth[0] == worth[2] > 0 > worth[1]
    assert worth[0] == -worth[1]
    assert judge.asked == 2
    assert judge.worth([row], [["x", "x"]], 0) == [[None, None]]
    (unread,) = judge.worth([replace(row, natural="")], [[gold, "x"]], 0)
    assert unread == [None, None]
    with pytest.raises(ArenaError, match="single_score grades single answers"):
        labels.open_(Choice("truth"), Choice("single_score"))


@pytest.mark.slow
def test_online_from_the_front_door_with_the_pocket_worlds_truth(desk, tmp_path):
    from arena import models

    asked = [
        PromptRow(task.natural, task.natural, tuple(turn.text for turn in task.turns),
                  tuple(turn.gold for turn in task.turns[:-1]), natural=task.natural)
        for task in draw("d3", 64)
    ]  # fmt: skip
    files.write(tmp_path / "rows.jsonl", asked)
    config = replace(online_dpo.POCKET, judge=Choice("verifier"), batch=32)
    start = Path(models.place("shipped:sprout"))
    result = online_dpo.train(config, tmp_path / "rows.jsonl", start, tmp_path / "out", desk)
    assert result.steps == 2
    assert 0 < result.figures["preferred"] <= 1
    assert online_dpo.train(config, tmp_path / "rows.jsonl", start, tmp_path / "out", desk) == result
    with pytest.raises(TooFew, match="64 rows"):
        online_dpo.train(
            replace(config, max_tokens=250), tmp_path / "rows.jsonl", start, tmp_path / "o", desk
        )


def test_good_answers_rise_above_their_spoilt_copies(taught, desk, tmp_path):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl", 4)
    result = self_augmented.train(SPOILT, rows, taught, tmp_path / "out", desk)
    assert curve(desk, "rewards/margin")[-1] > 0.05
    assert max(curve(desk, "buffer")) <= 24
    assert 0 < curve(desk, "spoilt")[0] <= 1
    assert result.rows == 16


@pytest.mark.parametrize("reference", ["initial", pytest.param("average", marks=pytest.mark.slow)])
def test_stopped_with_its_buffer_it_goes_on_to_the_same_weights(llama, tmp_path, reference):
    rows = tiny.sft_rows(tmp_path / "rows.jsonl", 4)
    config = replace(SPOILT, epochs=3, reference=reference)
    whole = self_augmented.train(config, rows, llama, tmp_path / "whole", tiny.Paper(tmp_path / "desk1"))
    desk = tiny.Paper(tmp_path / "desk2", stop_at=4)
    with pytest.raises(Stopped):
        self_augmented.train(config, rows, llama, tmp_path / "out", desk)
    desk.stop_at = None
    again = self_augmented.train(config, rows, llama, tmp_path / "out", desk)
    assert again.figures == whole.figures
    assert same(again.folder, whole.folder)


def test_only_a_segment_of_the_last_answer_is_cut(llama):
    tokens = loading.tokenizer(llama)
    piece = self_augmented.last_turn(tokens, SftRow("1", "1", ("hot", "cold"), ("red", "blue of")), 99)
    assert sum(piece.mask) == len(chat.whole_ids(tokens, conversation("", ("x",), ("blue of",)))) - len(
        chat.prompt_ids(tokens, conversation("", ("x",), ()))
    )
    first = piece.mask.index(1)
    for seed in range(50):
        gap = self_augmented.cut(piece, 3, Random(seed))  # noqa: S311
        assert first <= gap.begin < gap.end < len(piece.ids)
        assert gap.end - gap.begin <= 3


def test_an_adapter_and_its_average_learn_together(taught, desk, tmp_path):
    config = replace(SPOILT, lora=4, epochs=2, lr=2e-2)
    result = self_augmented.train(
        config, tiny.sft_rows(tmp_path / "r.jsonl", 4), taught, tmp_path / "out", desk
    )
    assert (result.folder / "adapter" / "adapter_model.safetensors").is_file()
    assert not same(result.folder, taught)
