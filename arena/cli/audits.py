"""The verb `audit`: how far a board's judges can be trusted, as text for a terminal."""

from typing import Annotated, cast, get_args

import typer
from rich.markup import escape

from arena.audit import Rate
from arena.cli.options import options
from arena.cli.tables import console, grid, number
from arena.cli.verbs import BoardName, Json, answer, app
from arena.errors import BadRequest
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service.auditing import Audit, Audited, Figures, Health
from arena.store.audits import By

FIGURES = {
    "read": "verdicts that could be read",
    "right_game": "single games right",
    "right": "battles right (a, b or neither)",
    "decisive": "right where both name a winner",
    "same": "same verdict after a swap",
    "flipped": "flips (other winner after a swap)",
    "first": "first answer wins (50 % is fair)",
    "tied": "ties",
    "longer": "longer answer wins",
    "longer_even": "longer wins between equals",
    "repeated": "same verdict when asked again",
    "cycles": "prompts with a circle",
}


@app.command()
@options(settings=RankSettings, filters=Filters)
def audit(
    context: typer.Context,
    board: BoardName,
    against: Annotated[
        list[str] | None,
        typer.Option(help="Judge whose word is the truth; of several, the majority. Else: people."),
    ] = None,
    by: Annotated[
        str, typer.Option(help="Tell figures apart by: judge, category, model or gap (of the scores).")
    ] = "judge",
    stability: Annotated[
        bool,
        typer.Option(
            "--stability/--no-stability", help="Rank the board without each judge and each category, too."
        ),
    ] = True,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """How far a board's judges can be trusted: against people, after a swap, by seat, length and kin."""
    if by not in get_args(By):
        raise BadRequest(f"no part {by!r}: choose one of {', '.join(get_args(By))}")
    request = Audit(board, settings, filters, tuple(against or ()), cast("By", by), stability)
    show(answer(context, request, as_json))


def show(found: Audited) -> None:
    """Judges side by side, then what is each one's own."""
    truth = ", ".join(found.reference)
    console.print(f"[bold]{escape(found.board)}[/], held against {escape(truth) or 'nobody'}")
    table = grid(None, "", *(escape(one.judge) for one in found.judges))
    for name, words in FIGURES.items():
        cells = [getattr(one.figures, name) for one in found.judges]
        if any(cells):
            table.add_row(words, *map(percent, cells))
    kappas = [one.kappa for one in found.judges]
    if any(kappas):
        table.add_row("Cohen's kappa", *map(plain, kappas))
    for words, cost, unit in (("tokens", "tokens", ""), ("seconds", "milliseconds", "s")):
        costs = [getattr(one, cost) for one in found.judges]
        if any(costs):
            table.add_row(f"{words} per verdict", *(_cost(value, unit) for value in costs))
    console.print(table)
    for words, rate in (("all judges", found.alpha), ("the reference judges", found.people_alpha)):
        if rate:
            console.print(f"Krippendorff's alpha of {words}: {plain(rate)}")
    if found.people:
        console.print(
            f"two of the reference judges agree in {percent(found.people)}: nobody can be asked for more"
        )
    for one in found.judges:
        _own(one)
    _left_out(found)


def _left_out(found: Audited) -> None:
    """The ranking without each judge and each category."""
    if not found.left_out:
        return
    table = grid(
        "the ranking without", "", "battles left", "models", "Spearman", "95 %", "separated pairs", "first"
    )
    for line in found.left_out:
        name = f"{line.what} {escape(line.name)}"
        if line.held is None:
            table.add_row(name, f"{line.battles:,} of {line.of:,}", escape(line.why_not or "-"))
            continue
        held = line.held
        low, high = held.interval or (None, None)
        table.add_row(
            name, f"{line.battles:,} of {line.of:,}", str(held.n_models), number(held.spearman, 3),
            f"{number(low, 3)} .. {number(high, 3)}", f"{held.agreement[0]:+,} of {held.agreement[1]:,}",
            escape(held.first),
        )  # fmt: skip
    console.print(table)


def _own(one: Health) -> None:
    """What only this judge has: failures, kin, canaries, parts."""
    lines = []
    if one.failures:
        lines.append("not read: " + ", ".join(f"{count:,} {kind}" for kind, count in one.failures))
    if one.own:
        lines.append(f"it judges {', '.join(one.own)}: itself, or of its own family")
    lines += [f"{model}, of its family, gets {plain(rate)} points more from it" for model, rate in one.kin]
    lines += [
        f"injected verdicts ({line.kind}): helped {line.better}, harmed {line.worse} of {line.n}"
        for line in one.canaries
    ]
    if lines or one.parts:
        console.print(f"[bold]{escape(one.judge)}[/]")
    for line in lines:
        console.print(f"  {escape(line)}")
    shown = [name for name in FIGURES if any(getattr(part.figures, name) for part in one.parts)]
    if shown:
        table = grid(None, "", *(part.name for part in one.parts))
        for name in shown:
            table.add_row(FIGURES[name], *(percent(_figure(part.figures, name)) for part in one.parts))
        console.print(table)


def _figure(figures: Figures, name: str) -> Rate | None:
    found: Rate | None = getattr(figures, name)
    return found


def percent(rate: Rate | None) -> str:
    """`61.2 % (58.0 .. 64.3)`, and under it how many observations."""
    if rate is None:
        return "-"
    return f"{100 * rate.value:.1f} % ({100 * rate.low:.1f} .. {100 * rate.high:.1f})\n[dim]of {rate.n:,}[/]"


def plain(rate: Rate | None) -> str:
    """`0.64 (0.57 .. 0.71)`."""
    return "-" if rate is None else f"{rate.value:.2f} ({rate.low:.2f} .. {rate.high:.2f})"


def _cost(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value / 1000:.2f} s" if unit else f"{value:,.0f}"
