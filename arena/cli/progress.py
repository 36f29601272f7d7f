"""Runs as a terminal shows them: a list, one run, bars while it works.

Leaves out what is shown (`arena.service.running`).
"""

import time
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from arena.cli.screen import Screen
from arena.cli.tables import console, grid, number
from arena.jobs.events import Step, Summary
from arena.jobs.folder import RunFolder
from arena.jobs.plan import Dry, Launched
from arena.service.running import Controlled, Run, RunFound, RunLine, Runner

_COLOURS = {"red": "red", "amber": "yellow", "green": "green"}
_STATES = {"running": "green", "failed": "red", "dead": "red", "paused": "yellow", "stopping": "yellow"}
_BEAT = 0.5
"""Seconds between two looks."""
_OVER = ("done", "failed", "stopped", "cancelled", "dead")


def dry(found: Dry) -> None:
    """What a plan would do."""
    console.print(
        f"[bold]dry run[/], nothing is started: {escape(found.title)} ({found.kind})", soft_wrap=True
    )
    for finding in found.findings:
        colour = _COLOURS[finding.level]
        console.print(
            f"[{colour}]{finding.level:>5}[/] {escape(finding.subject)}: {escape(finding.text)}",
            soft_wrap=True,
        )
    table = grid(None, "what", "value", "unit", "from", right=("value",))
    for cost in found.costs:
        table.add_row(
            cost.what, number(cost.value, 0 if cost.value >= 100 else 1), cost.unit, escape(cost.note)
        )
    if found.costs:
        console.print(table)
    if found.run:
        console.print(f"run {found.run} of this plan is there already: {found.state}")


def launched(done: Launched) -> None:
    """What a launch came to."""
    words = {
        "new": f"run {done.id} is {done.state}",
        "running": f"run {done.id} of this plan is {done.state} already",
        "resumed": f"run {done.id} of this plan goes on where it was",
        "finished": f"run {done.id} of this plan is done already; --again starts a new one",
    }
    console.print(words[done.fate])
    for finding in done.findings:
        if finding.level == "amber":
            console.print(f"[yellow]![/] {escape(finding.subject)}: {escape(finding.text)}", soft_wrap=True)


def listed(lines: tuple[RunLine, ...]) -> None:
    """All runs."""
    if not lines:
        console.print("no runs yet: `arena battle PRESET` starts one")
        return
    table = grid(
        None, "run", "title", "board", "state", "step", "done", "failed", "made", right=("done", "failed")
    )
    for line in lines:
        table.add_row(
            line.id, escape(line.title), escape(line.board or "-"), _state(line.state), line.step or "-",
            _done(line.done, line.total), f"{line.failed:,}", line.created[:16].replace("T", " "),
        )  # fmt: skip
    console.print(table)


def shown(found: RunFound) -> None:
    """One run."""
    console.print(Group(*_whole(found)))
    for note in found.summary.notes[-5:]:
        at = datetime.fromtimestamp(note.at, UTC)
        console.print(f"[dim]{at:%H:%M:%S} {escape(note.text)}[/]", soft_wrap=True)
    if found.log.strip():
        console.print("[bold]log[/]")
        console.print(escape("\n".join(found.log.splitlines()[-15:])), soft_wrap=True)
    if found.line.may:
        console.print(f"possible now: {', '.join(found.line.may)}")


def ended(found: RunFound) -> None:
    """A run that was watched to its end."""
    line = found.line
    for step in found.summary.steps:
        console.print(f"{step.name}: {_done(step.done, step.total)} in {span(step.seconds)}")
    if line.state == "done" and line.board:
        console.print(
            f"done: board [bold]{escape(line.board)}[/] has {found.battles or 0:,} battles; see "
            f"`arena leaderboard {escape(line.board)}`",
            soft_wrap=True,
        )
    elif line.state != "failed":
        console.print(
            f"{line.id} is {line.state}" + ("; `arena runs resume` goes on" if line.state != "done" else "")
        )
    if line.failed:
        console.print(
            f"[yellow]![/] {line.failed:,} rows failed: `arena runs retry {line.id}` asks them again"
        )


def controlled(done: Controlled) -> None:
    """What became of a word to a run."""
    console.print(f"{done.id}: {'removed' if done.verb == 'remove' else done.state}")


def watch(runner: Runner, name: str, *, quiet: bool = False) -> None:
    """Shows a run until it ends, and goes on with the queue meanwhile. Ctrl-c leaves it to itself."""
    run = RunFolder(runner.home / name)
    try:
        screen = Screen(stderr=True, quiet=quiet)
        with Live(console=screen, refresh_per_second=4, transient=not screen.is_terminal) as live:
            while True:
                over = run.state() in _OVER
                if not quiet:
                    live.update(Group(*_whole(runner.one(Run(name)))))
                if over:
                    return
                runner.launcher.tick()
                time.sleep(_BEAT)
    except KeyboardInterrupt:
        Screen(stderr=True).print(
            f"detached: run {name} goes on by itself; `arena runs watch {name}` comes back to it"
        )
        raise SystemExit(0) from None


def _whole(found: RunFound) -> list[RenderableType]:
    line = found.line
    head = Text.assemble((line.title, "bold"), f"  {line.id}  ", (line.state, _STATES.get(line.state, "")))
    parts: list[RenderableType] = [head]
    if found.summary.steps:
        parts.append(_steps(found.summary, live=line.state == "running"))
    parts += [
        Text(f"{failures.count:,} x {failures.kind}: {failures.last}", "yellow", overflow="ellipsis")
        for failures in found.summary.failures
    ]
    if line.error:
        parts.append(Text(f"failed: {line.error}", "red"))
    if line.trouble:
        parts.append(Text(f"not on the board: {line.trouble}", "red"))
    if line.state == "dead":
        parts.append(Text(f"its process is gone: `arena runs resume {line.id}` goes on where it was", "red"))
    return parts


def _steps(summary: Summary, *, live: bool) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for step in summary.steps:
        bar = ProgressBar(total=step.total, completed=step.done, width=30) if step.total else Text("")
        table.add_row(
            step.name,
            bar,
            _done(step.done, step.total),
            _rate(step) if live else "",
            _left(step) if live else "",
        )
    return table


def _rate(step: Step) -> str:
    return f"{step.rate:,.1f}/s" if step.rate else ""


def _left(step: Step) -> str:
    return f"{span(step.left)} left" if step.left else ""


def span(seconds: float | None) -> str:
    """Seconds as people say them."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02d}m" if hours else f"{minutes}m {rest:02d}s" if minutes else f"{rest}s"


def _done(done: int, total: int | None) -> str:
    return f"{done:,}/{total:,}" if total is not None else f"{done:,}"


def _state(state: str) -> str:
    colour = _STATES.get(state)
    return f"[{colour}]{state}[/]" if colour else state
