"""What more battles would buy, under a ranking: how many it takes until the first models stand apart."""

from math import ceil

from arena.pages import figure
from arena.pages.markup import Markup, tag
from arena.ratings import outlook as outlooks
from arena.service.requests import Ranked

FAR = 1000.0
"""Times the battles that are there: beyond it a number is no plan."""
CAUTION = "If ratings stay where they are. Looking until it fits makes 95 % too little."


def prospect(ranked: Ranked) -> Markup:
    """A folded part; nothing for a ranking without intervals or battles."""
    found = outlooks.outlook(ranked.ratings)
    if found is None or not ranked.n_battles or ranked.scale != "elo" or not found.half:
        return Markup()
    shrink = [
        f"{times} times: ±{figure.number(outlooks.shrunk(found.half, times), 1)}" for times in (2, 4, 10)
    ]
    now = f"±{figure.number(found.half, 1)} points on average with {ranked.n_battles:,} battles. "
    steps = [tag("li", tag("b", _first(one.top)), " ", _said(one, ranked.n_battles)) for one in found.steps]
    return tag(
        "details",
        tag("summary", "What would more battles buy?"),
        tag("p", now, "With more of the same kind, ", "; ".join(shrink), "."),
        what_if(found, ranked.n_battles),
        tag("ul", steps, class_="became"),
        tag("p", CAUTION, class_="quiet"),
        class_="prospect",
    )  # fmt: skip


def what_if(found: outlooks.Outlook, battles: int) -> Markup:
    """A slider over how many battles are added; static/leaderboard.js says what then (`outlook.after`)."""
    steps = ",".join(f"{one.top}:{one.times:.6g}" for one in found.steps if one.times is not None)
    middle = outlooks.after(found, battles, battles)
    slide = tag(
        "input",
        type="range",
        id="what-if",
        min=-1,
        max=2,
        step="0.05",
        value=0,
        data_half=f"{found.half:.6g}",
        data_battles=battles,
        data_steps=steps,
    )
    said = tag("output", after(middle), for_="what-if")
    return tag("p", tag("label", "What if ", slide, for_="what-if"), " ", said, class_="what-if")


def after(then: outlooks.After) -> str:
    """What so many more battles come to, in words."""
    apart = {0: "none of the first stands apart", 1: "the first stands apart"}
    told = apart.get(then.apart, f"the first {then.apart} stand apart")
    return f"{then.more:,} more battles: ±{figure.number(then.half, 1)}, {told}"


def _first(top: int) -> str:
    return "The first stands apart" if top == 1 else f"The first {top} stand apart"


def _said(step: outlooks.Step, battles: int) -> str:
    if step.times is None:
        return "never: two are level"
    if step.times <= 1:
        return "as it is"
    if step.times > FAR:
        return f"with more than {FAR:,.0f} times the battles"
    return f"with about {ceil(battles * step.times):,} battles, {step.times:,.1f} times as many"
