"""Markdown of models and judges as safe HTML: tags in it are text, pictures are named, not fetched."""

from typing import Any

import nh3
from markdown_it import MarkdownIt

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


def prose(source: str) -> Markup:
    """A text as HTML, in its own writing direction."""
    html = _reader().render(source[:LONGEST])
    clean = nh3.clean(html, tags=TAGS, attributes={"ol": {"start"}}, link_rel=None, url_schemes=set())
    rest = len(source) - LONGEST
    more = tag("p", f"… and {rest:,} more characters (see raw)", class_="quiet") if rest > 0 else None
    return tag("div", Markup(clean), more, class_="words", dir="auto")


def plain(source: str) -> Markup:
    """A text to the letter."""
    return tag("pre", source, class_="raw", dir="auto")


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
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
