"""PPO on real models of a few thousand weights: it learns a toy reward, stays near, goes on, says why not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from arena.errors import BadRequest, NotFound
from arena.jobs.types import Stopped
from arena.plugins import Choice
from tests.training import tiny
from training import rows as files
from training.errors import Diverged, TooFew, TooLarge
from training.rewards import classifier
from training.stages import course, loading, ppo
from training.stages.types import Result
from training.types import PromptRow

CONFIG = replace(
    ppo.POCKET, batch=32, micro=16, iterations=8, lr=1e-2, kl=0.0, warmup_values=1, max_tokens=6,
    missing_end=0.0, save_every=2, samples=1, least=2,
)  # fmt: skip


class Letters:
    """Pays for every letter a."""

    critic: Path | None = None

    def score(self, _: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        return [float(answer.count("a")) for answer in answers]


class Nothing(Letters):
    """Pays nothing a number could say."""

    def score(self, _: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        return [float("nan")] * len(answers)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.llama(tmp_path_factory.mktemp("start"))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    asked = tmp_path / "prompts.jsonl"
    files.write(asked, [PromptRow(str(i), str(i), (question,)) for i, (question, _) in enumerate(tiny.FACTS)])
    return asked


def learnt(
    config: ppo.Config, start: Path, rows: Path, folder: Path, desk: tiny.Paper, reward: Letters
) -> Result:
    """The stage with a reward of the test's own."""
    loading.quiet()
    plan = course.begin("ppo", config, rows, start, folder / "out", desk, version=ppo.VERSION)
    tokens = loading.tokenizer(start)
    prompts = [row for row in files.read(rows, "prompt") if isinstance(row, PromptRow)]
    learner = ppo.Learner(config, start, tokens, reward, plan)
    return learner.learn(prompts, [ppo._ids(tokens, row) for row in prompts])


def curve(desk: tiny.Paper, name: str) -> list[float]:
    return [y for what, _, y in desk.figures if what == name]


@pytest.mark.parametrize("baseline", [pytest.param("group", marks=pytest.mark.slow), "value"])
def test_it_learns_what_is_paid_for(baseline: str, start: Path, rows: Path, tmp_path: Path) -> None:
    desk = tiny.Paper(tmp_path)
    result = learnt(replace(CONFIG, baseline=baseline), start, rows, tmp_path, desk, Letters())
    rewards = curve(desk, "reward")
    assert len(rewards) == 8
    assert rewards[-1] > rewards[0] + 1
    assert set(result.figures) >= {"kl", "kl_step", "entropy", "clipped_policy", "clipped_value", "explained"}
    assert [sample.split(":")[0] for sample in desk.samples] == ["before", "after"]


def test_one_number_may_stand_in_for_the_value_model(start: Path, rows: Path, tmp_path: Path) -> None:
    desk = tiny.Paper(tmp_path)
    learnt(replace(CONFIG, values="constant", warmup_values=0), start, rows, tmp_path, desk, Letters())
    rewards, explained = curve(desk, "reward"), curve(desk, "explained")
    assert rewards[-1] > rewards[0] + 1
    assert max(map(abs, explained)) < 1e-3  # what is the same everywhere explains nothing


def test_memory_that_is_too_small_is_met_once_with_half_the_answers(
    start: Path, rows: Path, tmp_path: Path
) -> None:
    import torch

    desk = tiny.Paper(tmp_path)
    plan = course.begin("ppo", CONFIG, rows, start, tmp_path / "out", desk, version=ppo.VERSION)

    def attempt(micro: int) -> Result:
        if micro > 8:
            torch.empty(1 << 50)
        config = replace(CONFIG, micro=micro, iterations=1)
        return learnt(config, start, rows, tmp_path, desk, Letters())

    result, notes = course.halved(plan, 16, 8, attempt)
    assert result.steps == 1
    assert notes[0].startswith("memory was too small for 16 rows at a time: went on with 8")
    with pytest.raises(TooLarge, match="ppo: memory does not hold it"):
        course.halved(plan, 32, 16, attempt)


@pytest.mark.slow
def test_a_price_on_divergence_keeps_it_near_its_reference(start: Path, rows: Path, tmp_path: Path) -> None:
    ends = {}
    for kl in (0.0, 1.0):
        desk = tiny.Paper(tmp_path / str(kl))
        result = learnt(replace(CONFIG, kl=kl), start, rows, desk.folder, desk, Letters())
        ends[kl] = result.figures["kl"]
        assert abs(curve(desk, "kl")[0]) < 1e-3
    assert ends[1.0] < ends[0.0] / 2


