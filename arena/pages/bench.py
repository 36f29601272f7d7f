"""The judges' bench: all judges of a board in a table of figures with intervals, and one of them closely."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from arena.audit import Rate
from arena.filters import Filters
from arena.pages import figure, link
from arena.pages.markup import Markup, Piece, notes, table, tag, text
from arena.people import told
from arena.service.auditing import Audited, Figures, Health


@dataclass(frozen=True, slots=True)
class Spot:
    """Which board, whose word is the truth, which judge is looked at, and by what."""

    board: str | None = None
    reference: str | None = None
    judge: str | None = None
    by: Literal["category", "model", "gap"] = "category"


@dataclass(frozen=True, slots=True)
class Column:
    """A figure's name, what it means, and the battles that it leads to."""

    name: str
    means: str
    filters: tuple[tuple[str, Any], ...] = ()
    signed: bool = False
    """Shown as its distance from a half, in percentage points."""


FEW = 6
"""People that are listed one by one."""
DASH = "\N{EN DASH}"
COLUMNS = {
    "right_game": Column("Games right", "Single games that say what the reference says: a, b or neither."),
    "right": Column(
        "Battles right", "Battles that, both games folded, are decided as the reference decides."
    ),
    "decisive": Column("If decisive", "The same among battles where both name a winner."),
    "same": Column("Same, swapped", "Battles whose two games, in either order, say the same."),
    "flipped": Column("Flips", "Battles whose two games name different winners.", (("flipped", True),)),
    "first": Column(
        "Position bias",
        "How often the answer shown first wins, above or below a half: 0 is fair.",
        signed=True,
    ),
    "tied": Column("Ties", "Decided battles that nobody won.", (("winner", "tie"),)),
    "longer": Column("Longer wins", "Battles won by one side that the longer answer won."),
    "longer_even": Column(
        "Longer wins, equals", "The same where the reference finds both answers as good: length preference."
    ),
    "cycles": Column("Circles", "Prompts on which three models beat each other in a circle."),
    "repeated": Column(
        "Same again", "Verdicts on the same answers in the same seats, given twice, that agree."
    ),
    "read": Column("Read", "Verdicts that could be read.", (("failed", True),)),
}


def side_by_side(found: Audited, spot: Spot, filters: Filters, *, choice: bool = True) -> Markup:
    """Who is the truth, the table, and what the columns mean; `choice`: where judges can be chosen below."""
    shown = [name for name in COLUMNS if any(getattr(one.figures, name) for one in found.judges)]
    kappas = any(one.kappa for one in found.judges)
    costs = any(one.tokens or one.milliseconds for one in found.judges)
    one_below = ": look closely at one below" if choice else ""
    head = ["Judge", *(COLUMNS[name].name for name in shown)]
    head += ["Kappa"] * kappas + ["Per verdict"] * costs
    rows = [
        [
            _name(one, spot, filters),
            *(_cell(getattr(one.figures, name), COLUMNS[name], one, spot, filters) for name in shown),
            *[_plain(one.kappa)] * kappas,
            *[_cost(one)] * costs,
        ]
        for one in sorted(found.judges, key=_order)
        if not (one.human and crowded(found))
    ]
    return tag(
        "section",
        tag("p", truth(found, choice=choice), class_="quiet"),
        notes(leaks(found)),
        table(head, rows),
        tag("p", f"People are too many to be listed one by one{one_below}.", class_="quiet")
        if crowded(found)
        else None,
        meanings(shown, kappa=kappas),
        class_="judgebench",
    )


def crowded(found: Audited) -> bool:
    """Whether there are too many people to list each."""
    return sum(one.human for one in found.judges) > FEW


def _order(one: Health) -> tuple[bool, bool, float, str]:
    """The best by the reference first; the reference itself last."""
    best = one.figures.right or one.figures.same
    return one.reference, best is None, -(best.value if best else 0), one.judge


