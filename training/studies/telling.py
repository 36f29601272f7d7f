"""A study's table as text: for the terminal, csv, LaTeX and Markdown."""

import csv
import io
from collections.abc import Sequence
from typing import Literal

from arena.cells import inert
from training.studies.cells import Study
from training.studies.table import Estimate, Line, lines

Form = Literal["md", "csv", "tex"]
_PERCENT = ("skill", "in form", "failed")


def table(study: Study, form: Form, figure: str = "") -> str:
    """The table in a form; csv has one column per bound and raw numbers."""
    name = figure or study.figure
    found = lines(study, name)
    if form == "csv":
        return _csv(found)
    head = ("arm", name, "gain", f"against {study.baseline}", "expected", "verdict", "rows", "minutes")
    rows = [_row(line, name) for line in found]
    return markdown(head, rows) if form == "md" else _latex(head, rows)


def _row(line: Line, name: str) -> tuple[str, ...]:
    return (
        line.arm,
        said(line.figure, name),
        said(line.gain, name, signed=True),
        said(line.effect, name, signed=True),
        line.expected or "-",
        line.verdict,
        f"{line.rows:,.0f}",
        f"{line.minutes:,.1f}",
    )


def said(found: Estimate | None, name: str, *, signed: bool = False) -> str:
    """`906 (882 to 930)`; shares in percent."""
    if found is None:
        return "-"
    value = number(found.value, name, signed=signed)
    if found.low is None or found.high is None:
        return f"{value} (one seed)"
    low, high = (number(bound, name, signed=signed) for bound in (found.low, found.high))
    return f"{value} ({low} to {high})"


def number(value: float, name: str, *, signed: bool = False) -> str:
    """A figure's value: shares in percent, ratings whole, small numbers with two digits."""
    factor, digits = (100, 1) if unit(name) == "%" else (1, 0 if name == "rating" or abs(value) >= 20 else 2)
    return f"{factor * value:{'+' if signed else ''},.{digits}f}"


def unit(name: str) -> str:
    """What a figure is counted in; empty: a number of its own scale."""
    shares = name.startswith(_PERCENT) or name.endswith("accuracy")
    return "%" if shares else "Elo" if name == "rating" else ""


def _csv(found: Sequence[Line]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "arm",
            *(f"{what}{part}" for what in ("figure", "gain", "effect") for part in ("", "_low", "_high")),
            "seeds",
            "expected",
            "verdict",
            "rows",
            "minutes",
        ]
    )
    for line in found:
        held: list[object] = []
        for one in (line.figure, line.gain, line.effect):
            held += [one.value, one.low, one.high] if one else [None] * 3
        seeds = line.figure.n if line.figure else 0
        texts = inert(line.arm), inert(line.expected), inert(line.verdict)
        writer.writerow([texts[0], *held, seeds, *texts[1:], line.rows, line.minutes])
    return out.getvalue()


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts."""
    lines_ = [head, ["---"] * len(head), *rows]
    return (
        "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines_)
        + "\n"
    )


def _latex(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = [" & ".join(map(_escaped, line)) + r" \\" for line in (head, *rows)]
    columns = "l" + "r" * (len(head) - 1)
    return (
        "\n".join((rf"\begin{{tabular}}{{{columns}}}", body[0], r"\hline", *body[1:], r"\end{tabular}"))
        + "\n"
    )


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "&%$#_{}" else letter for letter in text)
