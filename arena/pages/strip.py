"""The trust strip: what a board's numbers rest on, one chip each; '—' and why where a board cannot say."""

from collections.abc import Callable
from dataclasses import dataclass

from arena.pages import figure
from arena.pages.look import Scene
from arena.pages.markup import Markup, Piece, tag
from arena.people import told
from arena.service.closer import Share, Trusted
from arena.service.requests import BoardInfo, Ranked

COVERAGE = "Share of the expected verdicts that could be read."
FLIPS = "Battles judged in both orders whose two games named different winners."
POSITION = "How often the answer shown first wins, above or below a half: 0 is fair."
TIES = "Share of the decided battles that ended as a tie or with both bad."
FLAGGED = "Battles that leak and copy checks flagged: prompts known from training, copied answers."
CONNECTED = (
    "Whether a chain of battles links every model to every other: without it ratings cannot be compared."
)
DATE = "The day that the board describes, or the days of its battles."
WILSON = (
    "95 % by Wilson, each verdict by itself; on the page of judges all of a prompt count as one piece of "
    "evidence, which may widen it."
)
WHY = {
    "published": "only ratings were published",
    "pairs": "pair counts keep no verdicts",
    "battles": "one game per battle",
}
"""Why a board of that kind cannot say."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A name, a figure, what stands under it, what it means, and where it leads."""

    name: str
    value: str
    under: str
    means: str
    href: str | None = None
    alarm: bool = False


def loading() -> Markup:
    """The strip until its figures are there."""
    return tag(
        "div", [tag("span", class_="chip-bone bone") for _ in range(9)], class_="strip", aria_busy="true"
    )


def strip(scene: Scene, found: Trusted) -> Markup:
    """The strip of a board with battles, or with counts of them."""
    why = WHY[scene.info.kind]
    return row(
        [
            Chip(
                "Battles",
                f"{found.battles:,}",
                "ranked",
                "Battles that the ratings rest on: decided, and not of a model against itself.",
                scene.battles(),
            ),
            judges(found),
            share("Coverage", found.coverage, COVERAGE, why, scene.battles(failed=True)),
            share("Flip rate", found.flips, FLIPS, why, scene.battles(flipped=True)),
            bias(found.position, why),
            share("Ties", found.ties, TIES, why, scene.battles(winner="tie")),
            Chip(
                "Connected",
                "✓ yes" if found.connected else "✗ no",
                "every model to every other" if found.connected else f"{found.components} groups never met",
                CONNECTED,
                alarm=not found.connected,
            ),
            flags(scene, found),
            dated(scene.info, found),
        ]
    )


def published(info: BoardInfo, ranked: Ranked) -> Markup:
    """The strip of a board that somebody else computed."""
    why = WHY["published"]
    number = f"{ranked.n_battles:,}" if ranked.n_battles else "—"
    under = "as published" if ranked.n_battles else "not published"
    state = str(info.date) if info.date else "—"
    return row(
        [
            Chip("Battles", number, under, "Battles that the publisher counted."),
            *(
                Chip(name, "—", why, means)
                for name, means in (
                    ("Judges", "Who judged."),
                    ("Coverage", COVERAGE),
                    ("Flip rate", FLIPS),
                    ("Position bias", POSITION),
                    ("Ties", TIES),
                    ("Connected", CONNECTED),
                    ("Flagged", FLAGGED),
                )
            ),
            Chip(
                "Date",
                state,
                "state of the board" if info.date else "not known",
                "When the board was published.",
            ),
        ]
    )


def flags(scene: Scene, found: Trusted) -> Chip:
    """What checks flagged, whether it is ranked or not."""
    if found.flagged is None:
        why = WHY["pairs"] if scene.info.kind == "pairs" else "not checked yet"
        return Chip("Flagged", "—", why, FLAGGED)
    count = round(found.flagged.value * found.flagged.n)
    out = "left out" if scene.filters.clean else f"of {found.flagged.n:,} battles"
    return Chip(
        "Flagged", f"{count:,}", out, FLAGGED, scene.battles(clean=False, mark=None) if count else None
    )


def row(chips: list[Chip]) -> Markup:
    """The chips side by side."""
    return tag("dl", [shown(chip) for chip in chips], class_="strip", aria_label="What these numbers rest on")


def shown(chip: Chip) -> Markup:
    """One chip; its figure leads to the battles behind it, where there are any."""
    leads = chip.href and chip.value != "—"
    figured: Piece = tag("a", chip.value, href=chip.href) if leads else chip.value
    return tag(
        "div",
        tag("dt", chip.name),
        tag("dd", figured, class_="figure"),
        tag("dd", chip.under, class_="under"),
        title=chip.means,
        class_="alarm" if chip.alarm else None,
    )


def share(name: str, found: Share | None, means: str, why: str, href: str | None) -> Chip:
    """A share in percent with its interval and n."""
    if found is None:
        return Chip(name, "—", why, means)
    return Chip(name, figure.percent(found.value), measured(found, figure.percent), f"{means} {WILSON}", href)


def bias(found: Share | None, why: str) -> Chip:
    """Position bias: the first seat's share minus a half, in percentage points."""
    if found is None:
        return Chip("Position bias", "—", why, POSITION)
    moved = Share(found.value - 0.5, found.low - 0.5, found.high - 0.5, found.n)
    sure = moved.low > 0 or moved.high < 0
    return Chip(
        "Position bias",
        points(moved.value),
        measured(moved, points),
        f"{POSITION} {WILSON}",
        alarm=sure and abs(moved.value) > 0.1,
    )


def points(value: float | None) -> str:
    """A difference of shares: `+3.2 pp`, percentage points."""
    said = figure.number(None if value is None else value * 100, 1)
    return f"{'+' if value is not None and value > 0 else ''}{said} pp"


def measured(found: Share, said: Callable[[float | None], str]) -> str:
    """Interval and n of a share."""
    low, high = said(found.low).removesuffix(" %").removesuffix(" pp"), said(found.high)
    return f"{low} to {high}, n {found.n:,}"


def judges(found: Trusted) -> Chip:
    """Who judged: by name where it is one."""
    means = "Who judged. Several judges are pooled unless one is chosen."
    if not found.judges:
        return Chip("Judges", "—", "not known", means)
    if len(found.judges) == 1:
        return Chip("Judges", "1", found.judges[0], means)
    return Chip("Judges", str(len(found.judges)), told(found.judges), means)


def dated(info: BoardInfo, found: Trusted) -> Chip:
    """The board's day, else the days of its battles."""
    first, last = found.days
    if found.dated:
        return Chip("Date", str(found.dated), "state of the board", "The day that the board describes.")
    if first and last:
        under = "all on one day" if first == last else f"first {first}"
        return Chip("Date", str(last), under, "Last day of the battles.")
    why = "battles carry no day" if info.kind == "battles" else "not known"
    return Chip("Date", "—", why, DATE)
