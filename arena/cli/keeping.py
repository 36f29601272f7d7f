"""The verbs that keep a home safe: `arena backup FILE` and `arena restore FILE`.

Leaves out what goes in (`arena.service.backup`) and how it comes out (`arena.cli.restore`).
"""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from arena import client, wire
from arena.cli.tables import console
from arena.cli.verbs import Force, Json, app
from arena.errors import ArenaError, Busy
from arena.service.backup import BackedUp, Backup, backed_up
from arena.settings import Settings
from arena.store.database import Database


@app.command()
def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="The file to write, such as arena-2026-11-21.zip.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write everything of the home but the database to one file, while the app and runs go on."""
    found = _taken(context.find_root().obj, Backup(path.expanduser().resolve(), force))
    sys.stdout.write(wire.encode(found).decode() + "\n") if as_json else _told(found)


@app.command()
def restore(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A file that `arena backup` wrote.")],
    as_json: Json = False,
) -> None:
    """Make a home out of a backup, and its database with the same boards, row for row."""
    from arena.cli.restore import restore as run

    found = run(context.find_root().obj, path, None if as_json else print)
    if as_json:
        sys.stdout.write(wire.encode(found).decode() + "\n")
        return
    console.print(
        f"restored {escape(found.home)} as of {found.made[:16]} UTC: {found.files:,} files, "
        f"{found.boards} boards, {found.battles:,} battles",
        soft_wrap=True,
    )
    for name in found.stopped:
        console.print(f"run {escape(name)} had not ended; it goes on with: arena runs resume {escape(name)}")


def _taken(settings: Settings, request: Backup) -> BackedUp:
    """Through the app where one runs; where the database cannot be opened at all, without it."""
    if (remote := client.app(settings)) is not None:
        answer = remote.perform(request)
        if not isinstance(answer, BackedUp):
            raise TypeError(answer)
        return answer
    if not settings.home.is_dir():
        raise ArenaError(f"{settings.home}: no such home: there is nothing to back up")
    with _held(settings) or nullcontext() as database:
        return backed_up(settings, database, request)


def _held(settings: Settings) -> Database | None:
    """The database, so that nobody writes meanwhile; None where there is none, or it is broken."""
    if not settings.database.is_file():
        return None
    try:
        return Database(settings, "arena backup")
    except Busy:
        raise
    except ArenaError:
        return None


def _told(found: BackedUp) -> None:
    console.print(
        f"backed up {escape(found.home)} to {escape(found.path)}: {found.files:,} files, "
        f"{found.bytes / 1e6:,.1f} MB as {found.size / 1e6:,.1f} MB",
        soft_wrap=True,
    )
    for name in found.left:
        console.print(
            f"[yellow]![/] not in it: {escape(name)} (a link that leads elsewhere, or no plain name)"
        )
