"""Texts stay texts: whatever models, judges and links hold, no tag and no address of theirs is made."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.pages import maths
from arena.pages.caution import sentence
from arena.pages.markup import Markup, coded, notes, table, tag, text
from arena.pages.prose import TAGS, plain, prose
from arena.ratings.types import Warn

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'"
pieces = st.text() | st.sampled_from(
    [HOSTILE, "![x](http://spy.example/a.png)", "[x](javascript:alert(1))", "<a\nhref=x>"]
)


class Seen(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(name)
        self.attributes |= {key for key, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@given(pieces)
def test_a_text_is_shown_to_the_letter(said: str) -> None:
    seen = Seen(text([tag("p", said), plain(said), notes([said]), table(("a",), [(said,)])]))
    assert seen.tags <= {"p", "b", "span", "pre", "div", "table", "thead", "tbody", "tr", "th"}
    assert (
        Seen(tag("p", said)).text.replace("\r", "\n") == said.replace("\r", "\n").replace("\0", "\ufffd")
        or "\0" in said
    )


@given(st.lists(pieces).map("\n".join))
def test_markdown_makes_no_tag_of_a_text_and_fetches_nothing(said: str) -> None:
    seen = Seen(prose(said))
    assert seen.tags <= TAGS | maths.TAGS | {"div", "button", "details", "summary"}
    assert seen.attributes <= {"class", "dir", "start", "type"} | maths.ATTRIBUTES


def test_markdown_is_laid_out() -> None:
    html = prose(
        "# Title\n\n- **one**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`<b>`\n\n![a cat](http://spy.example/c.png)"
    )
    assert all(part in html for part in ("<h1>Title</h1>", "<strong>one</strong>", "<td>1</td>", "&lt;b&gt;"))
    assert "[picture: a cat http://spy.example/c.png]" in html


def test_links_lead_only_into_the_app() -> None:
    for address in (
        "javascript:alert(1)",
        "http://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
    ):
        with pytest.raises(ValueError, match="no place"):
            tag("a", "x", href=address)
    assert (
        tag("a", "x", href='/battles?a="><script>') == '<a href="/battles?a=&quot;&gt;&lt;script&gt;">x</a>'
    )


def test_what_was_made_here_is_not_escaped_twice() -> None:
    assert text([tag("b", "1 < 2"), Markup("<br>"), None, 3]) == "<b>1 &lt; 2</b><br>3"


def test_a_warning_speaks_of_controls_not_of_flags() -> None:
    said = sentence(Warn("judges", "2 judges are pooled (x, y): narrow to one with --judge"))
    assert said == "2 judges are pooled (x, y). Choose one under Judge."
    thin = sentence(Warn("thin", "2 of 9 models have fewer than 30 battles: collect more", ("m", "n")))
    assert re.search(r"collect more \(m, n\)\.$", thin)


def test_names_between_backticks_become_code_and_nothing_else() -> None:
    assert coded("a `b<c>` d") == "a <code>b&lt;c&gt;</code> d"
    assert coded("one ` alone <b>") == "one ` alone &lt;b&gt;"
