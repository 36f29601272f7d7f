"""Kept answers: the same as asked anew, forgotten on a write, and never more than there is room for."""

import threading

import numpy as np
import pytest

from arena.store.answers import Answers


def test_an_answer_is_asked_for_once_until_a_write() -> None:
    asked: list[int] = []

    def answer() -> list[tuple[int]]:
        asked.append(1)
        return [(len(asked),)]

    known = Answers()
    assert [known.get("q", answer), known.get("q", answer)] == [[(1,)], [(1,)]]
    known.written()
    assert known.get("q", answer) == [(2,)]


def test_an_answer_that_a_write_overtook_is_not_kept() -> None:
    known = Answers()

    def slow() -> list[tuple[str]]:
        known.written()
        return [("old",)]

    assert known.get("q", slow) == [("old",)]
    assert known.get("q", lambda: [("new",)]) == [("new",)]


def test_the_answer_asked_for_longest_ago_goes_first() -> None:
    known = Answers(most=2_000)
    for name in ("a", "b", "a", "c"):
        known.get(name, lambda: [(0,) * 15])
    assert known.get("a", lambda: "anew") != "anew"
    assert known.get("b", lambda: [("anew",)]) == [("anew",)]
    assert known.get("large", lambda: {"x": np.zeros(1_000)})["x"].flags.writeable


def test_nobody_changes_what_is_kept() -> None:
    known = Answers()
    known.get("q", lambda: {"x": np.zeros(3)})
    with pytest.raises(ValueError, match="read-only"):
        known.get("q", dict)["x"][0] = 1


def test_a_write_to_one_board_leaves_what_is_known_of_another() -> None:
    known = Answers()
    known.get("one", lambda: [(1,)], boards=(1,))
    known.get("two", lambda: [(2,)], boards=(2,))
    known.get("all", lambda: [(3,)])
    known.written({1})
    assert known.get("one", lambda: [("anew",)], boards=(1,)) == [("anew",)]
    assert known.get("two", lambda: [("anew",)], boards=(2,)) == [(2,)]
    assert known.get("all", lambda: [("anew",)]) == [("anew",)]


def test_what_many_ask_at_once_is_made_once() -> None:
    known, made, go = Answers(), [], threading.Event()

    def slow() -> list[tuple[int]]:
        made.append(1)
        go.wait(30)
        return [(7,)]

    found: list[object] = []
    many = [threading.Thread(target=lambda: found.append(known.get("q", slow))) for _ in range(8)]
    for one in many:
        one.start()
    go.set()
    for one in many:
        one.join(30)
    assert (found, len(made)) == ([[(7,)]] * 8, 1)


def test_an_answer_that_cannot_be_had_is_asked_for_again() -> None:
    known = Answers()
    with pytest.raises(ZeroDivisionError):
        known.get("q", lambda: 1 / 0)
    assert known.get("q", lambda: [(1,)]) == [(1,)]