def truth(found: Audited, *, choice: bool = True) -> Markup:
    """Whose word the figures are held against, how far those agree, and how far all judges do."""
    words: list[Piece] = []
    if found.reference:
        many = "the majority of " if len(found.reference) > 1 else ""
        words.append(f"Held against {many}{_names(found.reference)}. ")
    else:
        words.append(
            "This board has no people among its judges, so nothing says who is right"
            f"{': choose a judge to hold the others against' if choice else ''}. "
        )
    if found.people:
        words.append(
            f"Two of them say the same in {_said(found.people)} of cases: nobody can be asked for more. "
        )
    if found.people_alpha:
        words.append(f"Krippendorff's alpha among them {_number(found.people_alpha)}. ")
    if found.alpha:
        words.append(f"Krippendorff's alpha of all judges {_number(found.alpha)}.")
    return text(words)


def _names(judges: tuple[str, ...]) -> str:
    """Judges by name; many of them are counted."""
    return ", ".join(judges) if len(judges) <= FEW else told(judges)


def leaks(found: Audited) -> list[str]:
    """Judges that may know their own hand: contestants, or of a contestant's family."""
    return [
        f"{one.judge} judges {', '.join(one.own)}: itself, or of its own family. Ask another judge, too."
        for one in found.judges
        if one.own
    ]


def _name(one: Health, spot: Spot, filters: Filters) -> Markup:
    marks = [
        tag("span", word, class_="chip")
        for word, on in (("people", one.human), ("reference", one.reference))
        if on
    ]
    there = "/judges" + link.query(replace(spot, judge=one.judge), filters)
    return text([tag("a", one.judge, href=there), " ", marks])


def _cell(rate: Rate | None, column: Column, one: Health, spot: Spot, filters: Filters) -> Piece:
    if rate is None:
        return tag("span", DASH, class_="quiet")
    value = _points(rate.value - 0.5) if column.signed else figure.percent(rate.value)
    href = _battles(one, column, spot, filters)
    return text(
        [
            tag("a", value, href=href) if href else value,
            tag(
                "small",
                f"{_span(rate, signed=column.signed)}, n {rate.n:,}",
                title=f"{rate.n:,} of {figure.count(rate.clusters, 'prompt')}",
            ),
            _bar(rate),
        ]
    )


def _battles(one: Health, column: Column, spot: Spot, filters: Filters) -> str | None:
    if not column.filters:
        return None
    narrowed = replace(filters, judge=one.judge, **dict(column.filters))
    return "/battles" + link.query(replace(Spot(), board=spot.board), narrowed)


def _bar(rate: Rate) -> Markup:
    """The interval on a line from 0 to 1, drawn by the style sheet."""
    low, wide = 100 * rate.low, max(1.0, 100 * (rate.high - rate.low))
    return tag(
        "i", tag("b", style=f"left:{min(low, 99):.1f}%;width:{wide:.1f}%"), class_="gauge", aria_hidden="true"
    )


def _span(rate: Rate, *, signed: bool = False) -> str:
    low, high = (rate.low - 0.5, rate.high - 0.5) if signed else (rate.low, rate.high)
    return f"{figure.number(100 * low, 1)}{DASH}{figure.number(100 * high, 1)}"


def _points(value: float) -> str:
    return f"{'+' if value > 0 else ''}{figure.number(100 * value, 1)} pp"


def _said(rate: Rate) -> str:
    return f"{figure.percent(rate.value)} ({_span(rate)}, n {rate.n:,})"


def _number(rate: Rate) -> str:
    return f"{figure.number(rate.value, 2)} ({figure.number(rate.low, 2)} to {figure.number(rate.high, 2)})"


def _plain(rate: Rate | None) -> Piece:
    if rate is None:
        return tag("span", DASH, class_="quiet")
    low, high = figure.number(rate.low, 2), figure.number(rate.high, 2)
    return text([figure.number(rate.value, 2), tag("small", f"{low}{DASH}{high}")])


