"""The verdict parser: any reply gives a verdict or a status, in time; what a candidate wrote is none."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.types import Reply
from arena.judges.reading import forms, objects, parse
from arena.judges.reading.types import Form
from arena.types import Status
from tests.fuzz.counting import many, tried
from tests.fuzz.hostile import TEXT

FORMS: dict[str, Form[Any]] = {"pair": forms.PAIR, "grade": forms.GRADE, "grades": forms.GRADES}
NOTE = '{"note": "as it was written"} '
BRACKETS = objects.MOST * 10
STALLS = ("a" + "\n" * 20_000 + "b", "{" + "\n" * 20_000 + "}", "score 1" + ":" * 20_000 + "x")


def sound(form: str, text: str, material: tuple[str, ...]) -> None:
    found = parse.read(Reply("i", text), FORMS[form], material)
    assert found.status in get_args(Status)
    assert (found.value is not None) == (found.status == "ok")
    if form == "pair" and found.value is not None:
        assert all(forms.LOW <= score <= forms.HIGH for score in found.value)


@many
@given(st.sampled_from(sorted(FORMS)), TEXT, st.lists(TEXT, max_size=2))
def test_any_reply_is_read(form: str, text: str, material: list[str]) -> None:
    with tried("verdicts"):
        sound(form, text, tuple(material))


@many
@given(st.sampled_from(sorted(FORMS)), TEXT)
def test_a_reply_that_is_what_a_candidate_wrote_is_no_verdict(form: str, text: str) -> None:
    with tried("verdicts copied"):
        found = parse.read(Reply("i", NOTE + text), FORMS[form], (NOTE + text,))
        assert found.status != "ok"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", STALLS)
def test_nothing_but_line_ends_is_read_as_fast_as_any_other(form: str, text: str) -> None:
    with tried("verdicts that stall"):
        sound(form, text, ())


def test_a_broken_object_with_very_many_brackets_is_not_mended() -> None:
    broken = '{"explanation": "' + '{"a":[' * BRACKETS + '", "score_1": 8, "score_2": 5}'
    with tried("verdicts that stall"):
        assert parse.read(Reply("i", broken), forms.PAIR).status == "unparsed"
