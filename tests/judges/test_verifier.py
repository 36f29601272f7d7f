"""The verifier: right about everything by default, and imperfect exactly as far as its settings say."""

from dataclasses import replace
from itertools import product

import pytest

from arena.judges import verifier
from arena.judges.types import Game
from arena.judges.verifier import Config
from arena.prompts import pocket
from arena.types import Prompt, Reference, Response, Verdict


def games(count: int = 400) -> list[Game]:
    """Both orders of battles between a right and a wrong answer, the right one on either side."""
    read = list(pocket.read(pocket.Config(split="panel", n=count), "pocket"))
    made = []
    for number, (prompt, reference) in enumerate(zip(read[::2], read[1::2], strict=True)):
        assert isinstance(prompt, Prompt)
        assert isinstance(reference, Reference)
        right = Response(f"{number}r", prompt.id, "right", reference.turns)
        wrong = Response(f"{number}w", prompt.id, "wrong", ("i do not know at all what you want of me here",))
        sides = (right, wrong) if number % 2 else (wrong, right)
        made += [
            Game(f"{number}-{game}", str(number), prompt, *sides, game, seed=2 * number + game)
            for game in (1, 2)
        ]
    return made


def judged(config: Config, played: list[Game]) -> list[Verdict]:
    return list(verifier.open(config).judge(played))


def truth(game: Game) -> str:
    return "a" if game.a.model == "right" else "b"


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_the_right_answer_wins_in_both_orders() -> None:
    played = games(50)
    for game, verdict in zip(played, judged(Config(), played), strict=True):
        assert (verdict.winner, verdict.status) == (truth(game), "ok")
        assert (verdict.id, verdict.battle, verdict.swapped) == (game.id, game.battle, game.game == 2)
        assert "is right, form as asked" in str(verdict.explanation)


def test_swapping_sides_swaps_the_scores() -> None:
    played = games(50)
    other = [replace(game, a=game.b, b=game.a) for game in played]
    for one, two in zip(judged(Config(), played), judged(Config(), other), strict=True):
        assert (one.score_a, one.score_b) == (two.score_b, two.score_a)


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_errors_are_as_frequent_as_set(rate: float) -> None:
    played = games()
    wrong = [v.winner != truth(g) for g, v in zip(played, judged(Config(error=rate), played), strict=True)]
    assert share(wrong) == pytest.approx(rate, abs=0.05)


def test_the_first_seat_wins_as_often_as_set() -> None:
    verdicts = judged(Config(position_bias=0.2), games())
    first = [(verdict.winner == "b") == verdict.swapped for verdict in verdicts]
    assert share(first) == pytest.approx(0.7, abs=0.05)


def test_the_longer_answer_wins_when_set_to() -> None:
    played = games(100)
    for game, verdict in zip(played, judged(Config(length_bias=1.0), played), strict=True):
        longer = "a" if len(" ".join(game.a.turns)) > len(" ".join(game.b.turns)) else "b"
        assert verdict.winner == longer


def test_what_cannot_be_read_is_no_verdict() -> None:
    verdicts = judged(Config(unreadable=0.25), games())
    unread = [verdict for verdict in verdicts if verdict.status == "unparsed"]
    assert len(unread) / len(verdicts) == pytest.approx(0.25, abs=0.05)
    assert {(verdict.winner, verdict.score_a) for verdict in unread} == {(None, None)}
    assert all(verdict.raw for verdict in unread)


def test_a_prompt_of_another_world_is_an_error_of_that_game_only() -> None:
    played = games(2)
    played[0] = replace(played[0], prompt=replace(played[0].prompt, natural="mt-bench-81"))
    first, *others = judged(Config(), played)
    assert first.status == "error"
    assert "source `pocket`" in str(first.explanation)
    assert {verdict.status for verdict in others} == {"ok"}


def test_settings_make_another_judge() -> None:
    settings = [Config(*values) for values in product((0, 0.1), repeat=4)]
    assert len({verifier.identity(config) for config in settings}) == 16
    assert len({verifier.open(config).name for config in settings}) == 16
    assert [verifier.check(config)[0].level for config in settings[:2]] == ["green", "amber"]