def _cost(one: Health) -> Piece:
    tokens = f"{figure.number(one.tokens)} tokens" if one.tokens else None
    seconds = f"{figure.number(one.milliseconds / 1000, 2)} s" if one.milliseconds else None
    return text([tokens or seconds or DASH, tag("small", seconds) if tokens and seconds else None])


def meanings(shown: list[str], *, kappa: bool) -> Markup:
    """What the columns mean."""
    told = [(COLUMNS[name].name, COLUMNS[name].means) for name in shown]
    if kappa:
        told.append(("Kappa", "Cohen's: agreement with the reference beyond chance; 0 chance, 1 always."))
    return tag(
        "details",
        tag("summary", "What the columns mean"),
        tag("dl", [tag("div", tag("dt", name), tag("dd", means)) for name, means in told], class_="terms"),
        tag(
            "p",
            "Intervals are 95 %, robust to prompts with several verdicts. Links lead to the battles.",
            class_="quiet",
        ),
    )


def alone(found: Audited, spot: Spot, filters: Filters) -> Markup:
    """One judge: what could not be read, kin, injected verdicts, and its figures part by part."""
    one = next((held for held in found.judges if held.judge == spot.judge), None)
    if one is None:
        return Markup()
    flips = "/battles" + link.query(
        replace(Spot(), board=spot.board), replace(filters, judge=one.judge, flipped=True)
    )
    shown = [name for name in COLUMNS if any(getattr(part.figures, name) for part in one.parts)]
    return tag(
        "section",
        tag("h2", one.judge),
        tag(
            "p",
            tag("a", "Read the battles whose games disagree", href=flips) if one.figures.flipped else None,
            class_="quiet",
        ),
        _failures(one),
        _kin(one),
        _canaries(one),
        tag("h3", {"category": "By category", "model": "By model", "gap": "By score gap"}[spot.by]),
        _parts(one, shown) if shown else tag("p", _nothing(spot), class_="quiet"),
        class_="judgebench",
    )


def _nothing(spot: Spot) -> str:
    what = {"category": "categories", "model": "models", "gap": "scores"}[spot.by]
    return f"The verdicts of this judge here have no {what}."


def _parts(one: Health, shown: list[str]) -> Markup:
    rows = [[part.name, *(_part(part.figures, name) for name in shown)] for part in one.parts]
    return table(["", *(COLUMNS[name].name for name in shown)], rows)


def _part(figures: Figures, name: str) -> Piece:
    rate, column = getattr(figures, name), COLUMNS[name]
    if rate is None:
        return tag("span", DASH, class_="quiet")
    value = _points(rate.value - 0.5) if column.signed else figure.percent(rate.value)
    return text([value, tag("small", f"{_span(rate, signed=column.signed)}, n {rate.n:,}"), _bar(rate)])


def _failures(one: Health) -> Piece:
    if not one.failures:
        return None
    said = ", ".join(f"{count:,} {kind}" for kind, count in one.failures)
    return tag("p", f"Could not be read: {said}.")


def _kin(one: Health) -> Piece:
    """Own family: a warning where the favour is sure."""
    lines = [
        f"{model}, of its own family, gets {_points(rate.value)} points from it beyond those of other judges "
        f"({_points(rate.low)} to {_points(rate.high)}, n {rate.n:,})."
        for model, rate in one.kin
    ]
    sure = any(rate.low > 0 for _, rate in one.kin)
    return notes(lines, "warn" if sure else "info") if lines else None


def _canaries(one: Health) -> Piece:
    if not one.canaries:
        return None
    rows = [
        (line.kind.replace("_", " "), str(line.n), str(line.better), str(line.worse), _points(line.lift))
        for line in one.canaries
    ]
    head = ("Injected verdict", "Battles", "Helped", "Harmed", "Lift")
    return text([tag("h3", "Injected verdicts"), table(head, rows)])
