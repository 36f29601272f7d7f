"""How many inputs each target was really given, and that none took longer than a person waits.

Property tests of one folder. `pytest -n 0 --hypothesis-profile fuzz tests/fuzz tests/formats/test_fuzz.py`
tries a hundred thousand of each; `ARENA_FUZZ=1000000` says how many else.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import settings

from arena.errors import ArenaError

TRIED: Counter[str] = Counter()
"""Inputs by target, told when the tests are over (`tests/conftest.py`)."""
_FUZZ = settings.get_current_profile_name() == "fuzz"
many = settings(max_examples=settings().max_examples if _FUZZ else 30)
"""How many inputs a test of this folder tries: a few with every run of the suite."""
SECONDS = 2.0
"""Of the processor, that any one input may take."""


def line(error: ArenaError) -> str:
    """An error's words, which are one line of bounded length."""
    said = str(error)
    assert "\n" not in said, said
    assert len(said) < 3000, said[:300]
    return said


@contextmanager
def tried(target: str) -> Iterator[None]:
    """Counts one input of a target; it must be done with in time."""
    TRIED[target] += 1
    start = time.thread_time()
    yield
    took = time.thread_time() - start
    assert took < SECONDS, f"{target}: {took:.1f} s"
