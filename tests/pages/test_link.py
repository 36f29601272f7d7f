"""What a page says in its address, it reads from its address; what does not fit is dropped and said."""

import string
from datetime import date
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from arena.fields import LARGEST
from arena.filters import Filters
from arena.pages import link
from arena.pages.agreement import Spot
from arena.ratings.types import RankSettings

words = st.text(min_size=1).filter(
    lambda text: text.strip() and not any("\ud800" <= c <= "\udfff" for c in text)
)
reals = st.floats(allow_nan=False, allow_infinity=False)
filters = st.builds(
    Filters,
    category=st.none() | words,
    judge=st.none() | words,
    turn=st.none() | st.integers(-LARGEST, LARGEST),
    since=st.none() | st.dates(),
    gap_min=st.none() | reals,
    winner=st.sampled_from([None, "a", "b", "tie", "both_bad", "soft", "undecided"]),
    flipped=st.none() | st.booleans(),
    search=st.none() | words,
)
settings = st.builds(
    RankSettings,
    method=words,
    ties=st.sampled_from(["half", "drop"]),
    intervals=st.sampled_from(["sandwich", "bootstrap", "none"]),
    rounds=st.integers(1, 100_000),
    anchor=st.none() | words,
    anchor_value=st.floats(-1e8, 1e8),
)


@given(filters, settings)
def test_a_link_says_what_it_was_made_from(wanted: Filters, ranking: RankSettings) -> None:
    given = dict(parse_qsl(link.query(wanted, ranking).removeprefix("?")))
    assert link.read(Filters, given) == link.Read(wanted)
    assert link.read(RankSettings, given) == link.Read(ranking)


@given(st.dictionaries(st.sampled_from([*Filters.__slots__, *RankSettings.__slots__, "other"]), st.text()))
def test_no_query_breaks_a_page(query: dict[str, str]) -> None:
    assert isinstance(link.read(Filters, query).value, Filters)
    assert isinstance(link.read(RankSettings, query).value, RankSettings)
    assert isinstance(link.read(Spot, query).value, Spot)


def test_only_what_differs_from_the_default_stands_in_a_link() -> None:
    assert link.query(Filters(), RankSettings()) == ""
    assert link.query(Filters(since=date(2024, 5, 27), flipped=True), RankSettings(k=8.0)) == (
        "?since=2024-05-27&flipped=yes&k=8"
    )


def test_what_does_not_fit_is_left_out_and_said() -> None:
    read = link.read(RankSettings, {"rounds": "many", "k": "nan", "ties": "maybe", "seed": "3"})
    assert read.value == RankSettings(seed=3)
    assert [problem.split("=")[0] for problem in read.problems] == ["ties", "rounds", "k"]


def test_texts_may_hold_anything_that_a_query_must_quote() -> None:
    wanted = Filters(search=string.punctuation + " é 漢", a="a&b=c#d")
    given = dict(parse_qsl(link.query(wanted).removeprefix("?")))
    assert link.read(Filters, given).value == wanted
