"""Figures of style: what is counted, and that counting always ends."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.formats.read.style import _TOKEN, figures

ANSWER = """# Title
Some **bold** and __strong__ words, 2 * 3 ** 4.
- one
  * two
1. three
```python
# no header
- no item, **no bold**
```
### End
"""


def test_markdown_is_counted_outside_fenced_code() -> None:
    assert figures([ANSWER])[1:] == (2, 3, 2)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("Hello, world!", 4), ("naïve co-op", 4), ("你好!world", 4)]
)
def test_tokens_are_words_and_marks(text, tokens) -> None:
    assert figures([text])[0] == tokens


def test_an_open_fence_reaches_to_the_end() -> None:
    assert figures(["- one\n```\n- two\n# three"])[1:] == (0, 1, 0)


@given(st.lists(st.text("#*_-1. \na你"), max_size=4))
def test_figures_add_up_over_turns(turns) -> None:
    alone = [figures([turn]) for turn in turns]
    assert figures(turns) == tuple(map(sum, zip((0, 0, 0, 0), *alone, strict=True)))


@pytest.mark.parametrize("part", ["*", "**a", "`", "```", "```\n", "\n", " ", "#", "_", "1", "- ", "\t\n"])
def test_no_answer_takes_long(part) -> None:
    start = time.process_time()
    figures([part * (200_000 // len(part))])
    assert time.process_time() - start < 2


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_plain_text_is_counted_alike(text) -> None:
    assert figures([text])[0] == len(_TOKEN.findall(text))
