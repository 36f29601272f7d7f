"""The verdict of an iteration: what it took, what was gained twice over, and what to doubt."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from arena.service.service import Service
from tests.store import build
from tests.training.flywheel import finished
from training.flywheel.gain import Gain, Gains
from training.pages import gains, near
from training.pages.spot import Spot
from training.service import Guest, Iteration, IterationFound


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IterationFound]:
    home = tmp_path_factory.mktemp("wheel")
    finished.flywheel(home / "runs")
    with Service(build.settings(home), "test") as service:
        yield Guest(service).one(Iteration("iteration-made"))


def test_the_verdict_says_both_gains_and_what_it_took(found: IterationFound) -> None:
    assert found.whole is not None
    twice = Gains(Gain(100.0, 40.0, 160.0, 9), Gain(20.0, -30.0, 70.0, 9))
    html = gains.verdict(replace(found, whole=replace(found.whole, gains=twice)), free=False)
    assert "plain +100 (+40 to +160)" in html
    assert "nothing is sure to be gained: +20 (−30 to +70)" in html
    assert "3 s" in html
    assert "for 1 stage" in html


def test_an_open_stage_changes_nothing_of_the_verdict(found: IterationFound) -> None:
    assert found.moved is not None
    assert "battles that turned" in gains.verdict(found, free=False)
    for part in (None, replace(found.moved, before="another version", won=99)):
        assert gains.verdict(replace(found, moved=part), free=False) == gains.verdict(found, free=False)


def test_a_rating_that_rose_while_skill_fell_is_doubted(found: IterationFound) -> None:
    assert found.report is not None
    first, second = found.report.versions
    worse = replace(second, checks={"skill": 0.01, "skill, low": 0.0, "skill, high": 0.05})
    told = replace(found, report=replace(found.report, versions=(first, worse)))
    assert "fell from 20.0 % to 1.0 %: it has forgotten" in gains.verdict(told, free=False)
    both = replace(told.report, versions=(first, replace(worse, rating=(first.rating or 0) - 9)))
    assert "fell from 20.0 % to 1.0 %." in gains.verdict(replace(told, report=both), free=False)
    assert "fell from" not in gains.verdict(found, free=False)


def test_parents_in_the_family_tree_have_names(found: IterationFound) -> None:
    html = near.tree(found.family, frozenset(), Spot("iteration-made"))
    assert finished.NEW in html
    assert "-train" not in html


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("iteration-9.i1-sft-train", "i1-sft of iteration-9"),
        ("study-9.raw-s0.i1-sft-merge", "i1-sft of study-9.raw-s0"),
        ("Qwen2.5-0.5B-Instruct", "Qwen2.5-0.5B-Instruct"),
        ("", "not named"),
    ],
)
def test_a_model_s_own_name_may_have_dots(run: str, said: str) -> None:
    assert near._called(run, {}) == said
