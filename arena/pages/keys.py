"""The keys: those of every page and those of the battles page, and the overlay that lists them.

What they do is in static/arena.js and static/battles.js. Pages are gone to by the first letter of their name.
"""

from collections.abc import Iterable

from arena.pages.markup import Markup, tag

ANYWHERE = (
    ("?", "This list"),
    ("Esc", "Close what is open"),
)
"""Besides `g` and a page's letter (`going`)."""
BATTLES = (
    ("j ↓, k ↑", "Next and previous battle"),
    ("Enter", "Open the battle in focus"),
    ("n, p", "Next and previous page"),
    ("d", "Differences between the answers"),
    ("w", "Differences between two games of the judge"),
    ("e", "Explanation: order 1, order 2, …"),
    ("y", "Scroll both answers together, or each by itself"),
    ("r", "Raw or rendered texts"),
    ("s", "Swap sides"),
    ("b", "Blind mode: names hidden or shown"),
    ("c", "Copy the link"),
    ("1 – 4", "Vote on the open battle, on the page that hides who plays and what the judge said"),
    ("/", "Search"),
    ("f", "Filters"),
)
VOTE = (
    ("1, 2", "A is better, B is better"),
    ("3, 4", "Tie, both bad"),
    ("c", "Comment; Enter or Esc leaves it"),
    ("s", "Skip this battle"),
    ("u", "Take the last vote back"),
    ("n, Enter", "Next battle"),
)
GRIDS = (
    ("↑ ↓ ← →", "Walk over the grid of who beats whom, or over the pairs of a comparison"),
    ("Enter", "Open the battles of that cell"),
)


def going(pages: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """`g` and a letter, for each page."""
    return tuple((f"g {name[0].lower()}", f"Go to {name}") for name in pages)


def overlay(pages: Iterable[str]) -> Markup:
    """A dialog, closed at first."""
    close = tag("button", "Close", type="button", data_close=True)
    hint = tag("p", "Not while you type in a field. ", tag("a", "Help", href="/help"), class_="quiet")
    return tag(
        "dialog",
        tag("h2", "Keys", id="keys-title", tabindex="-1", autofocus=True),
        listed((*ANYWHERE, *going(pages))),
        tag("h3", "Battles"),
        listed(BATTLES),
        tag("h3", "Vote"),
        listed(VOTE),
        tag("h3", "Grids"),
        listed(GRIDS),
        hint,
        close,
        id="keys",
        aria_labelledby="keys-title",
    )


def listed(keys: Iterable[tuple[str, str]]) -> Markup:
    """Keys with what they do."""
    return tag(
        "dl", [tag("div", tag("dt", tag("kbd", key)), tag("dd", what)) for key, what in keys], class_="keys"
    )
