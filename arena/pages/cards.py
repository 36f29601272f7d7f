"""The figures of an agreement as cards and tables. Each has its interval, its n and its meaning."""

from collections.abc import Callable

from arena.agreement import Disagreement
from arena.pages import figure, points
from arena.pages.markup import Markup, Piece, table, tag
from arena.pages.paper import Printed
from arena.service.requests import Compared

MEANING = {
    "spearman": (
        "Spearman",
        "Do both boards put the models in the same order? Correlation of ranks; 1 = the same order.",
    ),
    "kendall": ("Kendall", "Share of model pairs in the same order minus share in opposite order (tau-b)."),
    "agreement": (
        "Agreement",
        "Of the pairs that the reference separates (95 %): ordered alike minus ordered oppositely.",
    ),
    "differentiation": (
        "Differentiation",
        "Separability: share of all pairs whose 95 % intervals lie apart, on either board.",
    ),
    "average": ("Average", "Mean of Spearman, agreement and differentiation: the paper's consistency."),
    "brier": (
        "Pair-rank Brier",
        "Squared error of this board's chance that one model is above another. 0 is best, 0.25 is a coin.",
    ),
}
SHARES = ("agreement", "differentiation", "average")
OPPOSED = "Pairs whose intervals are apart on both boards, in opposite directions; rating points."
SOURCE = (
    "Arena Learning, arXiv 2407.10627v1 (July 2024). The GPT-4o row of its table is lost, "
    "so one model fewer is compared here. The later conference version prints other figures."
)


def shown(name: str, value: float | None) -> str:
    """Shares in percent, coefficients with three digits."""
    return figure.percent(value) if name in SHARES else figure.number(value, 3)


def between(name: str, low: float, high: float) -> str:
    """A range in the metric's unit: `69.6 – 78.2 %`."""
    if name not in SHARES:
        return f"{figure.number(low, 3)} – {figure.number(high, 3)}"
    return f"{figure.number(low * 100, 1)} – {figure.number(high * 100, 1)} %"


def cards(found: Compared) -> Markup:
    """One card per metric."""
    return tag("div", [card(found, name) for name in MEANING], class_="cards")


def card(found: Compared, name: str) -> Markup:
    """A metric with everything that says how far it can be trusted."""
    title, meaning = MEANING[name]
    bounds, top, spread = found.intervals.get(name), found.ceiling.get(name), found.leave_one_out.get(name)
    pairs = {"agreement": found.agreement_pairs, "differentiation": found.differentiation_pairs}.get(name)
    lines: list[Piece] = [
        line(
            "95 %",
            between(name, *bounds) if bounds else "no interval: neither board can be redrawn",
        ),
        line("n", f"{pairs[0]:,} of {pairs[1]:,} pairs" if pairs else figure.count(found.n_models, "model")),
        *(theirs(found) if name == "differentiation" else ()),
        line("Noise ceiling", shown(name, top)) if top is not None else None,
        line("Leave one out", between(name, *spread)) if spread else None,
    ]
    return tag(
        "section",
        tag("h3", title),
        tag("p", shown(name, getattr(found, name)), class_="big"),
        tag("dl", lines),
        tag("p", meaning, class_="quiet"),
        class_="card",
    )


def theirs(found: Compared) -> list[Piece]:
    """The reference's own separability."""
    share, pairs = found.reference_differentiation, found.reference_differentiation_pairs
    bounds = found.intervals.get("reference_differentiation")
    if share is None:
        return [line("Reference", "has no intervals")]
    return [
        line("Reference", f"{figure.percent(share)}, {pairs[0]:,} of {pairs[1]:,}"),
        line("Reference 95 %", between("differentiation", *bounds)) if bounds else None,
    ]


def line(name: str, value: str) -> Markup:
    """One figure beside the card's own."""
    return tag("div", tag("dt", name), tag("dd", value))


def beside(found: Compared, paper: Printed) -> Markup:
    """The paper's own figures beside ours, in percent as it prints them."""
    rows = [
        ("Spearman", hundred(found.spearman), hundred(paper.spearman)),
        (
            "Agreement",
            hundred(found.agreement, found.agreement_pairs),
            hundred(paper.agreement, paper.agreement_pairs),
        ),
        (
            "Differentiation",
            hundred(found.differentiation, found.differentiation_pairs),
            hundred(paper.differentiation, paper.differentiation_pairs),
        ),
        ("Average", hundred(found.average), hundred(paper.average)),
    ]
    head = ("Percent", f"Recomputed here, {found.n_models} models", "Printed in the paper, 23 models")
    return tag("section", tag("h2", "Beside the paper"), table(head, rows), tag("p", SOURCE, class_="quiet"))


def hundred(share: float | None, pairs: tuple[int, int] | None = None) -> Piece:
    """A share as the paper prints it, with the pairs it stands for."""
    said = tag("span", f" ({pairs[0]} of {pairs[1]})", class_="quiet") if pairs else None
    return [figure.number(None if share is None else share * 100, 2), said]


def disagreements(found: Compared, battles: Callable[[str, str], str | None], limit: int = 30) -> Markup:
    """Pairs that both boards separate, in opposite directions, widest first."""
    title = tag("h2", "Confident disagreements")
    if not found.disagreements:
        none = "None: no pair that both boards separate is ordered oppositely."
        return tag("section", title, tag("p", none, class_="quiet"))
    scale = points.unit(found)
    rows = [disagreement(one, scale, battles(one.above, one.below)) for one in found.disagreements[:limit]]
    rest = len(found.disagreements) - limit
    return tag(
        "section",
        title,
        tag("p", OPPOSED, class_="quiet"),
        table((f"{found.board} puts", "above", "by", "while the reference says", "read"), rows, left=2),
        tag("p", f"… and {rest} more (arena agreement --json has all).", class_="quiet")
        if rest > 0
        else None,
    )


def disagreement(one: Disagreement, scale: figure.Scale, battles: str | None) -> tuple[Piece, ...]:
    """A row: both models, both gaps with the intervals behind them, the way to the battles."""
    return (
        one.above,
        one.below,
        tag("span", f"+{figure.rating(one.gap, scale)}", title=_bounds(one.bounds, scale)),
        tag("span", figure.number(one.reference_gap), title=_bounds(one.reference_bounds, "elo")),
        tag("a", "battles", href=battles) if battles else "–",
    )


def _bounds(bounds: tuple[tuple[float, float], tuple[float, float]], scale: figure.Scale) -> str:
    return "95 %: " + " and ".join(figure.interval(*one, scale) for one in bounds)
