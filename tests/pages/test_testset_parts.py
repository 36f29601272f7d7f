"""Pictures and words of a test set: hostile prompts stay text, the funnel adds up, nothing covers another."""

import html
import json
from dataclasses import replace

import pytest

from arena.corpus.clean import Example, StepFound
from arena.corpus.report import ClusterFound, Dot, Rated, Report, SetFound, SourceFound
from arena.pages import setcharts, setview
from arena.service.running import RunLine
from arena.service.testsets import SetInfo, SetPrompt, SetPromptsFound, TestSetsFound

SHOUT = '<img src=x onerror=alert(1)>"><script>'


@pytest.fixture
def report() -> Report:
    step = StepFound("prefix", {}, 10, 6, 4, {SHOUT: 4}, (Example("s", "n", SHOUT, SHOUT, SHOUT),))
    clusters = tuple(ClusterFound(at, 1 + at, at / 10, at / 10, (SHOUT, "word"), (SHOUT,)) for at in range(6))
    dots = tuple(Dot(at / 10, -at / 10, at, kind, SHOUT) for at, kind in enumerate(("", "diverse", "hard")))
    found = SetFound("mix", 6, {SHOUT: 6}, {"en": 6}, {"1": 4, "10": 1, "2": 1}, {"s": 6}, ())
    rated = Rated("proxy", "a formula", 6, {"unparsed": 2}, (0, 3, 2, 1, 0, 0, 0, 0, 0, 0))
    read = (SourceFound("s", 1, ("jsonl",), 10, 1, {"no prompt": 1}),)
    return Report("t", read, (step,), (), 6, 0, clusters, "full", dots, 0.2, rated, (found,))


def test_words_of_prompts_never_become_tags(report):
    parts = [setcharts.funnel(report), setcharts.plane(report), setview.clusters(report)]
    parts += [setcharts.shares("Categories", report.sets[0].categories)]
    prompt = SetPrompt("id", SHOUT, (SHOUT,), (SHOUT,), 1.0, 0)
    parts += [setview.prompts(SetPromptsFound("t", "mix", 0, (prompt,), False))]
    for part in parts:
        assert "&lt;img src=x" in part
        assert "<img" not in part
        assert "<script" not in part


def test_the_map_has_every_cluster_once_and_its_words_as_data(report):
    drawn = setcharts.plane(report)
    assert drawn.count('class="cluster"') == 6
    assert drawn.count("<g><circle") == 6
    assert drawn.count('class="specks') == 3
    told = json.loads(html.unescape(drawn.split('data-clusters="')[1].split('"')[0]))
    assert told["5"][0] == 6


def test_a_single_point_and_an_empty_map_can_be_drawn(report):
    alone = replace(report, clusters=report.clusters[:1], dots=report.dots[:1])
    assert "nan" not in setcharts.plane(alone)
    assert "nan" not in setcharts.plane(replace(report, clusters=(), dots=()))
    assert "svg" in setcharts.difficulty((), ())


def test_turns_are_in_order_and_the_rest_is_summed(report):
    assert list(setview._turns(report.sets[0])) == ["1", "2", "10"]
    many = setcharts.shares("X", {f"c{at}": 20 - at for at in range(15)}, most=10)
    assert many.count("<li>") == 11
    assert ">others<" in many


def test_the_list_says_what_to_do_where_there_is_none():
    assert "No test sets yet" in setview.listed(TestSetsFound(()), "")
    one = SetInfo("mine", "/x", "d", 10, 6, {"diverse": 2, "hard": 2, "mix": 4, "D0": 1, "D1": 1}, "proxy")
    shown = setview.listed(TestSetsFound((one,)), "mine")
    assert 'aria-current="true"' in shown
    assert "2 × 1" in shown


def test_builds_have_buttons_only_for_who_may_use_them():
    line = RunLine(
        "testset-1", "testset", "test set mine", None, "running", "2026-01-01", "embed", 3, 10, None, None,
        0, "",
        None, ("pause", "stop"),
    )  # fmt: skip
    assert setview.builds([line], free=True).count('data-do="') == 2
    assert 'data-do="' not in setview.builds([line], free=False)
    assert "embed: 3 of 10" in setview.builds([line], free=False)
    assert setview.builds([], free=True) == ""
