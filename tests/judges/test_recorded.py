"""Verdicts that are there already, found by prompt, models and order."""

from dataclasses import replace

import pytest

from arena import plugins
from arena.errors import NotFound
from arena.keys import key
from arena.plugins import Choice
from arena.referee import fold, play
from tests.judges import games
from tests.store import build

MATCH = games.match()


def record(judge="j", a="4", battle="b1"):
    def side(model, text):
        return {"id": key(model, text), "prompt": key("q"), "model": model, "turns": [text]}

    said = [(1, "a", 9, 2), (2, "b", 3, 8)]
    verdicts = [
        {"id": key(battle, judge, game), "battle": key(battle), "judge": judge, "game": game,
         "swapped": game == 2, "winner": winner, "score_a": one, "score_b": two,
         "explanation": f"game {game}", "raw": "all of it"}
        for game, winner, one, two in said
    ]  # fmt: skip
    prompt = {"id": key("q"), "source": "b", "natural": "q", "turns": ["What is 2 + 2?"]}
    told = {"id": key(battle), "model_a": "x", "model_b": "y", "prompt": key("q"), "games": 2,
            "response_a": key("x", a), "response_b": key("y", "5")}  # fmt: skip
    texts = {"response_a": side("x", a), "response_b": side("y", "5")}
    return {"board": "b", "battle": told, "prompt": prompt, **texts, "verdicts": verdicts}


def opened(path, **options):
    config = plugins.config("arena.judges", Choice("recorded", {"path": str(path), **options}))
    return plugins.load("arena.judges", "recorded").open(config)


@pytest.fixture
def path(tmp_path):
    return build.lines(tmp_path / "b.jsonl", [record(), record("other")])


def test_verdicts_come_back_as_they_were(path):
    verdicts = list(play(games.both(), opened(path, judge="j"), 0))
    said = [(v.game, v.winner, v.score_a, v.score_b, v.explanation, v.raw) for v in verdicts]
    assert said == [(1, "a", 9, 2, "game 1", "all of it"), (2, "b", 3, 8, "game 2", "all of it")]
    assert {v.id for v in verdicts} == {game.id for game in games.both()}
    assert fold(verdicts, 2).winner == "a"


def test_sides_may_be_exchanged(path):
    """y against x, y first, is what was recorded of x against y with y first: the second game."""
    turned = [replace(g, a=replace(g.a, model="y"), b=replace(g.b, model="x")) for g in games.both("5", "4")]
    verdicts = list(opened(path, judge="j").judge(turned))
    assert [(v.winner, v.score_a, v.score_b, v.explanation) for v in verdicts] == [
        ("a", 8, 3, "game 2"), ("b", 2, 9, "game 1"),
    ]  # fmt: skip


def test_what_is_missing_is_named(path):
    for asked in (games.both("another answer"), games.both(asked="Why?")):
        verdict = next(iter(opened(path, judge="j").judge(asked)))
        assert verdict.status == "error"
        assert "no recorded verdict on x, then y" in verdict.explanation


def test_whose_verdicts_must_be_said_where_there_are_several(path):
    with pytest.raises(NotFound, match="there are j, other"):
        opened(path)
    with pytest.raises(NotFound, match="no verdicts of 'me'"):
        opened(path, judge="me")
    module = plugins.load("arena.judges", "recorded")
    found = module.check(
        plugins.config("arena.judges", Choice("recorded", {"path": str(path), "judge": "j"}))
    )
    assert (found[0].level, found[0].text) == ("green", "2 games by j")


def test_vicunas_reviews_judge_again(shared):
    """A real folder of questions, answers and reviews: its own battles get its own verdicts."""
    judge = opened(shared / "vicuna_blog_eval", judge="gpt-3.5-turbo")
    assert sum(map(len, judge.said.values())) == 5 * 80
    (turns, first, second), found = next(iter(judge.said.items()))
    asked = games.both(found[0].first, found[0].second, asked=turns)[:1]
    named = [replace(g, a=replace(g.a, model=first), b=replace(g.b, model=second)) for g in asked]
    verdict = next(iter(judge.judge(named)))
    assert (verdict.score_a, verdict.status) == (found[0].verdict.score_a, found[0].verdict.status)
