"""Flips and flags as HTML: both judgings side by side with the sentence that turned; what checks found."""

from datetime import UTC, datetime

import pytest

from arena.filters import Filters
from arena.flags import Done, Flag
from arena.pages import diff, flagging, guard, judging, listing, look, turned
from arena.pages.place import Place, Spot
from arena.service.guarding import Guarded, Move
from arena.service.requests import BoardInfo
from arena.types import Verdict
from tests.pages.test_markup import Seen

EVIL = "<script>alert(1)</script>"
BOARD = BoardInfo("mine", "battles", 2, 9, "j", None, None, None, None, (), (), shipped=False)
SAME = "Both stay on topic."
ONE = Verdict("1", "b", "j", 1, winner="a", explanation=f"{SAME} A shows its steps. So A wins.")
TWO = Verdict(
    "2", "b", "j", 2, swapped=True, winner="b", explanation=f"{SAME} B is shorter {EVIL}. So B wins."
)
THREE = Verdict("3", "b", "j", 2, swapped=True, winner="a", explanation=f"{SAME} A again.")
HERE = Place(Spot("mine"), Filters())
WORDS = Place(Spot("mine", show="words"), Filters(flipped=True))


def test_two_judgings_stand_side_by_side_with_the_sentence_that_turned() -> None:
    html = judging.judged((ONE, TWO), WORDS)
    seen = Seen(html)
    assert html.count('<section class="verdict compared') == 2
    assert '<blockquote class="turn a" dir="auto">So A wins.</blockquote>' in html
    assert '<blockquote class="turn b" dir="auto">So B wins.</blockquote>' in html
    assert seen.text.count(SAME) == 2
    assert "script" not in seen.tags


def test_each_text_is_whole_beside_the_other() -> None:
    first, second = ONE.explanation or "", TWO.explanation or ""
    parts = diff.diff(first, second)
    assert Seen(diff.side(parts, "a")).text == first
    assert Seen(diff.side(parts, "b")).text == second


def test_only_games_of_one_judge_with_different_winners_are_called_flipped() -> None:
    assert "another winner" in judging.judged((ONE, TWO), HERE)
    assert "/battles?board=mine&amp;show=words" in judging.judged((ONE, TWO), HERE)
    assert "/battles?board=mine&amp;flipped=yes" in judging.judged((ONE, TWO), HERE)
    assert "another winner" not in judging.judged((ONE, THREE), HERE)
    assert turned.ends_of("Same. Mine.", "Same.\nYours.") == ("Mine.", "Yours.")


@pytest.mark.parametrize(("first", "second", "flips"), [
    ({"winner": "a"}, {"winner": "b"}, True),
    ({"score_a": 7.0, "score_b": 5.0}, {"score_a": 5.0, "score_b": 7.0}, True),
    ({"preference": 0.9}, {"preference": 0.2}, True),
    ({"winner": "a"}, {"winner": "tie"}, False),
    ({"winner": "a"}, {"winner": "b", "status": "unparsed"}, False),
    ({"score_a": 7.0, "score_b": 7.0}, {"winner": "b"}, False),
])  # fmt: skip
def test_games_disagree_where_both_name_a_winner_and_not_the_same(first, second, flips) -> None:
    assert turned.disagree(Verdict("1", "b", "j", **first), Verdict("2", "b", "j", **second)) is flips


def test_among_flipped_battles_the_next_one_shows_its_explanations_too() -> None:
    assert listing.kept(WORDS) == "words"
    assert listing.kept(Place(Spot("mine", show="words"), Filters())) is None
    assert listing.kept(Place(Spot("mine"), Filters(flipped=True))) is None


def test_flags_say_what_was_found_and_hide_names_where_blind() -> None:
    flags = (
        Flag("copy", battle="b"),
        Flag("trained", prompt="p", model="elm", source="rows", item="7", said=EVIL),
    )
    open_ = Seen(flagging.flagged(flags, HERE))
    assert "the same, to the letter" in open_.text
    assert "elm was trained on a prompt like this (rows, 7; likeness 1.00)" in open_.text
    assert "script" not in open_.tags
    blind = Seen(flagging.flagged(flags, Place(Spot("mine", blind=True), Filters()))).text
    assert "elm" not in blind
    assert "rows" not in blind
    assert flagging.flagged((), HERE) == ""


DONE = Done("id", "mine", datetime(2026, 1, 2, tzinfo=UTC), 9, 0.7, 0)


def test_the_guard_has_one_switch_and_says_who_moves() -> None:
    moves = (
        Move("x", 1, 1100.0, 2, 1000.0),
        Move(EVIL, 2, 900.0, 1, 1010.0),
        Move("z", 3, 800.0, None, None),
    )
    found = Guarded("mine", 9, 3, {"copy": 2, "public": 1}, DONE, 4, moves)
    off, on = (guard.line(look.Scene(BOARD, Filters(clean=clean)), found) for clean in (None, True))
    assert 'aria-checked="false"' in off
    assert "/?board=mine&amp;clean=yes" in off
    assert 'aria-checked="true"' in on
    text = Seen(on).text
    assert "3 of 9 battles (33.3 %) are left out: 2 identical answers, 1 prompts of public sets" in text
    assert "x 1 → 2" in text
    assert "z has no battles left" in text
    assert "4 battles came since" in text
    assert "script" not in Seen(on).tags


def test_the_guard_says_that_nothing_was_checked_or_found() -> None:
    never = Guarded("mine", 9, 0, {}, None, 9, ())
    assert "Not checked" in guard.line(look.Scene(BOARD), never)
    assert "No leaks or copies found" in guard.line(look.Scene(BOARD), Guarded("mine", 9, 0, {}, DONE, 0, ()))
