"""The keys of the battles page, and the overlay that lists them. What they do is in static/battles.js."""

from arena.pages.markup import Markup, tag

KEYS = (
    ("j ↓, k ↑", "Next and previous battle"),
    ("Enter", "Open the battle in focus"),
    ("n, p", "Next and previous page"),
    ("d", "Differences between the answers"),
    ("w", "Differences between two games of the judge"),
    ("e", "Explanation: order 1, order 2, …"),
    ("r", "Raw or rendered texts"),
    ("s", "Swap sides"),
    ("b", "Blind mode: names hidden or shown"),
    ("c", "Copy the link"),
    ("/", "Search"),
    ("f", "Filters"),
    ("g then l, b or a", "Go to leaderboard, battles, agreement"),
    ("?", "This list"),
    ("Esc", "Close"),
)


def overlay() -> Markup:
    """A dialog, closed at first."""
    rows = [tag("div", tag("dt", tag("kbd", keys)), tag("dd", what)) for keys, what in KEYS]
    close = tag("button", "Close", type="button", data_close=True)
    words = tag("h2", "Keys", id="keys-title")
    hint = tag("p", "Not while you type in a field.", class_="quiet")
    return tag("dialog", words, tag("dl", rows), hint, close, id="keys", aria_labelledby="keys-title")
