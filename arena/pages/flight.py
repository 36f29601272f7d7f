"""What a plan would do and cost, and what is wrong with it, before anything starts.

Colours have words beside them. Leaves out finding it out (`arena.jobs.plan`).
"""

from collections.abc import Iterable

from arena.jobs.plan import Dry
from arena.jobs.types import Cost
from arena.pages import course, link
from arena.pages.figure import number
from arena.pages.markup import Markup, table, tag, text
from arena.pages.roster import Spot
from arena.preflight import Finding, Level, worst

LEVELS: dict[Level, tuple[str, str]] = {
    "red": ("×", "stops it"),
    "amber": ("!", "look at it"),
    "green": ("✓", "fine"),
}
_VERDICTS: dict[Level, str] = {
    "red": "It cannot start like this.",
    "amber": "It can start; some things are worth a look first.",
    "green": "Ready to start.",
}


def checked(found: Dry) -> Markup:
    """The whole dry run."""
    level = worst(found.findings)
    there = None
    if found.run and found.state:
        lead = tag("a", found.run, href="/runs" + link.query(Spot(found.run)), data_run=found.run)
        now = course.STATES[found.state][1].lower()
        there = tag("p", "This very plan has a run already: ", lead, f" ({now}). Starting it leads there.")
    return tag(
        "section",
        tag("h2", "Before it starts"),
        tag("p", tag("b", _VERDICTS[level]), class_=f"verdictline {level}"),
        findings(found.findings),
        costs(found.costs),
        there,
        class_="flight",
        aria_label="Dry run",
    )


def findings(found: Iterable[Finding]) -> Markup:
    """What was looked at, the worst first."""
    order = list(LEVELS)
    lines = [_finding(one) for one in sorted(found, key=lambda one: order.index(one.level))]
    return tag("ul", lines, class_="findings") if lines else Markup()


def _finding(one: Finding) -> Markup:
    mark, words = LEVELS[one.level]
    told = tag("span", tag("b", one.subject), f" {one.text}")
    return tag(
        "li", tag("b", mark, aria_hidden="true"), tag("span", words, class_="level"), told, class_=one.level
    )


def costs(found: Iterable[Cost]) -> Markup:
    """What it takes."""
    rows = [(one.what, figure(one), one.unit, tag("span", one.note, class_="quiet")) for one in found]
    return text([tag("h3", "What it takes"), table(("", "how much", "", "from"), rows)]) if rows else Markup()


def figure(cost: Cost) -> str:
    """The value with as many digits as it deserves."""
    whole = cost.value == int(cost.value) or cost.value >= 100
    return number(cost.value, 0 if whole else 1 if cost.value >= 1 else 3)
