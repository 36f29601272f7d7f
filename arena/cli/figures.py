"""Answers to a closer look as text for a terminal (`arena.cli.looking`). Shares stand with interval and n."""

from math import ceil

from rich.markup import escape

from arena.cli.tables import console, grid, number
from arena.service import closer as look
from arena.service.sensitivity import SensitivityFound, Varied


def share(found: look.Share | None, why_not: str = "-") -> str:
    """A share as `61.2 % (58.0 .. 64.3, n 1,234)`."""
    if found is None:
        return why_not
    return f"{found.value:.1%} ({found.low:.1%} .. {found.high:.1%}, n {found.n:,})"


def trusted(result: look.Trusted) -> None:
    """The trust strip."""
    table = grid(result.board, "", "")
    table.add_row("battles", f"{result.battles:,}")
    table.add_row("judges", escape(", ".join(result.judges)) or "-")
    table.add_row("verdicts that could be read", share(result.coverage))
    table.add_row("battles whose games disagree", share(result.flips, "- (one game each)"))
    table.add_row("first seat wins (50 % is fair)", share(result.position, "- (no battle in both orders)"))
    table.add_row("ties", share(result.ties))
    table.add_row("groups that never met", "none" if result.connected else str(result.components))
    first, last = result.days
    table.add_row("days", f"{first} .. {last}" if first else "-")
    console.print(table)


def outlook(result: look.OutlookFound) -> None:
    """One line per number of models, with the battles that part them."""
    if result.half is None:
        console.print(f"{escape(result.board)}: no intervals, nothing to plan with")
        return
    console.print(f"{result.battles:,} battles: ±{result.half:.1f} on average; four times as many halve it")
    if result.after is not None:
        told = f"with {result.after.more:,} more: ±{result.after.half:.1f}"
        console.print(f"{told}; {_apart(result.after.apart)} would stand apart")
    table = grid("", "stand apart", "battles", "times those there")
    for step in result.steps:
        first = "the first" if step.top == 1 else f"the first {step.top}"
        table.add_row(
            first, planned(result.battles, step.times), "-" if step.times is None else f"{step.times:.2f}"
        )
    console.print(table)


def _apart(top: int) -> str:
    return {0: "none of the first", 1: "the first"}.get(top, f"the first {top}")


def planned(battles: int, times: float | None) -> str:
    """Battles until something stands apart, in words."""
    if times is None:
        return "never: two are level"
    return "as it is" if times <= 1 else f"about {ceil(battles * times):,}"


def heatmap(result: look.HeatmapFound) -> None:
    """One line per pair that met."""
    table = grid(result.board, "model", "against", "share of points", "expected")
    for cell in result.cells:
        odds = "-" if cell.expected is None else f"{cell.expected:.1%}"
        table.add_row(escape(cell.a), escape(cell.b), share(cell.share), odds)
    console.print(table)


def card(result: look.CardFound) -> None:
    """One model."""
    table = grid(f"{result.model} on {result.board}", "against", "share of points", "expected")
    for cell in result.opponents:
        odds = "-" if cell.expected is None else f"{cell.expected:.1%}"
        table.add_row(escape(cell.b), share(cell.share), odds)
    console.print(table)
    if result.categories:
        places = grid(None, "category", "rank", "rating", "95 %", "battles")
        for place in result.categories:
            bounds = f"{number(place.low)} .. {number(place.high)}"
            rank = f"{place.rank} of {place.models}"
            places.add_row(escape(place.category), rank, number(place.value), bounds, f"{place.battles:,}")
        console.print(places)
    for title, lines in (("won against the odds", result.best), ("lost against the odds", result.worst)):
        ids = ", ".join(line.id.replace("-", "")[:10] for line in lines)
        console.print(f"{title}: {ids or 'none'}")


def facets(result: look.FacetsFound) -> None:
    """Values of each facet with their counts."""
    for name, counts in (*result.facets.items(), ("model", result.models)):
        if counts:
            values = ", ".join(f"{escape(value)} {count:,}" for value, count in counts)
            console.print(f"[bold]{name}[/]: {values}")


MOVED = 3
"""How many of the models that move a comparison most are printed."""


def varied(result: SensitivityFound) -> None:
    """One line per changed choice, then per category."""
    table = grid(
        f"{result.board} against {result.reference}",
        "what",
        "choice",
        "models",
        "Spearman",
        "95 %",
        "agreement",
    )
    for line in (result.asked, *result.varied, *result.categories, *result.without[:MOVED]):
        table.add_row(line.what, escape(line.choice), *_cells(line))
    console.print(table)


def _cells(line: Varied) -> tuple[str, str, str, str]:
    if line.why_not is not None:
        return "-", "-", escape(line.why_not), "-"
    low, high = line.spearman_interval or (None, None)
    return (
        str(line.n_models),
        number(line.spearman, 4),
        f"{number(low, 4)} .. {number(high, 4)}",
        number(line.agreement, 4),
    )
