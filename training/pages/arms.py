"""A study's arms as a picture and a table: means over seeds with intervals, differences, verdicts."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from arena.pages.axis import ticks
from arena.pages.figure import count
from arena.pages.markup import Markup, Piece, coded, notes, table, tag, text
from training.studies import telling
from training.studies.cells import Cell, Study
from training.studies.table import Estimate, Line, lines, unlike
from training.studies.telling import Form

WIDE, ROW, LEFT, RIGHT, TOP, FOOT = 760, 40, 150, 70, 12, 48
VERDICTS = {
    "agrees": ("✓", "agrees"),
    "disagrees": ("✗", "disagrees"),
    "undecided": ("?", "undecided"),
    "-": ("", "–"),
}
Place = Callable[[float], float]


def shown(study: Study, figure: str, there: Mapping[str, str] = MappingProxyType({})) -> Markup:
    """The claim, how far the study is, the picture, the table, every cell, and forms to take along.

    `there` has the addresses of the runs that are on this machine, by their folder's name.
    """
    found = lines(study, figure)
    missing = study.expected - len(study.cells) - len(study.trouble)
    told = [f"{count(missing, 'cell')} of {study.expected} are not done yet."] if missing > 0 else []
    told += [f"{name}: {reason}" for name, reason in study.trouble.items()]
    if apart := unlike(study, figure):
        told.append(
            f"{figure.capitalize()} on another panel is not held beside the others: {', '.join(apart)}."
        )
    return tag(
        "section",
        tag("h2", study.title),
        tag("p", f"Claim: {study.claim}") if study.claim else None,
        tag("p", coded(study.note)) if study.note else None,
        tag("p", _about(study), class_="quiet"),
        notes(told),
        picture(study, found, figure, there) if any(line.figure for line in found) else None,
        _buttons(study),
        compared(study, found, figure),
        _runs(study, there),
        _cells(study, figure, there),
        _forms(study, figure),
        class_="study",
    )


def named(figure: str) -> str:
    """A figure with its unit."""
    return ", ".join(filter(None, (figure, telling.unit(figure))))


def _said(found: Estimate | None, figure: str, *, signed: bool = False) -> str:
    """An estimate with its interval, in the signs of the pages; a dash where there is none."""
    if found is None:
        return "–"
    return telling.said(found, figure, signed=signed).replace("-", "\N{MINUS SIGN}")


def _number(value: float, figure: str) -> str:
    return telling.number(value, figure).replace("-", "\N{MINUS SIGN}")


def _about(study: Study) -> str:
    seeds = ", ".join(map(str, study.seeds))
    return (
        f"Preset {study.base}; seeds {seeds}; baseline {study.baseline}; decided by {study.figure}; "
        f"{study.minutes:,.0f} processor minutes in all. Differences are taken seed by seed: arms of a seed "
        "share prompts."
    )


def _runs(study: Study, there: Mapping[str, str]) -> Markup:
    """Where the runs behind the points are."""
    if there:
        return tag("p", "Each small point leads to its run: its stages, rows and answers.", class_="quiet")
    again = tag("code", f"arena study run {study.name}")
    return tag(
        "p", "The runs behind these points are not on this machine; ", again, " makes them anew.",
        class_="quiet",
    )  # fmt: skip


def picture(
    study: Study, found: tuple[Line, ...], figure: str, there: Mapping[str, str] = MappingProxyType({})
) -> Markup:
    """A row for each arm: seeds as small dots, mean and interval over them; the baseline's mean as a line."""
    values = [cell.after[figure] for cell in study.cells if figure in cell.after]
    bounds = [
        v for line in found if line.figure for v in (line.figure.low, line.figure.high) if v is not None
    ]
    low, high = min(values), max(values)
    spread = high - low or abs(high) or 1.0
    low, high = max(min([low, *bounds]), low - spread), min(max([high, *bounds]), high + spread)
    low, high = low - 0.05 * spread, high + 0.05 * spread
    height = TOP + ROW * len(found) + FOOT

    def x(value: float) -> float:
        return LEFT + (min(max(value, low), high) - low) / (high - low) * (WIDE - LEFT - RIGHT)

    rows = [_row(study, line, figure, TOP + ROW * (at + 0.5), x, there) for at, line in enumerate(found)]
    control = next((line.figure for line in found if line.arm == study.baseline and line.figure), None)
    rule = (
        tag("path", d=f"M{x(control.value):.1f} {TOP}V{height - FOOT}", class_="control") if control else None
    )
    told = "; ".join(f"{line.arm} {_said(line.figure, figure)}" for line in found)
    chart = tag(
        "svg", _grid(low, high, x, (TOP, height - FOOT), figure), rule, rows, viewBox=f"0 0 {WIDE} {height}",
        class_="chart armed", role="img", aria_label=told,
    )  # fmt: skip
    return tag("div", chart, class_="drawn", tabindex=0, role="region", aria_label=f"{figure} by arm")


