"""What can be taken away from a comparison: csv, json, a LaTeX table, pictures of its charts, a link."""

import csv
import io

from arena import wire
from arena.cells import inert
from arena.pages import cards
from arena.pages.markup import Markup, tag
from arena.service.requests import Compared

HEAD = (
    "model", "reference_model", "match", "rating", "low", "high", "rank",
    "reference_rating", "reference_low", "reference_high", "reference_rank", "residual",
)  # fmt: skip
SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: f"\\{sign}" for sign in "&%$#_{}"
}


def buttons(found: Compared) -> Markup:
    """One button per form; static/agreement.js saves what a button carries."""
    name = f"{found.board}-against-{found.reference}"
    files = (
        ("CSV", f"{name}.csv", "text/csv", points(found)),
        ("JSON", f"{name}.json", "application/json", wire.encode(found).decode()),
        ("LaTeX", f"{name}.tex", "text/plain", latex(found)),
    )
    shown = [
        tag(
            "button",
            said,
            type="button",
            data_save=file,
            data_type=kind,
            data_text=body,
            title=f"Save {file}",
        )
        for said, file, kind, body in files
    ]
    link = tag("button", "Copy link", type="button", data_copy=True)
    return tag("div", tag("span", "Export", class_="quiet"), link, shown, class_="takes")


def pictures(place: str, what: str, found: Compared) -> Markup:
    """Buttons that save the chart of a place as a picture (static/charts.js)."""
    name = f"{found.board}-against-{found.reference}-{what}"
    shown = [
        tag(
            "button",
            kind.upper(),
            type="button",
            data_picture=kind,
            data_of=place,
            data_name=name,
            title=f"Save this chart as {kind.upper()}",
            aria_label=f"Save {what} as {kind.upper()}",
        )
        for kind in ("png", "svg")
    ]
    return tag("span", shown, class_="pictured")


def points(found: Compared) -> str:
    """The shared models, one per line. A cell that a spreadsheet would compute begins with an apostrophe."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(HEAD)
    for point in found.points:
        names = inert(point.model), inert(point.reference_model), point.match
        here = point.value, point.low, point.high, point.rank
        there = point.reference_value, point.reference_low, point.reference_high, point.reference_rank
        lines.writerow([*names, *here, *there, point.residual])
    return file.getvalue()


def latex(found: Compared) -> str:
    """The figures as a booktabs table."""
    rows = [line(found, name) for name in cards.MEANING]
    caption = f"{escaped(found.board)} against {escaped(found.reference)}, {found.n_models} shared models."
    head = [r"\begin{tabular}{lrrr}", r"\toprule", r"Figure & Value & 95\,\% interval & Noise ceiling \\"]
    foot = [r"\bottomrule", r"\end{tabular}", f"% {caption}", ""]
    return "\n".join([*head, r"\midrule", *rows, *foot])


def line(found: Compared, name: str) -> str:
    """One figure."""
    bounds, top = found.intervals.get(name), found.ceiling.get(name)
    cells = (
        cards.MEANING[name][0],
        cards.shown(name, getattr(found, name)),
        cards.between(name, *bounds) if bounds else "--",
        cards.shown(name, top) if top is not None else "--",
    )
    return " & ".join(escaped(cell).replace("–", "--").replace("−", "$-$") for cell in cells) + r" \\"


def escaped(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return "".join(SPECIAL.get(sign, sign) for sign in text)
