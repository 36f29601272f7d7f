"""Reward models on real tiny models: they learn, and say how right they are on what was held out."""

from dataclasses import replace

import pytest

from arena.fields import describe
from arena.jobs.types import Stopped
from arena.keys import file_hash
from arena.plugins import Choice, help_of, names
from tests.training import tiny
from tests.training.stages.test_sft import killed_and_resumed
from training import rows as files
from training.errors import TooFew
from training.rewards import likelihood, measure
from training.stages import loading, reward, rloo
from training.types import PairRow, PromptRow

CONFIG = replace(reward.POCKET, epochs=8, lr=5e-3, batch=8, micro=8, holdout=0.4, least=1)


def pairs(tmp_path, copies=24):
    """A right and a wrong answer to prompts of many names; every third pair is of the target's own."""
    made = [
        PairRow(
            str(at), f"p{at}", (f"{q} {at}",), (a,), ("no",), gap=1 + at % 4,
            origin="on_policy" if at % 3 == 0 else "mixed",
        )
        for at, (q, a) in enumerate(tiny.FACTS * copies)
    ]  # fmt: skip
    files.write(tmp_path / "pairs.jsonl", made)
    return tmp_path / "pairs.jsonl"


def test_held_out_accuracy_is_reported_for_all_for_own_and_by_gap(llama, desk, tmp_path):
    result = reward.train(CONFIG, pairs(tmp_path), llama, tmp_path / "out", desk)
    told = result.figures
    assert told["held_out/all/accuracy"] > 0.9
    assert told["held_out/all/low"] < told["held_out/all/accuracy"] <= told["held_out/all/high"]
    assert told["held_out/own/n"] + told["held_out/mixed/n"] == told["held_out/all/n"] > 20
    gaps = [told[f"held_out/gap_{name}/n"] for name in ("0_1", "1_2", "2_4", "4_up")]
    assert sum(gaps) == told["held_out/all/n"]
    assert result.rows == 96 - told["held_out/all/n"]


def test_a_likelihood_learns_who_won_and_scores_answers(llama, desk, tmp_path):
    config = replace(CONFIG, head="words", center=0.0)
    result = reward.train(config, pairs(tmp_path), llama, tmp_path / "out", desk)
    assert result.figures["held_out/all/accuracy"] > 0.9
    made = likelihood.open(likelihood.Config(model=str(result.folder), scale=2.0, least=50.0))
    asked = [
        PromptRow("1", "p", (f"{tiny.FACTS[0][0]} 7",)),
        PromptRow("2", "q", ("talk", "colour of D 3"), ("ok",)),
    ]
    liked = made.score(asked, [tiny.FACTS[0][1], "blue"])
    assert all(a > b for a, b in zip(liked, made.score(asked, ["no", "no"]), strict=True))
    alone = [
        made.score([row], [said])[0] for row, said in zip(asked, [tiny.FACTS[0][1], "blue"], strict=True)
    ]
    assert alone == pytest.approx(liked, abs=1e-3)
    least = likelihood.Config(model=str(result.folder), least=0.001)
    assert likelihood.open(least).score(asked, ["no", "no"]) == [-0.001, -0.001]


def test_prompts_are_held_out_whole(tmp_path):
    rows = [row for row in files.read(pairs(tmp_path), "pair") if isinstance(row, PairRow)]
    drawn = {row.prompt: measure.held_out(row.prompt, 0, CONFIG.holdout) for row in rows}
    held, kept = ({name for name, out in drawn.items() if out is wanted} for wanted in (True, False))
    assert held.isdisjoint(kept)
    assert 0.2 < len(held) / len(rows) < 0.6


@pytest.mark.slow
def test_a_larger_margin_asks_for_numbers_further_apart(llama, tmp_path):
    made = [
        reward.train(
            replace(CONFIG, margin=margin, center=0.0), pairs(tmp_path), llama, tmp_path / f"out{margin}",
            tiny.Paper(tmp_path / f"desk{margin}"),
        )
        for margin in (0.0, 2.0)
    ]  # fmt: skip
    assert made[1].figures["margin"] > made[0].figures["margin"] + 1


