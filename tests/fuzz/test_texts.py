"""What models say, on a page and in a terminal: no tag, picture, link or escape of theirs, in time."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from arena.cli.screen import inert
from arena.pages import maths, prose
from tests.fuzz.counting import many, tried
from tests.fuzz.hostile import TEXT

OURS = {"div", "p", "details", "summary", "button", *prose.TAGS, *maths.TAGS}
MATHS = st.lists(
    st.sampled_from(
        [
            *(
                "\\frac{",
                "\\sqrt[",
                "^",
                "_",
                "{",
                "}",
                "\\left(",
                "\\right)",
                "&",
                "\\\\",
                "\\text{",
                "\\over",
            ),
            *(
                "\\begin{matrix}",
                "\\end{matrix}",
                "\\color{red}",
                "\\href{javascript:x}{",
                "\\unicode{",
                "a",
                "1",
            ),
            *(
                "\\style{background:url(http://h)}{",
                "<script>",
                "'",
                "\\hspace{1e9cm}",
                "\\class{",
                "\\mathbb{",
            ),
        ]
    ),
    max_size=300,
).map("".join)


class Tags(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that opens."""
        self.seen.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Tags()
    reader.feed(html)
    reader.close()
    return reader.seen


def harmless(html: str) -> None:
    for name, attributes in tags(html):
        assert name in OURS, name
        assert not {one for one in attributes if one.startswith("on") or one in ("src", "href", "style")}


@many
@given(TEXT)
def test_any_answer_is_laid_out_without_a_tag_of_its_own(text: str) -> None:
    with tried("answers on a page"):
        harmless(prose.prose(text.encode("utf-8", "replace").decode()))


@many
@given(MATHS, st.booleans())
def test_any_formula_is_shown_in_time(source: str, block: bool) -> None:
    with tried("formulas"):
        harmless(prose.prose(f"$${source}$$" if block else f"${source}$"))


@many
@given(TEXT)
def test_no_text_steers_a_terminal(text: str) -> None:
    with tried("texts in a terminal"):
        said = inert(text)
        assert not [char for char in said if ord(char) < 32 and char not in "\n\t"]
        assert not [char for char in said if 0x7F <= ord(char) < 0xA0 or char in "\u202e\u2066"]
