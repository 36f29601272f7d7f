"""The list of battles as HTML: who met whom, how it ended, what was asked. Every row is a link to share."""

from collections.abc import Callable
from dataclasses import dataclass

from arena.pages import figure
from arena.pages.markup import Markup, empty, tag, text
from arena.service.requests import BattlePage
from arena.store.battles import Line

SIGNS = {"a": "◀", "b": "▶", "tie": "=", "both_bad": "⊘", "soft": "≈", "undecided": "?"}
WORDS = {"a": "A wins", "b": "B wins", "tie": "Tie", "both_bad": "Both bad", "undecided": "Undecided"}


@dataclass(frozen=True, slots=True)
class Way:
    """Addresses that the list leads to."""

    battle: Callable[[str], str]
    """Of a battle, by its id."""
    after: Callable[[str | None], str]
    """Of the page after a cursor; None: the first page."""
    all: str
    """Of the board without filters."""


def listed(page: BattlePage, way: Way, at: str | None, opened: str | None) -> Markup:
    """A page of rows with the way on. `at` is the page's cursor, `opened` the battle that is open."""
    if not page.battles:
        everything = tag("a", "show all battles of this board", href=way.all)
        return empty("No battles under these filters", "Loosen one of them, or ", everything, ".")
    total = f" of {page.tally.total:,}" if page.tally else ""
    head = tag("p", tag("b", f"{len(page.battles):,}{total} battles"), tally(page), class_="count")
    rows = [row(line, line.id == opened, way.battle(line.id)) for line in page.battles]
    return text([head, tag("div", rows, class_="rows"), ways(page, way, at)])


def tally(page: BattlePage) -> Markup:
    """How the battles under the filter ended, counted."""
    if page.tally is None:
        return Markup()
    kinds = ("a", "b", "tie", "both_bad", "soft", "undecided")
    counts = {kind: int(getattr(page.tally, kind)) for kind in kinds}
    shown = [
        tag("span", chip(kind), f" {number:,}", class_="counted") for kind, number in counts.items() if number
    ]
    return tag("span", shown, class_="tally")


def row(line: Line, opened: bool, address: str) -> Markup:
    """One battle: both names with the scores between, the prompt's first line, the outcome."""
    first = next((words.strip() for words in (line.prompt or "").splitlines() if words.strip()), None)
    turn = f"turn {line.turn}" if line.turn > 1 else None
    about = " · ".join(filter(None, [line.judge, turn, ", ".join(line.categories)]))
    scored = line.score_a is not None and line.score_b is not None
    return tag(
        "a",
        tag(
            "span",
            tag("span", line.model_a, class_="name a"),
            tag("span", f"{line.score_a:g} : {line.score_b:g}" if scored else "vs", class_="scores"),
            tag("span", line.model_b, class_="name b"),
            class_="who",
        ),
        tag(
            "span",
            first or "(the prompt's text is not known)",
            class_="asked" if first else "asked quiet",
            dir="auto",
        ),
        tag(
            "span",
            chip(line.outcome, line.share),
            tag("span", "⇄ flipped", class_="chip flip") if line.flipped else None,
            tag("span", about, class_="about"),
            class_="end",
        ),
        href=address,
        class_=f"row {line.outcome}",
        data_battle=line.id,
        aria_current="true" if opened else None,
    )


def chip(outcome: str, share: float | None = None) -> Markup:
    """An outcome as sign and words; colour only repeats them."""
    words = WORDS.get(outcome) or (f"A {figure.percent(share, 0)}" if share is not None else "Soft")
    sign = tag("i", SIGNS.get(outcome, "?"), aria_hidden="true")
    return tag("span", sign, f" {words}", class_=f"chip {outcome}")


def ways(page: BattlePage, way: Way, at: str | None) -> Markup:
    """Back to start, and on."""
    back = tag("a", "⇤ Back to start", href=way.after(None), class_="way", data_page=True) if at else None
    on = tag("a", "Next 50 →", href=way.after(page.next), class_="way", data_page=True) if page.next else None
    return tag("nav", back, on, class_="pages", aria_label="Pages of battles")