def test_the_policy_waits_while_the_values_warm_up(start: Path, rows: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, iterations=2, warmup_values=2)
    result = learnt(config, start, rows, tmp_path, tiny.Paper(tmp_path), Letters())
    before, after = (load_file(folder / "model.safetensors") for folder in (start, result.folder))
    assert all((before[name] == after[name]).all() for name in before)


@pytest.mark.parametrize("stop_at", [3])
@pytest.mark.slow
def test_a_stopped_run_goes_on_to_the_same_weights(
    stop_at: int, start: Path, rows: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, iterations=5, kl=0.1, kl_target=0.5)
    straight = learnt(config, start, rows, tmp_path / "a", tiny.Paper(tmp_path / "a"), Letters())
    with pytest.raises(Stopped):
        learnt(config, start, rows, tmp_path / "b", tiny.Paper(tmp_path / "b", stop_at), Letters())
    again = learnt(config, start, rows, tmp_path / "b", tiny.Paper(tmp_path / "b"), Letters())
    one, two = (load_file(result.folder / "model.safetensors") for result in (straight, again))
    assert all((one[name] == two[name]).all() for name in one)
    assert straight.figures == again.figures


def test_an_adapter_is_learnt_and_merged(start: Path, rows: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, lora=4, iterations=3)
    result = learnt(config, start, rows, tmp_path, tiny.Paper(tmp_path), Letters())
    assert (result.folder / "adapter" / "adapter_model.safetensors").is_file()
    before, after = (load_file(folder / "model.safetensors") for folder in (start, result.folder))
    assert before.keys() == after.keys()
    assert any((before[name] != after[name]).any() for name in before)


@pytest.mark.slow
def test_a_learned_reward_scores_whole_conversations(start: Path, rows: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(start, num_labels=1)
    model.config.pad_token_id = 0
    model.save_pretrained(tmp_path / "judge")
    tiny.tokenizer(tmp_path / "judge")
    config = replace(CONFIG, iterations=2, reward=Choice("classifier", {"model": str(tmp_path / "judge")}))
    result = ppo.train(config, rows, start, tmp_path / "out", tiny.Paper(tmp_path))
    assert result.steps == 2
    assert ppo.train(config, rows, start, tmp_path / "out", tiny.Paper(tmp_path)) == result
    scorer = classifier.open(classifier.Config(model=str(tmp_path / "judge"), batch=2))
    asked = [PromptRow("1", "1", ("what is hot",)), PromptRow("2", "2", ("x",)), PromptRow("3", "3", ("y",))]
    said = ["red", "a longer answer", "b"]
    together = scorer.score(asked, said)
    alone = [scorer.score([row], [one])[0] for row, one in zip(asked, said, strict=True)]
    assert together == pytest.approx(alone, abs=1e-5)


def test_an_ensemble_is_as_careful_as_it_is_told(start: Path, tmp_path: Path) -> None:
    import numpy as np

    each = np.array([[1.0, 2.0], [3.0, 2.0]])
    assert classifier._pooled(each, classifier.Config(pool="mean")).tolist() == [2.0, 2.0]
    assert classifier._pooled(each, classifier.Config(pool="least")).tolist() == [1.0, 2.0]
    assert classifier._pooled(each, classifier.Config(pool="cautious", caution=2)).tolist() == [0.0, 2.0]


def test_a_run_that_diverges_says_so(start: Path, rows: Path, tmp_path: Path) -> None:
    with pytest.raises(Diverged, match="ran away from its reference at iteration"):
        learnt(replace(CONFIG, kl_limit=0.01), start, rows, tmp_path, tiny.Paper(tmp_path), Letters())
    with pytest.raises(Diverged, match="is nan at iteration 1: lower lr"):
        learnt(CONFIG, start, rows, tmp_path / "b", tiny.Paper(tmp_path / "b"), Nothing())


def test_what_is_missing_is_named(start: Path, rows: Path, tmp_path: Path) -> None:
    desk = tiny.Paper(tmp_path)
    with pytest.raises(BadRequest, match="name the directory of a reward model"):
        ppo.train(CONFIG, rows, start, tmp_path / "out", desk)
    gone = replace(CONFIG, reward=Choice("classifier", {"model": "/nowhere"}))
    with pytest.raises(NotFound, match="/nowhere: no such model directory"):
        ppo.train(gone, rows, start, tmp_path / "out", desk)
    truth = replace(CONFIG, reward=Choice("truth"))
    with pytest.raises(TooFew, match="4 of 4 rows"):
        ppo.train(replace(truth, least=5), rows, start, tmp_path / "out", desk)
    with pytest.raises(BadRequest, match="samples_each=2 at least, or baseline=value"):
        ppo.train(replace(truth, samples_each=1), rows, start, tmp_path / "out", desk)
    with pytest.raises(BadRequest, match="is not of the pocket world"):
        ppo.train(truth, rows, start, tmp_path / "out", desk)
