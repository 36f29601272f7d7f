"""The page of votes: parts without names, words of results, the narrowing figure, odd states."""

import json
from datetime import datetime

from arena.audit import Rate
from arena.pages import ballot, trial, vote
from arena.pages.vote import Voter
from arena.service.ballots import BallotFound, Paper, Revealed, Said, TrialFound, Tried
from arena.store.ballots import Counts
from arena.types import Battle, Prompt, Record, Response
from arena.votes import Seen, Vote, course

WHEN = datetime.fromisoformat("2026-11-21")
RECORD = Record(
    "b<b>",
    Battle("00000000-0000-0000-0000-000000000001", "Answer A", "Answer B", "p"),
    Prompt("p", "s", "n", ("What <i>now</i>?",), ("maths",), "English"),
    Response("", "p", "Answer A", ("<script>alert(1)</script> **left**",)),
    Response("", "p", "Answer B", ("right",)),
    (),
)
CAST = Vote("v", "b", RECORD.battle.id, "0" * 16, "b", True, "random", WHEN, "I <b>see</b>", 9, ("fast",))
SAID = (
    Said("gpt<4>", False, "first", 8.0, 5.0),
    Said("other", False, "undecided", None, None),
    Said("human 1", True, "tie", None, None),
    Said("human 2", True, "first", None, None),
)


def test_a_ballot_is_text_with_four_choices() -> None:
    said = ballot.shown(BallotFound("b", Paper(RECORD, "unsure", None), 9), "b")
    assert said.count("data-choice=") == 4
    assert "<script>" not in said
    assert "<i>now" not in said
    assert "Asked" not in said
    assert 'data-drawn="unsure"' in said


def test_a_result_says_who_played_and_what_others_say() -> None:
    told = Revealed(CAST, "first", "<x>one", "two", SAID)
    said = ballot.shown(BallotFound("b", Paper(RECORD, "random", told), 9), "b")
    assert "data-choice=" not in said
    assert "&lt;x&gt;one" in said
    assert "says A (8 to 5)" in said
    assert "as you" in said
    assert "could not be read" in said
    assert "2 other people: 1 for a tie, 1 for A" in said
    assert "I &lt;b&gt;see" in said
    assert ballot.ODD["fast"] in said


def test_nothing_to_ask_says_what_to_do() -> None:
    assert "bring battles in" in ballot.nothing(BallotFound("b", None, 0), "b")
    assert "all 1 battle" in ballot.nothing(BallotFound("b", None, 1), "b")


def counts(votes: int) -> Counts:
    return Counts(votes, 1, 1, 0, 2, 0, votes - 1)


def test_the_figure_narrows_and_says_so() -> None:
    steps = course([Seen(str(at), at % 4 != 0) for at in range(40)])
    one = Tried("gpt<4>", steps[-1].rate, None, Rate(0.5, 0.4, 0.6, 9, 9), None, steps)
    said = trial.trial(TrialFound("b", counts(41), 7, (one,), Rate(0.8, 0.7, 0.9, 5, 5)), "b", flagged=True)
    assert "gpt&lt;4&gt;" in said
    assert "75.0 %" in said
    assert "40 votes by 1 person, 7 of them yours." in said
    assert "Where unsure" in said
    assert "At random" not in said
    assert "percent after 40" in said
    assert "flagged=no" in said
    assert "80.0 %" in said


def test_without_votes_there_is_nothing_to_draw() -> None:
    said = trial.trial(TrialFound("b", Counts(0, 0, 0, 0, 0, 0, 0), 0, (), None), "b", flagged=False)
    assert "Nobody has voted" in said
    assert "<svg" not in said
    assert "Count marked votes too" in said


def test_whatever_a_browser_sends_is_a_voter_or_nobody() -> None:
    held = {"who": "me", "skipped": ["a", 2], "battle": "b", "drawn": "random"}
    assert Voter.read(json.dumps(held)) == Voter("me", ("a", "2"), "b", "random")
    assert Voter.read('{"name": "Ada"}').name == "Ada"
    assert Voter.read('{"drawn": "x"}') == Voter("")
    for odd in ("", "[]", "null", "{", '{"skipped": 3}'):
        assert Voter.read(odd) == Voter("")


def test_only_blind_filters_are_taken_from_the_address() -> None:
    found = vote.narrowed({"category": "maths", "a": "gpt-4", "winner": "a", "flagged": "no"})
    assert (found.category, found.a, found.winner, found.flagged) == ("maths", None, None, False)
