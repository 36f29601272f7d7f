"""Reading files, as a terminal shows it: a bar while it goes on, and what a dry run found.

Leaves out the report of an import (`arena.cli.tables`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from arena import reading
from arena.cli.screen import Screen
from arena.cli.tables import console, grid
from arena.surveying import FileFound, Surveyed

MODELS = 20
"""Models that are listed."""


@contextmanager
def bar() -> Iterator[reading.Progress]:
    """A bar of the bytes read, with rows per second and the time that is left, on stderr."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TextColumn("{task.fields[speed]:,.0f} rows/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Screen(stderr=True), transient=True) as shown:
        task = shown.add_task("reading", total=None, rows=0, speed=0.0)

        def told(path: Path, rows: int, done: int, total: int) -> None:
            taken = shown.tasks[0].elapsed or 0.0
            what = "storing" if done == total else escape(path.name)
            speed = rows / taken if taken else 0.0
            shown.update(task, description=what, completed=done, total=total, rows=rows, speed=speed)

        yield told


def surveyed(found: Surveyed) -> None:
    """What an import would do."""
    console.print(
        f"[bold]dry run[/], nothing is stored: {escape(found.path)} "
        f"into board [bold]{escape(found.board)}[/]: "
        f"read {found.read:,}, would keep {found.kept:,}, would reject {found.rejected:,}",
        soft_wrap=True,
    )
    table = grid(None, "file", "format", "checked on", "rows", "rejected", right=("rows", "rejected"))
    for file in found.files:
        table.add_row(escape(file.file), file.format, file.checked, f"{file.read:,}", f"{file.rejected:,}")
    console.print(table)
    for file in found.files:
        _why(file)
    _counted("facts", found.facts)
    _counted("models", found.models)
    _counted("judges", found.judges)
    _counted("verdicts", found.winners)
    for row in found.first:
        console.print(f"{escape(row.file)} row {row.line} is understood as")
        for fact in row.facts:
            console.print(f"  {escape(fact)}", soft_wrap=True)
    for note in found.notes:
        console.print(f"[dim]- {escape(note)}[/]")


def _why(file: FileFound) -> None:
    if file.trouble:
        console.print(f"[yellow]![/] the import would be refused: {escape(file.trouble)}", soft_wrap=True)
    for reason in file.reasons:
        console.print(
            f"[yellow]![/] {escape(file.file)}: {reason.rows:,} rejected, first in row {reason.line}: "
            f"{escape(reason.reason)}",
            soft_wrap=True,
        )


def _counted(what: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    shown = ", ".join(f"{escape(name)} {count:,}" for name, count in islice(counts.items(), MODELS))
    more = f", and {len(counts) - MODELS} more" if len(counts) > MODELS else ""
    console.print(f"{what}: {shown}{more}", soft_wrap=True)