def _grid(low: float, high: float, x: Place, reach: tuple[float, float], figure: str) -> Markup:
    marks: list[Piece] = []
    for value in ticks(low, high):
        at = f"{x(value):.1f}"
        marks.append(tag("path", d=f"M{at} {reach[0]}V{reach[1]}", class_="grid"))
        marks.append(tag("text", _number(value, figure), x=at, y=f"{reach[1] + 18:.1f}", class_="tick mid"))
    middle = f"{(LEFT + WIDE - RIGHT) / 2:.0f}"
    marks.append(tag("text", named(figure), x=middle, y=f"{reach[1] + 38:.1f}", class_="head mid"))
    return text(marks)


def _row(study: Study, line: Line, figure: str, y: float, x: Place, there: Mapping[str, str]) -> Markup:
    name = tag("text", line.arm, x=LEFT - 12, y=f"{y + 4:.1f}", class_="end")
    found = line.figure
    if found is None:
        return tag("g", name)
    seeds = [
        _seed(cell, figure, x(cell.after[figure]), y + 9, there.get(cell.run))
        for cell in study.cells
        if cell.arm == line.arm and figure in cell.after
    ]
    bar = (
        tag("path", d=f"M{x(found.low):.1f} {y:.1f}H{x(found.high):.1f}", class_="reach")
        if found.low is not None and found.high is not None
        else None
    )
    said = _said(found, figure)
    value = tag("text", _number(found.value, figure), x=WIDE - RIGHT + 10, y=f"{y + 4:.1f}", class_="tick")
    mark = tag("path", d=_dot(x(found.value), y, 5), class_="mark")
    return tag("g", tag("title", f"{line.arm}: {said}"), name, bar, mark, seeds, value, class_="arm")


def _seed(cell: Cell, figure: str, x: float, y: float, href: str | None) -> Markup:
    """A run's point; a link where the run is on this machine, with room for a finger."""
    dot = tag("path", d=_dot(x, y, 2.5), class_="seed")
    said = f"{cell.arm}, seed {cell.seed}: {_number(cell.after[figure], figure)}"
    if href is None:
        return tag("g", tag("title", said), dot)
    room = tag("path", d=_dot(x, y, 10), fill="transparent")
    return tag("a", tag("title", said), room, dot, href=href, aria_label=said)


def _dot(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"


def compared(study: Study, found: tuple[Line, ...], figure: str) -> Markup:
    """The table."""
    rows = [
        [
            text(
                [
                    line.arm,
                    " ",
                    tag("span", "baseline", class_="chip") if line.arm == study.baseline else None,
                ]
            ),
            _said(line.figure, figure),
            _said(line.gain, figure, signed=True),
            _said(line.effect, figure, signed=True),
            line.expected or "–",
            _verdict(line),
            f"{line.rows:,.0f}",
            f"{line.minutes:,.1f}",
        ]
        for line in found
    ]
    head = (
        "Arm",
        named(figure)[:1].upper() + named(figure)[1:],
        "Gain",
        f"Beside {study.baseline}",
        "Expected",
        "Verdict",
        "Rows",
        "Minutes",
    )
    return table(head, rows)


def _verdict(line: Line) -> Markup:
    mark, word = VERDICTS[line.verdict]
    return tag(
        "span", tag("b", mark, aria_hidden="true") if mark else None, " ", word, class_=f"outcome-{word}"
    )


def _cells(study: Study, figure: str, there: Mapping[str, str]) -> Markup:
    """Every run: its figure before and after, its stages, where it lies."""
    rows = [
        [
            _led(f"{cell.arm}, seed {cell.seed}", there.get(cell.run)),
            *(_number(held[figure], figure) if figure in held else "–" for held in (cell.before, cell.after)),
            text([tag("p", f"{name}: {verdict}") for name, verdict in cell.stages.items()]),
            tag("code", cell.run),
        ]
        for cell in study.cells
    ]
    return tag(
        "details",
        tag("summary", f"Every run ({len(study.cells)})"),
        table(("Run", "I0", "After", "Stages", "Folder in steps/"), rows),
        class_="runs-of",
    )


def _led(name: str, href: str | None) -> Markup:
    return tag("a", name, href=href) if href else text([name])


def _buttons(study: Study) -> Markup:
    return tag(
        "p",
        [
            tag("button", f"Take it as {kind.upper()}", type="button", class_="act", data_picture=kind,
                data_of="#study", data_name=f"study-{study.name}")
            for kind in ("svg", "png")
        ],
        class_="acts",
    )  # fmt: skip


def _forms(study: Study, figure: str) -> Markup:
    """The table for a paper, as text to copy."""
    forms: tuple[tuple[Form, str], ...] = (("csv", "CSV"), ("tex", "LaTeX"), ("md", "Markdown"))
    return text(
        tag(
            "details",
            tag("summary", f"As {name}"),
            tag("pre", telling.table(study, form, figure)),
            class_="as-text",
        )
        for form, name in forms
    )
