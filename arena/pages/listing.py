"""The list of battles as HTML: who met whom, how it ended, what was asked. Every row is a link to share."""

from typing import Literal

from arena.pages import figure, flagging
from arena.pages.form import label
from arena.pages.link import params
from arena.pages.markup import Markup, empty, tag, text
from arena.pages.place import Place
from arena.service.requests import BattlePage
from arena.store.battles import Line

SIGNS = {"a": "◀", "b": "▶", "tie": "=", "both_bad": "⊘", "soft": "≈", "undecided": "?"}
WORDS = {"a": "A wins", "b": "B wins", "tie": "Tie", "both_bad": "Both bad", "undecided": "Undecided"}


def listed(page: BattlePage, place: Place) -> Markup:
    """A page of rows with the way on."""
    if not page.battles:
        return nothing(place)
    head = tag(
        "p",
        tag("span", f"{figure.count(len(page.battles), 'battle')} on this page"),
        tag("button", "Compact", type="button", class_="density", aria_pressed="false", title="Row height"),
        class_="count",
    )
    opened = place.spot.id or "-"
    rows = [near(line, place, opened=line.id.startswith(opened)) for line in page.battles]
    return text([head, tag("div", rows, class_="rows"), ways(page, place)])


def nothing(place: Place) -> Markup:
    """An empty list: the filter to blame, each with a way to take it off."""
    on = params(place.filters)
    if not on:
        return empty("This board has no battles", "Bring some in: ", tag("code", "arena import PATH"), ".")
    off = [
        text([tag("a", label(name), href=place.narrow(**{name: None})), ", " if at < len(on) else ""])
        for at, name in enumerate(on, 1)
    ]
    clear = tag("a", "show all battles of this board", href=place.clear())
    return empty("No battles under these filters", "Take one off: ", off, "; or ", clear, ".")


def row(line: Line, opened: bool, address: str, *, blind: bool = False) -> Markup:
    """One battle: both names with the scores between, the prompt's first line, the outcome."""
    first = next((words.strip() for words in (line.prompt or "").splitlines() if words.strip()), None)
    turn = f"turn {line.turn}" if line.turn > 1 else None
    about = " · ".join(filter(None, [line.judge, turn, ", ".join(line.categories)]))
    scored = line.score_a is not None and line.score_b is not None
    return tag(
        "a",
        tag(
            "span",
            tag("span", "Model A" if blind else line.model_a, class_="name a"),
            tag("span", f"{line.score_a:g} : {line.score_b:g}" if scored else "vs", class_="scores"),
            tag("span", "Model B" if blind else line.model_b, class_="name b"),
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
            tag("span", "⚠ unread", class_="chip flip") if line.outcome == "undecided" else None,
            flagging.badges(line.marks),
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


def near(line: Line, place: Place, *, opened: bool = False) -> Markup:
    """A row that opens its battle where one is."""
    address = place.go(id=line.id, show=kept(place), part=None)
    return row(line, opened, address, blind=place.spot.blind)


def kept(place: Place) -> Literal["words"] | None:
    """How the next battle is shown: among flipped ones both explanations stay in sight."""
    return "words" if place.filters.flipped and place.spot.show == "words" else None


def ways(page: BattlePage, place: Place) -> Markup:
    """Back and on, page by page."""

    def way(words: str, key: str, **changes: str | None) -> Markup:
        spot: dict[str, str | None] = {"after": None, "before": None, "id": None, **changes}
        return tag("a", words, href=place.go(**spot), class_="way", data_page=True, data_key=key)

    here = place.spot.after or place.spot.before
    start = way("⇤ First", "Home") if here and page.previous else None
    back = way("← Previous", "p", before=page.previous) if page.previous else None
    on = way("Next →", "n", after=page.next) if page.next else None
    return tag("nav", start, back, on, class_="pages", aria_label="Pages of battles")
