"""Merging as a job, by itself and as a step of a flywheel."""

from pathlib import Path

import pytest

from arena.errors import BadRequest
from arena.jobs import catalog, plan
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Plan
from tests.training import tiny
from tests.training.flywheel import small
from training import checkpoints
from training.kinds import merge


def test_models_are_merged_by_a_worker(llama, tmp_path):
    other = tiny.llama(tmp_path / "other", seed=1)
    told = {"start": str(llama), "others": [str(other)], "way": "expo", "amount": 0.25}
    run = RunFolder(tmp_path / "runs" / plan.launch(tmp_path / "runs", Plan("merge", told)).id)
    assert small.worker(run).wait(timeout=120) == 0, run.log.read_text()
    made = checkpoints.read(run.outputs / "model")
    assert made is not None
    assert (made.stage, made.config, list(made.parents)) == ("expo", {"alpha": 0.25}, ["start", "other"])


def test_what_cannot_be_merged_is_red(llama, tmp_path):
    for told, words in (
        ({"start": str(llama), "others": [str(tmp_path)]}, "no model directory with"),
        ({"start": str(llama), "others": [str(llama)] * 2, "way": "ema"}, "ema takes one other model, not 2"),
    ):
        (found,) = merge.check(catalog.config("merge", told))
        assert found.level == "red"
        assert words in found.text
    with pytest.raises(BadRequest, match="others"):
        catalog.config("merge", {"start": str(llama), "others": []})


@pytest.mark.slow
@pytest.mark.long
def test_a_flywheel_goes_on_with_the_merge(tmp_path: Path) -> None:
    stage = small.stage("sft", 1, options={"epochs": 1}, blend={"way": "average", "amount": 0.75})
    run = small.made(tmp_path / "runs", small.settings(tmp_path / "made", [stage]))
    assert small.worker(run).wait(timeout=600) == 0, run.log.read_text()[-2000:]
    model = Path(small.told(run)["versions"][1]["model"])
    assert model.parts[-3].endswith("i1-sft-merge")
    made = checkpoints.read(model)
    assert made is not None
    assert made.config == {"weights": [0.75, 0.25]}
