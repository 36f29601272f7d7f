"""Stages made of stages on real tiny models: BPO's rounds, MPO's two parts, ensembles of reward models."""

from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from arena.errors import BadRequest
from arena.jobs.types import Stopped
from arena.plugins import Choice
from tests.training import tiny
from tests.training.stages.test_online import same
from training import checkpoints
from training import rows as files
from training.errors import TooFew
from training.rewards import classifier, ensemble
from training.rl.drawing import Said
from training.stages import bpo, mpo, reward, reward_ensemble
from training.types import PairRow, PromptRow

ROUNDS = replace(
    bpo.POCKET, epochs=4, lr=3e-3, batch=8, micro=16, max_tokens=6, missing_end=0.0, least=2, samples=1,
    save_every=2, log_every=1, max_length=64,
)  # fmt: skip


@pytest.fixture(scope="module")
def liking(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Choice:
    """A reward model that likes red."""
    folder = tmp_path_factory.mktemp("liking")
    said = [
        {"prompt": q, "chosen": "red", "rejected": b}
        for q, _ in tiny.FACTS
        for b in ("0", "of", "x!", "hot a")
    ]
    rows = tiny.lines(folder / "rows.jsonl", said * 4)
    config = replace(reward.POCKET, epochs=6, lr=5e-3, batch=8, micro=8, holdout=0.0, least=1)
    made = reward.train(config, rows, llama, folder / "model", tiny.Paper(folder / "desk"))
    return Choice("classifier", {"model": str(made.folder)})


def prompts(folder: Path, copies: int = 4) -> Path:
    return tiny.prompt_rows(folder / "prompts.jsonl", copies)


def curve(desk: tiny.Paper, name: str) -> list[float]:
    return [y for what, _, y in desk.figures if what == name]


def test_each_round_learns_from_what_the_model_before_it_said(llama, liking, desk, tmp_path):
    config = replace(ROUNDS, rounds=3, reward=liking)
    result = bpo.train(config, prompts(tmp_path, 12), llama, tmp_path / "out", desk)
    rewards = curve(desk, "reward")
    assert len(rewards) == 3
    assert rewards[-1] > rewards[0] + 0.3
    assert result.figures["labels"] == 48 * 4
    assert result.rows == 48
    steps = [x for what, x, _ in desk.figures if what == "rewards/margin"]
    assert steps == sorted(steps)
    made = checkpoints.read(tmp_path / "out")
    assert made.parents["reference_is"] == "behaviour"
    assert not list((tmp_path / "desk" / "work").iterdir())


def test_the_budget_of_labels_is_the_same_for_any_number_of_rounds():
    rows = [PromptRow(str(at), str(at), ("x",)) for at in range(25)]
    dealt = {f: bpo._dealt(replace(ROUNDS, rounds=f, prompts=20), rows) for f in (1, 2, 4)}
    assert {f: [len(part) for part in parts] for f, parts in dealt.items()} == {
        1: [20], 2: [10, 10], 4: [5, 5, 5, 5]
    }  # fmt: skip
    assert dealt[1][0] == dealt[4][0] + dealt[4][1] + dealt[4][2] + dealt[4][3]
    with pytest.raises(BadRequest, match="30 prompts are asked for, there are 25"):
        bpo._dealt(replace(ROUNDS, prompts=30), rows)


@pytest.mark.slow
@pytest.mark.parametrize("members", [1, pytest.param(2, marks=pytest.mark.long)])
def test_stopped_in_a_later_round_it_goes_on_to_the_same_weights(llama, liking, tmp_path, members):
    config = replace(ROUNDS, rounds=2, members=members, reward=liking, reference="initial")
    rows = prompts(tmp_path)
    whole = bpo.train(config, rows, llama, tmp_path / "whole", tiny.Paper(tmp_path / "a"))
    desk = tiny.Paper(tmp_path / "b")

    class Late(tiny.Paper):
        """Stops within the training of the second round."""

        def check(self) -> None:
            if list(self.folder.glob("work/bpo-*/round-1/manifest.json")) and self.done == 3:
                raise Stopped

    with pytest.raises(Stopped):
        bpo.train(config, rows, llama, tmp_path / "out", Late(tmp_path / "b"))
    again = bpo.train(config, rows, llama, tmp_path / "out", desk)
    assert again.figures == whole.figures
    assert same(again.folder, whole.folder)


def test_best_against_worst_of_what_was_said_and_nothing_of_equals():
    row = PromptRow("1", "p", ("a", "b"), ("h",), natural="n")
    said = [Said("good", True), Said("cut", False), Said("bad", True), Said("", True)]
    made = bpo.paired(row, said, [2.0, 2.5, 0.0, 9.0], 1.0)
    assert (made.chosen, made.rejected) == (("h", "good"), ("h", "bad"))
    assert (made.gap, made.origin, made.natural) == (2.0, "on_policy", "n")
    assert bpo.paired(row, said, [1.0, None, 1.0, None], 1.0) is None
    assert bpo.paired(row, [Said("x", True)] * 2, [1.0, 2.0], 0.0) is None


def test_where_nothing_is_told_apart_it_says_so(llama, tmp_path, desk, liking):
    config = replace(ROUNDS, rounds=2, temperature=1e-4, reward=liking)
    with pytest.raises(TooFew, match=r"bpo: in no round were 2 answers told apart: round 2 taught nothing"):
        bpo.train(config, prompts(tmp_path), llama, tmp_path / "out", desk)


def mixed(folder: Path) -> Path:
    """Pairs that the reward tells well apart, and pairs of which it knows nothing."""
    easy = [PairRow(f"e{i}", f"e{i}", (q,), ("red",), ("hot a",)) for i, (q, _) in enumerate(tiny.FACTS * 4)]
    hard = [PairRow(f"h{i}", f"h{i}", (q,), ("0",), ("0 ",)) for i, (q, _) in enumerate(tiny.FACTS * 4)]
    files.write(folder / "mixed.jsonl", [*easy, *hard])
    return folder / "mixed.jsonl"


MIXED = replace(
    mpo.POCKET, epochs=2, lr=3e-3, batch=8, micro=8, least=2, apart=0.5,
    reinforcement={
        "iterations": 2, "lr": 1e-3, "batch": 16, "micro": 16, "warmup_values": 1, "max_tokens": 4,
        "log_every": 1,
    },
)  # fmt: skip


def test_easy_pairs_go_to_dpo_and_the_prompts_of_hard_ones_to_ppo(llama, liking, desk, tmp_path):
    config = replace(MIXED, reward=liking, epochs=4, log_every=1)
    result = mpo.train(config, mixed(tmp_path), llama, tmp_path / "out", desk)
    assert (result.figures["easy"], result.figures["hard"]) == (16, 16)
    assert result.figures["dpo/rewards/margin"] > 0.1
    assert "ppo/kl" in result.figures
    assert abs(curve(desk, "kl")[0]) < 1e-3  # PPO's reference is where DPO ended
    assert result.steps == 8 + 2
    assert mpo.train(config, mixed(tmp_path), llama, tmp_path / "out", desk) == result


def test_a_scale_of_each_heap_moves_no_pair_apart(liking, tmp_path):
    """An ensemble centres what it scores together: chosen answers alone would look like any others."""
    pairs = [PairRow(str(at), str(at), ("what",), ("red blue",), ("no",)) for at in range(200)]
    members = (liking, replace(liking, options={**liking.options}))
    pooled = Choice(
        "ensemble", {"members": [{"name": one.name, "options": dict(one.options)} for one in members]}
    )
    far = mpo._distances(replace(MIXED, reward=pooled), pairs, lambda: None)
    assert min(map(abs, far)) > 1


def test_a_part_with_too_little_is_left_out_and_wrong_fields_are_named(llama, liking, desk, tmp_path):
    config = replace(MIXED, reward=liking, apart=1e9, least=8)
    result = mpo.train(config, mixed(tmp_path), llama, tmp_path / "out", desk)
    assert any(note.startswith("dpo was left out: dpo: 0 of 0 rows") for note in result.notes)
    with pytest.raises(BadRequest, match="ppo has no option 'iteration'"):
        mpo.train(
            replace(config, reinforcement={"iteration": 3}), mixed(tmp_path), llama, tmp_path / "o", desk
        )
    gaps = replace(MIXED, by="gap", reward=liking, reinforcement={"reward": {}})
    with pytest.raises(BadRequest, match="name the reward in `reward`"):
        mpo.train(gaps, mixed(tmp_path), llama, tmp_path / "o", desk)


def test_members_differ_are_found_together_and_pooled_with_care(llama, desk, tmp_path):
    rows = tiny.pair_rows(tmp_path / "rows.jsonl", 4, margin=1)
    config = replace(reward_ensemble.POCKET, members=2, lr=5e-3, batch=8, micro=8, least=1, bootstrap=True)
    result = reward_ensemble.train(config, rows, llama, tmp_path / "out", desk)
    one, other = (load_file(path) for path in sorted((tmp_path / "out").rglob("model.safetensors")))
    assert any((one[name] != other[name]).any() for name in one)
    asked = [PromptRow("1", "1", ("capital of A",))] * 2
    told = {
        pool: classifier.open(classifier.Config(str(result.folder), pool=pool)).score(asked, ["Paris", "of"])
        for pool in ("mean", "least", "cautious")
    }
    assert told["mean"][0] > told["least"][0] >= told["cautious"][0] - 1e-5
    assert checkpoints.whole(result.folder)
    assert reward_ensemble.train(config, rows, llama, tmp_path / "out", desk) == result


def test_rewards_of_different_kinds_are_brought_to_one_scale(liking):
    from arena.pocket.parts import draw

    task = next(task for task in draw("d1", 20) if len(task.turns) == 1)
    row = PromptRow("1", "1", tuple(turn.text for turn in task.turns), natural=task.natural)
    said = [task.turns[0].gold, "no", "red", "blue"]
    truth = {"name": "truth", "options": {"scale": 0.01}}
    made = ensemble.Config((Choice("truth", truth["options"]), liking), pool="mean")
    pooled = ensemble.open(made).score([row] * 4, said)
    assert abs(sum(pooled)) < 1e-6
    assert pooled[0] > pooled[1]
    plain = ensemble.open(replace(made, scaled=False, pool="least")).score([row] * 4, said)
    assert min(plain) < -100
    with pytest.raises(BadRequest, match="name its members"):
        ensemble.open(ensemble.Config())
