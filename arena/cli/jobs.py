"""Verbs for runs: start a tournament or any other job, watch it, pause, resume, stop it.

They work on run folders and processes, with the app or without it; only starting and removing ask the arena.
Leaves out how a run looks on the terminal (`arena.cli.progress`).
"""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from arena import client, presets, wire
from arena.cli import progress
from arena.cli.verbs import Json, answer, app
from arena.errors import ArenaError
from arena.jobs.control import Verb
from arena.service import running
from arena.service.running import Runner
from arena.settings import Settings

verbs = typer.Typer(help="The runs: list, show, watch, pause, resume, stop, cancel, retry, remove.")
app.add_typer(verbs, name="runs", invoke_without_command=True)

Id = Annotated[str, typer.Argument(help="A run's id, or a part of it that no other has.")]
Watch = Annotated[
    bool, typer.Option("--watch/--detach", help="Stay and show how far it is, or leave at once.")
]


def settings(context: typer.Context) -> Settings:
    """The settings of the command."""
    found: Settings = context.find_root().obj
    return found


def told(result: Any, as_json: bool, show: Callable[[Any], None]) -> None:
    """Prints an answer as JSON or for people."""
    if as_json:
        sys.stdout.write(wire.encode(result).decode() + "\n")
    else:
        show(result)


@app.command()
def battle(  # noqa: PLR0917 - one argument per flag
    context: typer.Context,
    preset: Annotated[
        str, typer.Argument(help="A preset by name, or a YAML file.", metavar="PRESET|CONFIG.yaml")
    ],
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="Overrules a field: samples=2, models.0.name=mine."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Start nothing; show what it would do, cost and stumble over.")
    ] = False,
    watch: Watch = True,
    again: Annotated[
        bool, typer.Option("--again", help="A new run, even where this plan was run before.")
    ] = False,
    hold: Annotated[
        bool,
        typer.Option("--hold", help="Make its folder, say where, start nothing: for a cluster to work in."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Start a tournament (or any other preset) as a job; the same plan again finds its run."""
    found = presets.load(preset, overrides or (), settings(context).home)
    if hold:
        held(settings(context), found, again, as_json)
    else:
        start(context, found, (dry_run, watch, again, as_json))


def held(home: Settings, preset: presets.Preset, again: bool, as_json: bool) -> None:
    """Makes a plan's folder and prints where it is, for a scheduler to be told."""
    with client.arena(home, "arena battle") as arena:
        done: Any = arena.perform(running.Launch(preset.kind, preset.config, again, hold=True))
    if as_json:
        told(done, True, progress.launched)
    else:
        sys.stdout.write(f"{home.runs / done.id}\n")


def start(context: typer.Context, preset: presets.Preset, flags: tuple[bool, bool, bool, bool]) -> None:
    """Starts a plan as flags (dry run, watch, again, JSON) say: for every verb that starts a job."""
    dry_run, watch, again, as_json = flags
    home = settings(context)
    if dry_run:
        request = running.DryRun(preset.kind, preset.config)
        told(Runner(home).dry(request), as_json, progress.dry)
        return
    with client.arena(home, "arena battle") as arena:
        done: Any = arena.perform(running.Launch(preset.kind, preset.config, again))
    if not as_json:
        progress.launched(done)
    if watch and done.fate != "finished":
        follow(home, done.id, as_json)
    elif as_json:
        told(done, True, print)


def follow(home: Settings, name: str, as_json: bool) -> None:
    """Watches a run to its end; with the end of it the command ends, as well or badly as the run.

    Raises:
        ArenaError: the run failed.
    """
    progress.watch(Runner(home), name, quiet=as_json)
    with client.arena(home, "arena runs watch") as arena:  # takes in what is new
        found: Any = arena.perform(running.Run(name))
    told(found, as_json, progress.ended)
    if found.line.state == "failed":
        raise ArenaError(f"run {found.line.id} failed: {found.line.error}")
    if found.line.state != "done":
        raise typer.Exit(1)


@verbs.callback()
def _runs(context: typer.Context, as_json: Json = False) -> None:
    """The runs: list, show, watch, pause, resume, stop, cancel, retry, remove."""
    if context.invoked_subcommand is None:
        told(Runner(settings(context)).all(), as_json, progress.listed)


@verbs.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """All runs, newest first."""
    told(Runner(settings(context)).all(), as_json, progress.listed)


@verbs.command()
def show(context: typer.Context, run: Id, as_json: Json = False) -> None:
    """One run: steps, rates, failures, the end of its log."""
    told(Runner(settings(context)).one(running.Run(run)), as_json, progress.shown)


@verbs.command()
def watch(context: typer.Context, run: Id, as_json: Json = False) -> None:
    """Stay with a run to its end; ctrl-c leaves it alone."""
    follow(settings(context), Runner(settings(context)).one(running.Run(run)).line.id, as_json)


TURNS: dict[Verb, str] = {
    "pause": "Let a run wait where it is; it keeps its memory.",
    "resume": "Go on with a run that is paused, stopped, dead, failed or cancelled.",
    "stop": "Stop a run after its current batch, said twice at once; it can be resumed.",
    "cancel": "Give a run up; what it did is kept.",
    "retry": "Ask again for the rows that failed, and for nothing else.",
}
"""What can be said to a run, each a verb of its own."""


def _turn(verb: Verb, words: str) -> None:
    @verbs.command(verb, help=words)
    def turn(context: typer.Context, run: Id, as_json: Json = False) -> None:
        _control(context, run, verb, as_json)


for _verb, _words in TURNS.items():
    _turn(_verb, _words)


@verbs.command()
def remove(context: typer.Context, run: Id, as_json: Json = False) -> None:
    """Delete a run's folder; the board that it fed has to go first."""
    request = running.Control(run, "remove")
    progress.controlled(answer(context, request, as_json))


def _control(context: typer.Context, run: str, verb: Verb, as_json: bool) -> None:
    told(Runner(settings(context)).control(running.Control(run, verb)), as_json, progress.controlled)
