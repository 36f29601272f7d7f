"""Votes as facts: voters without names, seats by chance, what is odd about a vote, agreement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import votes
from arena.errors import BadRequest
from arena.people import person
from arena.votes import Seen

VOTER = st.text("0123456789abcdef", min_size=16, max_size=16)


def test_a_voter_is_known_again_and_never_by_name() -> None:
    known = votes.voter(b"salt", "Ada Lovelace")
    assert votes.voter(b"salt", "  ada   lovelace ") == known
    assert votes.voter(b"other", "Ada Lovelace") != known
    assert len(known) == 16
    assert "ada" not in known


@pytest.mark.parametrize("who", ["", "  ", "x" * 201])
def test_a_voter_says_something_short(who: str) -> None:
    with pytest.raises(BadRequest, match="200 characters"):
        votes.voter(b"salt", who)


@given(VOTER)
def test_a_voter_counts_as_a_person_by_name(voter: str) -> None:

    assert person(votes.judge(voter))


@given(VOTER, st.sampled_from(["first", "second", "tie", "both_bad"]), st.booleans())
def test_a_choice_between_seats_is_a_winner_among_sides(voter: str, choice, swapped: bool) -> None:
    winner = votes.winner(choice, swapped=swapped)
    if choice in ("tie", "both_bad"):
        assert winner == choice
    else:
        assert winner == votes.winner(choice, swapped=not swapped).translate(str.maketrans("ab", "ba"))


def test_sides_are_swapped_about_half_of_the_time() -> None:
    turned = [votes.swapped("0123456789abcdef", f"battle {at}") for at in range(2000)]
    assert 900 < sum(turned) < 1100
    assert turned == [votes.swapped("0123456789abcdef", f"battle {at}") for at in range(2000)]


def test_a_vote_is_too_fast_below_what_two_glances_take() -> None:
    short, long = ["yes", "no"], ["word " * 150, "word " * 150]
    assert votes.flags(1900, short, ("m", "n"), again=False) == ("fast",)
    assert votes.flags(2200, short, ("m", "n"), again=False) == ()
    assert votes.flags(9000, long, ("m", "n"), again=False) == ("fast",)
    assert votes.flags(10_000, long * 100, ("m", "n"), again=True) == ("again",)
    assert votes.flags(None, long, ("m", "n"), again=False) == ()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("I am Vicuna, a model.", True),
        ("I am gpt-4-0314!", True),
        ("Vicunas live in the Andes.", False),
        ("As a language model", False),
    ],
)
def test_an_answer_that_names_its_model_is_found(answer: str, found: bool) -> None:
    assert votes.named([answer], ["lmsys/vicuna-13b", "gpt-4-0314"]) is found


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_the_course_narrows_to_the_agreement(same: list[bool]) -> None:
    seen = [Seen(f"prompt {at}", one) for at, one in enumerate(same)]
    course = votes.course(seen)
    assert course[-1].rate == votes.agreement(seen)
    assert [step.votes for step in course] == sorted({step.votes for step in course})
    assert course[0].votes == 1
    assert all(step.rate.low <= step.rate.value <= step.rate.high + 1e-9 for step in course)


def test_votes_on_one_prompt_count_for_less_than_votes_on_many() -> None:
    many = votes.agreement([Seen(str(at), at % 4 != 0) for at in range(40)])
    one = votes.agreement([Seen(str(at // 4), (at // 4) % 4 != 0) for at in range(40)])
    assert many is not None
    assert one is not None
    assert one.high - one.low > many.high - many.low
    assert votes.course([]) == ()
