"""Markdown of models and judges as safe HTML: tags in it are text, pictures are named, not fetched.

Formulas become MathML, code gets a button to copy it, reasoning (`<think>`) is folded away.
"""

import re
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt

from arena.pages import maths
from arena.pages.markup import Markup, tag

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
LONGEST = 100_000
"""Characters of one text that are laid out; the rest is counted."""


FOLD = 40
"""Lines of a text that are shown at first."""
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_COPY = '<div class="code"><button type="button" class="copy-code">Copy</button><pre>'


def prose(source: str) -> Markup:
    """A text as HTML, in its own writing direction."""
    rest = len(source) - LONGEST
    more = tag("p", f"… and {rest:,} more characters (see raw)", class_="quiet") if rest > 0 else None
    parts = [thought(words) if thinking else written(words) for words, thinking in thoughts(source[:LONGEST])]
    return tag("div", parts, more, class_="words", dir="auto")


def thoughts(source: str) -> list[tuple[str, bool]]:
    """A text cut into what was said and what was thought (True)."""
    found: list[tuple[str, bool]] = []
    last = 0
    for match in _THOUGHT.finditer(source):
        found += [(source[last : match.start()], False), (match[2], True)]
        last = match.end()
    return [(words, thinking) for words, thinking in [*found, (source[last:], False)] if words.strip()]


def thought(source: str) -> Markup:
    """Reasoning, folded."""
    count = f"Reasoning ({len(source.split()):,} words)"
    return tag("details", tag("summary", count), tag("div", written(source)), class_="thought")


def written(source: str) -> Markup:
    """Markdown as HTML of the tags that we know."""
    html = _reader().render(source.replace("\0", "\N{REPLACEMENT CHARACTER}"), {})
    attributes = {"ol": {"start"}} | dict.fromkeys(maths.TAGS, maths.ATTRIBUTES)
    clean = nh3.clean(html, tags=TAGS | maths.TAGS, attributes=attributes, link_rel=None, url_schemes=set())
    return Markup(clean.replace("<pre>", _COPY).replace("</pre>", "</pre></div>"))


def folded(inside: Markup, source: str) -> Markup:
    """A long text, its first lines in sight, with a button for the rest."""
    lines = sum(1 + len(line) // 90 for line in source.splitlines())
    if lines <= FOLD:
        return inside
    button = tag("button", f"Show all {lines:,} lines", type="button", class_="unfold", aria_expanded="false")
    return tag("div", tag("div", inside, class_="inside"), button, class_="folded")


def plain(source: str) -> Markup:
    """A text to the letter."""
    return tag("pre", source, class_="raw", dir="auto")


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    maths.taught(reader)
    reader.add_render_rule("image", _named)
    reader.add_render_rule("link_open", _before)
    reader.add_render_rule("link_close", _after)
    return reader


def _named(_: Any, tokens: Any, at: int, *__: Any) -> str:
    """A picture by its words and address."""
    token = tokens[at]
    return tag("code", f"[picture: {token.content or 'no words'} {token.attrGet('src') or ''}]")


def _before(_: Any, __: Any, ___: int, *____: Any) -> str:
    return ""


def _after(_: Any, tokens: Any, at: int, *__: Any) -> str:
    """A link's address behind its words, to be read, not followed."""
    opening = next(token for token in reversed(tokens[:at]) if token.type == "link_open")
    address = opening.attrGet("href") or ""
    words = "".join(token.content for token in tokens[tokens.index(opening) + 1 : at])
    return "" if words == address else Markup(" ") + tag("code", address)
