"""Settings made of texts: what fits, and what is refused in one line."""

import pytest

from arena.errors import BadRequest
from arena.fields import LARGEST, fill, shown
from arena.filters import Filters


def test_a_whole_number_is_as_large_as_the_database_can_be_asked_with() -> None:
    assert fill(Filters, {"length_min": str(LARGEST)}).length_min == LARGEST
    for text in (str(LARGEST + 1), "-" + "9" * 400):
        with pytest.raises(BadRequest, match=r"--length-min .*the largest whole number here is") as told:
            fill(Filters, {"length_min": text})
        assert len(str(told.value)) < 200
    assert fill(Filters, {"search": "9" * 400}).search == "9" * 400


def test_a_number_too_long_to_be_written_out_is_still_shown() -> None:
    assert shown(1 << 20_000).startswith("a int that cannot be shown")
