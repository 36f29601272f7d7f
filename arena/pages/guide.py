"""The help page: what each page is for, every key, every word, and what the numbers mean. It never changes.

Its words are in help.md, one term per line; keys, trust and figures are those of the pages themselves, so
that what is added there stands here. Leaves out the command line, which explains itself.
"""

from collections.abc import Iterable
from pathlib import Path

import gradio as gr

from arena.pages import cards, keys, strip
from arena.pages.markup import Markup, Piece, tag, text
from arena.pages.panel import panel
from arena.service.service import Service

WORDS = Path(__file__).parent / "help.md"
TRUST = (
    ("Battles", "How many the ratings rest on."),
    ("Judges", "Who judged; several are pooled unless one is chosen."),
    ("Coverage", strip.COVERAGE),
    ("Flip rate", strip.FLIPS),
    ("Position bias", strip.POSITION),
    ("Ties", strip.TIES),
    ("Connected", strip.CONNECTED),
    ("Flagged", strip.FLAGGED),
    ("Date", strip.DATE),
    ("Their intervals", strip.WILSON),
)

Terms = tuple[tuple[str, str], ...]


def build(_: Service, __: gr.Blocks) -> None:
    """The page. Nothing on it needs the service."""
    panel(page())


def sections() -> dict[str, Terms]:
    """The terms of help.md under their headings."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in WORDS.read_text("utf-8").splitlines():
        if line.startswith("## "):
            title = line.removeprefix("## ")
            found[title] = []
        elif line:
            word, _, means = line.partition(": ")
            found[title].append((word, means))
    return {title: tuple(known) for title, known in found.items()}


def page() -> Markup:
    """All sections under a list of them."""
    told = sections()
    parts: dict[str, Markup] = {
        "Pages": tag("dl", [linked(*one) for one in told.pop("Pages")], class_="terms"),
        "Keys": keyboard(),
        **{title: terms(known) for title, known in told.items()},
        "What the numbers rest on": terms(TRUST),
        "Figures of an agreement": terms(cards.MEANING.values()),
        "More": more(),
    }
    index = [tag("a", title, href=f"#{anchor(title)}") for title in parts]
    return tag(
        "article",
        tag("h1", "Help"),
        tag("nav", index, aria_label="On this page", class_="index"),
        [tag("section", tag("h2", title), inside, id=anchor(title)) for title, inside in parts.items()],
        class_="help",
    )


def anchor(title: str) -> str:
    """A heading as part of an address."""
    return "about-" + title.lower().replace(" ", "-")


def linked(name: str, words: str) -> Markup:
    """A page, what it is for, and the way there."""
    path = "/" if name == "Leaderboard" else f"/{name.lower()}"
    return tag("div", tag("dt", tag("a", name, href=path, class_="keep")), tag("dd", words))


def terms(known: Iterable[tuple[str, str]]) -> Markup:
    """Words with their meaning."""
    return tag("dl", [tag("div", tag("dt", word), tag("dd", means)) for word, means in known], class_="terms")


def keyboard() -> Markup:
    """Keys by where they work."""
    groups: tuple[tuple[str, Terms], ...] = (
        (
            "On every page",
            (
                *keys.ANYWHERE,
                ("g, a letter", "Go to a page by the first letter of its name: g l, g b, g a …"),
            ),
        ),
        ("Battles", keys.BATTLES),
        ("Vote", keys.VOTE),
        ("Grids", keys.GRIDS),
    )
    shown: list[Piece] = [tag("div", tag("h3", title), keys.listed(known)) for title, known in groups]
    quiet = tag("p", "No key does anything while you type in a field.", class_="quiet")
    return text([quiet, tag("div", shown, class_="groups")])


def more() -> Markup:
    """Where else to look."""
    return tag(
        "p",
        "Everything here has its verb on the command line: ",
        tag("code", "arena --help"),
        " lists them, ",
        tag("code", "arena VERB --help"),
        " explains one, and every verb takes ",
        tag("code", "--json"),
        ". Nothing that you read here leaves this machine.",
    )
