"""Judges beside the votes: how often each says what people say, and how that became surer vote by vote."""

from arena.audit import Rate
from arena.filters import Filters
from arena.pages import figure, link
from arena.pages.markup import Markup, Piece, tag
from arena.pages.shelf import At
from arena.service.ballots import TrialFound, Tried
from arena.votes import Step

DASH = "\N{EN DASH}"
WIDE, HIGH, LEFT, TOP, FOOT = 300, 130, 34, 8, 18
SOME = 5
"""Votes below which nothing is drawn: the interval fills the picture."""


def trial(found: TrialFound, board: str, *, flagged: bool) -> Markup:
    """The whole panel."""
    return tag(
        "section",
        tag("h2", "Judges beside people"),
        counted(found),
        [judge(one) for one in found.judges] or _none(found),
        _people(found),
        _ways(board, flagged=flagged),
        class_="trial",
        aria_label="Judges beside people",
    )


def counted(found: TrialFound) -> Markup:
    """How many votes there are, and whose."""
    held = found.counts
    if not held.votes:
        return tag("p", "Nobody has voted on this board yet.", class_="quiet")
    people = "1 person" if held.voters == 1 else f"{held.voters:,} people"
    said = f"{figure.count(held.counted, 'vote')} by {people}, {found.mine:,} of them yours."
    marked = _named((held.fast, "too fast"), (held.named, "on answers that name a model"))
    besides = _named((held.undone, "taken back"), (held.again, "given twice"))
    return tag(
        "p",
        said,
        f" Marked: {marked}." if marked else None,
        f" Not counted: {besides}." if besides else None,
        class_="quiet counts",
    )


def _named(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{number:,} {what}" for number, what in counts if number)


def judge(one: Tried) -> Markup:
    """One judge: the figure, how it came about, and its parts."""
    rate = one.all
    if rate is None:
        return Markup()
    parts: tuple[tuple[str, str, Rate | None], ...] = (
        (
            "At random",
            "Votes on battles drawn from all alike: what to expect on the whole board.",
            one.random,
        ),
        ("Where unsure", "Votes on battles where the judge was doubted: lower by choice.", one.unsure),
        ("Both decisive", "Votes for a side where the judge names a side too.", one.decisive),
    )
    return tag(
        "section",
        tag("h3", one.judge),
        tag(
            "p",
            tag("span", figure.percent(rate.value), class_="big"),
            tag("span", f" of votes say what it says ({span(rate)}, n {rate.n:,})"),
            class_="rate",
        ),
        gauge(rate),
        course(one.course, one.judge) if rate.n >= SOME else None,
        tag("dl", [_part(*part) for part in parts if part[2] is not None], class_="split"),
        class_="tried",
        aria_label=one.judge,
    )


def _part(name: str, means: str, rate: Rate | None) -> Markup:
    if rate is None:
        return Markup()
    said = f"{figure.percent(rate.value)} ({span(rate)}, n {rate.n:,})"
    return tag("div", tag("dt", name, title=means), tag("dd", said))


def span(rate: Rate) -> str:
    """The interval, in percent."""
    return f"{figure.number(100 * rate.low, 1)}{DASH}{figure.number(100 * rate.high, 1)}"


def gauge(rate: Rate) -> Markup:
    """The interval on a line from 0 to 1."""
    low, wide = 100 * rate.low, max(1.0, 100 * (rate.high - rate.low))
    inside = tag("b", style=f"left:{min(low, 99):.1f}%;width:{wide:.1f}%")
    return tag("i", inside, class_="gauge", aria_hidden="true")


def course(steps: tuple[Step, ...], name: str) -> Markup:
    """The figure after each vote with its interval as a band that narrows."""
    last = steps[-1]

    def x(votes: int) -> float:
        return LEFT + (votes - 1) / max(1, last.votes - 1) * (WIDE - LEFT - 6)

    def y(share: float) -> float:
        return TOP + (1 - share) * (HIGH - TOP - FOOT)

    band = [f"{x(one.votes):.1f},{y(one.rate.high):.1f}" for one in steps]
    band += [f"{x(one.votes):.1f},{y(one.rate.low):.1f}" for one in reversed(steps)]
    line = " ".join(f"{x(one.votes):.1f},{y(one.rate.value):.1f}" for one in steps)
    grid: list[Piece] = []
    for share in (0.0, 0.5, 1.0):
        grid.append(tag("polyline", points=f"{LEFT},{y(share):.1f} {WIDE - 6},{y(share):.1f}", class_="rule"))
        grid.append(tag("text", f"{share:.0%}", x=LEFT - 5, y=f"{y(share) + 3.5:.1f}", text_anchor="end"))
    first, narrowed = steps[0].rate, last.rate
    told = (
        f"{name}: agreement with votes, from {span(first)} percent after "
        f"{figure.count(steps[0].votes, 'vote')} to {span(narrowed)} percent after {last.votes:,}"
    )
    return tag(
        "svg",
        grid,
        tag("polygon", points=" ".join(band), class_="band"),
        tag("polyline", points=line, fill="none", class_="way"),
        tag("text", f"{figure.count(last.votes, 'vote')}", x=WIDE - 6, y=HIGH - 4, text_anchor="end"),
        viewBox=f"0 0 {WIDE} {HIGH}",
        class_="narrows",
        role="img",
        aria_label=told,
    )


def _none(found: TrialFound) -> Markup | None:
    """What stands where no judge can be compared."""
    if not found.counts.counted:
        return tag(
            "p", "With the first votes, each judge's agreement with people stands here.", class_="quiet"
        )
    return tag("p", "No judge but people has decided the battles that were voted on.", class_="quiet")


def _people(found: TrialFound) -> Markup | None:
    if found.people is None:
        return None
    rate = found.people
    said = f"Two people on one battle agree in {figure.percent(rate.value)} ({span(rate)}, n {rate.n:,}): "
    return tag("p", said, "nobody can be asked for more.", class_="quiet")


def _ways(board: str, *, flagged: bool) -> Markup:
    """Where the votes lead: boards by whom, the judges' page, battles on which they differ."""
    here = At(board)
    switch = Filters() if not flagged else Filters(flagged=False)
    ways = (
        ("Board by people", "/" + link.query(here, Filters(people=True))),
        ("Board by judges", "/" + link.query(here, Filters(people=False))),
        ("Board by both", "/" + link.query(here)),
        ("How far to trust the judges", "/judges" + link.query(here)),
        ("Where people and judges differ", "/battles" + link.query(here, Filters(against_human=True))),
        (
            "Leave marked votes out of these figures" if flagged else "Count marked votes too",
            "/vote" + link.query(here, switch),
        ),
    )
    return tag("ul", [tag("li", tag("a", words, href=address)) for words, address in ways], class_="leads")
