"""HTML by small pieces: what is not `Markup` already is escaped, so that no text of a model becomes a tag."""

import html
import re
from collections.abc import Iterable, Sequence

_VOID = {"br", "hr", "input", "line", "circle"}
_OURS = re.compile(r"[#?]|/(?![/\\])")


class Markup(str):
    """HTML that was made here, not read from anywhere."""

    __slots__ = ()


Piece = str | int | None | Iterable["Piece"]


def text(piece: Piece) -> Markup:
    """A piece as HTML: lists are joined, None is nothing, every other text is escaped."""
    if piece is None:
        return Markup()
    if isinstance(piece, Markup):
        return piece
    if isinstance(piece, str | int):
        return Markup(html.escape(str(piece)))
    return Markup("".join(text(part) for part in piece))


def coded(words: str) -> Markup:
    """A sentence in which names of code stand between backticks, as docstrings have them."""
    parts = words.split("`")
    if len(parts) % 2 == 0:  # one of them stands alone
        return text(words)
    return text(tag("code", part) if at % 2 else part for at, part in enumerate(parts))


def tag(name: str, *pieces: Piece, **attributes: str | int | bool | None) -> Markup:
    """`tag("p", "words", class_="quiet")`. `class_` loses its underscore, other underscores become hyphens.

    Links may only lead to this app; an attribute that is None or False is left out.
    """
    said = []
    for key, value in attributes.items():
        word = key.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if word.startswith("on") or (word in ("href", "src") and not _OURS.match(str(value))):
            raise ValueError(f"no place for {word}={value!r}")
        said.append(f" {word}" if value is True else f' {word}="{html.escape(str(value))}"')
    opening = f"<{name}{''.join(said)}>"
    return Markup(opening if name in _VOID else f"{opening}{text(pieces)}</{name}>")


def notes(lines: Iterable[Piece], kind: str = "warn") -> Markup:
    """One box per line: kind is warn, error or info."""
    marks = {"warn": "!", "error": "×", "info": "i"}
    return text(
        tag(
            "p",
            tag("b", marks[kind], aria_hidden="true"),
            tag("span", line),
            class_=f"note {kind}",
            role="alert" if kind == "error" else None,
        )
        for line in lines
    )


def empty(title: str, *advice: Piece) -> Markup:
    """What stands where there is nothing: why, and what to do next."""
    return tag("div", tag("h3", title), tag("p", *advice), class_="empty")


def skeleton(rows: int = 8) -> Markup:
    """Grey bars until the first answer."""
    return tag("div", [tag("i", class_="bone") for _ in range(rows)], class_="skeleton", aria_label="loading")


def table(head: Sequence[str], rows: Iterable[Sequence[Piece]], left: int = 1) -> Markup:
    """A plain table; the first `left` columns are words, the others numbers, the first names the row."""

    def side(column: int) -> str | None:
        return "left" if column < left else None

    titles = [tag("th", title, scope="col", class_=side(at)) for at, title in enumerate(head)]
    lines = [
        tag("tr", tag("th", first, scope="row", class_="left"),
            [tag("td", cell, class_=side(at)) for at, cell in enumerate(rest, 1)])
        for first, *rest in rows
    ]  # fmt: skip
    whole = tag("table", tag("thead", tag("tr", titles)), tag("tbody", lines), class_="plain")
    return tag("div", whole, class_="scroll", tabindex=0, role="group", aria_label="Table")
