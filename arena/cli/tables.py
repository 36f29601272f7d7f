"""Answers as text for a terminal. Every number stands with its interval and count."""

import sys
from collections.abc import Iterable
from typing import Any

from rich.markup import escape
from rich.table import Table

from arena.cli.screen import Screen
from arena.importing import Imported
from arena.ratings.types import Warn
from arena.service import requests as ask

console = Screen(highlight=False, width=None if sys.stdout.isatty() else 160)
"""A file or pipe has no width of its own: 160 columns keep names whole."""


def grid(title: str | None, *columns: str, right: Iterable[str] = ()) -> Table:
    """A table without lines; the columns of `right` are set to the right."""
    table = Table(
        title=title and escape(title), title_justify="left", box=None, pad_edge=False, header_style="bold"
    )
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def _warn(warnings: Iterable[Warn]) -> None:
    for warning in warnings:
        console.print(f"[yellow]![/] {escape(warning.text)}")


def number(value: float | None, digits: int = 1) -> str:
    """A figure, or a dash where there is none."""
    return "-" if value is None else f"{value:,.{digits}f}"


def imported(result: Imported) -> None:
    """What an import did."""
    console.print(
        f"[bold]{escape(result.board)}[/] ({result.format}): read {result.read:,}, kept {result.kept:,}, "
        f"rejected {result.rejected:,}, known already {result.duplicates:,}"
    )
    if result.resumed:
        console.print(f"went on after {result.resumed:,} rows that a stopped import had read")
    if result.facts:
        console.print(
            "added: " + ", ".join(f"{count:,} {name}" for name, count in result.facts.items() if count)
        )
    if result.rejects_file:
        console.print(f"rejected rows and why: {escape(result.rejects_file)}", soft_wrap=True)
    for note in result.notes:
        console.print(f"[dim]- {escape(note)}[/]")


def boards(found: tuple[ask.BoardInfo, ...]) -> None:
    """The boards there are."""
    table = grid(None, "board", "kind", "models", "battles", "judge", "date", right=("models", "battles"))
    for board in found:
        table.add_row(
            escape(board.board),
            board.kind,
            str(board.models),
            f"{board.battles:,}",
            escape(board.judge or "-"),
            str(board.date or "-"),
        )
    console.print(table)


def removed(result: ask.Removed) -> None:
    """What was removed."""
    console.print(f"removed {escape(result.board)} ({result.battles:,} battles)")


def ranked(result: ask.Ranked) -> None:
    """A ranking, with warnings."""
    digits = 1 if result.scale == "elo" else 4
    table = grid(
        f"{result.board} - {result.method}, {result.n_battles:,} battles",
        "rank",
        "range",
        "model",
        "rating",
        "95 %",
        "battles",
        right=("rank", "rating", "battles"),
    )
    for line in result.ratings:
        bounds = f"{number(line.low, digits)} .. {number(line.high, digits)}" if line.low is not None else "-"
        table.add_row(
            str(line.rank),
            f"{line.rank_low}-{line.rank_high}",
            escape(line.model),
            number(line.value, digits),
            bounds,
            f"{line.battles:,}",
        )
    console.print(table)
    for effect in result.coefficients:
        bounds = f"{effect.low:+.1f} .. {effect.high:+.1f}"
        console.print(f"style: one sd of {effect.feature} is worth {effect.value:+.1f} Elo ({bounds})")
    if result.fragility is not None:
        console.print(fragility(result))
    _warn(result.warnings)


def fragility(result: ask.Ranked) -> str:
    """Drop-k in words."""
    found = result.fragility
    if found is None or found.k is None:
        return "no set of removed battles that we found changes first place"
    part = f"{found.k:,} of {found.battles:,} battles ({found.share:.3%})"
    return f"removing {part} would put {found.then} first"


def history(result: ask.HistoryFound) -> None:
    """Stored rankings."""
    table = grid(
        f"{result.board}: stored rankings",
        "made (UTC)",
        "source",
        "first",
        "battles",
        "id",
        right=("battles",),
    )
    for kept in result.rankings:
        table.add_row(
            f"{kept.made:%Y-%m-%d %H:%M}",
            kept.source,
            escape(kept.leader or "-"),
            f"{kept.n_battles:,}",
            kept.id,
        )
    console.print(table)