@pytest.mark.slow
def test_lora_keeps_the_head_that_it_learnt(llama, desk, tmp_path):
    config = replace(CONFIG, lora=4, lr=2e-2)
    result = reward.train(config, pairs(tmp_path), llama, tmp_path / "out", desk)
    assert result.figures["held_out/all/accuracy"] > 0.8
    tokens = loading.tokenizer(result.folder)
    assert loading.model(result.folder, config, tokens, "score").score.weight.abs().max() > 0


def test_nothing_but_twins_is_too_few(llama, desk, tmp_path):
    rows = tiny.lines(tmp_path / "rows.jsonl", [{"prompt": "a", "chosen": "b", "rejected": "b"}] * 9)
    with pytest.raises(TooFew, match="held out, long or twins"):
        reward.train(CONFIG, rows, llama, tmp_path / "out", desk)


@pytest.mark.slow
@pytest.mark.long
def test_killed_twice_it_comes_to_the_same_weights(llama, desk, tmp_path):
    config = {"epochs": 40, "lr": 1e-3, "batch": 8, "micro": 8, "save_every": 20, "least": 1}
    rows = pairs(tmp_path, 8)
    whole = reward.train(replace(reward.POCKET, **config), rows, llama, tmp_path / "whole", desk)
    assert killed_and_resumed("reward", llama, rows, tmp_path, config) == 2
    assert file_hash(tmp_path / "out" / "model.safetensors") == file_hash(whole.folder / "model.safetensors")


def rloo_config(model, **more):
    return replace(
        rloo.POCKET, batch=16, micro=16, longest=4, least=1, log_every=2, kl=0.01,
        reward=Choice("classifier", {"model": str(model)}), **more,
    )  # fmt: skip


@pytest.mark.slow
def test_rloo_raises_a_learned_reward(llama, desk, tmp_path):
    liked = [{"prompt": q, "chosen": "red", "rejected": b} for q, _ in tiny.FACTS for b in ("0", "of", "x!")]
    rows = tiny.lines(tmp_path / "liked.jsonl", liked * 4)
    judge = reward.train(replace(CONFIG, holdout=0.0), rows, llama, tmp_path / "judge", desk)
    prompts = tiny.lines(tmp_path / "prompts.jsonl", [{"prompt": q} for q, _ in tiny.FACTS] * 8)
    result = rloo.train(rloo_config(judge.folder, lr=3e-3, epochs=4), prompts, llama, tmp_path / "out", desk)
    rewards = [y for name, _, y in desk.figures if name == "reward"]
    assert sum(rewards[-3:]) / 3 > sum(rewards[:3]) / 3 + 0.3
    assert result.figures["kl"] > 0


@pytest.mark.slow
def test_rloo_stopped_at_any_step_goes_on_to_the_same_weights(llama, desk, tmp_path):
    judge = reward.train(CONFIG, pairs(tmp_path), llama, tmp_path / "judge", desk)
    prompts = tiny.lines(tmp_path / "prompts.jsonl", [{"prompt": q} for q, _ in tiny.FACTS] * 8)
    config = rloo_config(judge.folder, lr=1e-3, epochs=2, save_every=4)
    whole = rloo.train(config, prompts, llama, tmp_path / "whole", tiny.Paper(tmp_path / "desk1"))
    stopped = tiny.Paper(tmp_path / "desk2", stop_at=7)
    with pytest.raises(Stopped):
        rloo.train(config, prompts, llama, tmp_path / "out", stopped)
    stopped.stop_at = None
    again = rloo.train(config, prompts, llama, tmp_path / "out", stopped)
    assert again.steps == whole.steps == 16
    assert file_hash(again.folder / "model.safetensors") == file_hash(whole.folder / "model.safetensors")


def test_every_stage_says_what_it_is_and_what_its_options_do():
    stages = names("training.stages")
    assert {"sft", "dpo", "reward", "rloo"} <= set(stages)
    for name in ("sft", "dpo", "reward", "rloo"):
        assert len(help_of("training.stages", name)) > 80
        module = __import__(f"training.stages.{name}", fromlist=["Config"])
        assert all(len(field.help) > 4 for field in describe(module.Config))
        assert module.KIND in files.KINDS
        assert module.Config() != module.POCKET