def compared(result: ask.Compared) -> None:
    """Agreement of two boards."""
    console.print(
        f"[bold]{escape(result.board)}[/] against [bold]{escape(result.reference)}[/]: "
        f"{result.n_models} shared models"
    )
    table = grid(None, "figure", "value", "95 %", "ceiling", "pairs", right=("value",))
    for name in ("spearman", "kendall", "agreement", "differentiation", "average", "brier"):
        table.add_row(
            name,
            number(getattr(result, name), 4),
            _range(result.intervals.get(name)),
            number(result.ceiling.get(name), 4),
            _pairs(result, name),
        )
    console.print(table)
    for pair in result.disagreements[:10]:
        console.print(f"opposite: {escape(pair.above)} above {escape(pair.below)} here, below there")
    if len(result.disagreements) > 10:
        console.print(f"... and {len(result.disagreements) - 10} more (--json has all)")
    if result.unmatched:
        console.print(f"without a partner: {escape(', '.join(result.unmatched))}")
    _warn(result.warnings)


def _pairs(result: ask.Compared, name: str) -> str:
    pairs = {"agreement": result.agreement_pairs, "differentiation": result.differentiation_pairs}.get(name)
    return f"{pairs[0]} of {pairs[1]}" if pairs else ""


def _range(bounds: tuple[float, float] | None) -> str:
    return f"{bounds[0]:.4f} .. {bounds[1]:.4f}" if bounds else "-"


def renamed(result: ask.Renamed) -> None:
    """What a name stands for now."""
    now = f"stands for {escape(result.key)}" if result.key else "is forgotten"
    console.print(f"{escape(result.name)} {now} ({escape(result.file)})", soft_wrap=True)


def battles(result: ask.BattlePage) -> None:
    """A page of battles."""
    table = grid(None, "id", "a", "b", "outcome", "scores", "judge", "prompt")
    for line in result.battles:
        scores = (
            f"{line.score_a:g} : {line.score_b:g}"
            if line.score_a is not None and line.score_b is not None
            else ""
        )
        prompt = " ".join((line.prompt or "").split())[:60]
        table.add_row(
            line.id.replace("-", "")[:10],
            escape(line.model_a),
            escape(line.model_b),
            " ".join(filter(None, (line.outcome, "flipped" if line.flipped else "", *line.marks))),
            scores,
            escape(line.judge),
            escape(prompt),
        )
    console.print(table)
    total = f"{result.tally.total:,}" if result.tally else "?"
    console.print(
        f"{len(result.battles)} of {total} battles"
        + (f"; next page: --after {result.next}" if result.next else "")
    )


def battle(result: ask.BattleFound) -> None:
    """One battle, whole."""
    record = result.record
    console.print(f"[bold]battle {record.battle.id}[/] on {escape(record.board)}")
    for flag in result.flags:
        of = f": {flag.source} {flag.item}, likeness {flag.likeness:.2f}" if flag.prompt else ""
        console.print(f"flagged {flag.mark}{escape(of)}")
    _text("prompt", record.prompt.turns if record.prompt else None)
    _text(f"A: {record.battle.model_a}", record.response_a.turns if record.response_a else None)
    _text(f"B: {record.battle.model_b}", record.response_b.turns if record.response_b else None)
    for verdict in record.verdicts:
        said = verdict.winner or (
            "" if verdict.score_a is None else f"{number(verdict.score_a)} : {number(verdict.score_b)}"
        )
        said = said or ("" if verdict.preference is None else f"preference for A {verdict.preference:.3f}")
        _text(
            f"{verdict.judge}, game {verdict.game}: {said} [{verdict.status}]",
            (verdict.explanation or verdict.raw or "",),
        )


def _text(title: str, turns: tuple[str, ...] | None) -> None:
    console.print(f"\n[bold]{escape(title)}[/]")
    for turn in turns or ("(text not known)",):
        console.print(turn, markup=False)


def exported(result: ask.Exported) -> None:
    """What was written."""
    console.print(f"wrote {result.rows:,} rows as {result.format} to {escape(result.path)}", soft_wrap=True)
    for note in result.notes:
        console.print(f"[dim]- {escape(note)}[/]")


def rebuilt(result: Any) -> None:
    """What a rebuild did."""
    console.print(
        f"rebuilt {escape(result.database)} from {result.imports} imports: {result.battles:,} battles"
    )
    if result.kept_as:
        console.print(f"the old one is {escape(result.kept_as)}; delete it when you are content")


def doctor(found: Any) -> None:
    """What this machine has."""
    for name in (
        "version",
        "python",
        "system",
        "cpus",
        "memory_gb",
        "accelerator",
        "home",
        "disk_free_gb",
        "database",
        "holder",
    ):
        console.print(f"{name.replace('_', ' '):14} {escape(str(getattr(found, name)))}", soft_wrap=True)
    console.print(
        f"{'packages':14} " + ", ".join(f"{name} {version}" for name, version in found.packages.items())
    )
    for extra in found.extras:
        state = "installed" if extra.installed else f"missing (pip install 'arena-learning\\[{extra.name}]')"
        console.print(f"{'extra ' + extra.name:14} {state}: {extra.adds}")
    for problem in found.problems:
        console.print(f"[yellow]![/] {escape(problem)}")
