"""Pages to keep, from the command line: `arena export agreement`, and .html of `export board` and `battles`.

Leaves out what stands on them (`arena.pages.offprint`).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arena import client, wire
from arena.cli import tables
from arena.cli.options import options
from arena.cli.verbs import BoardName, Force, Json, exporting
from arena.errors import ArenaError, BadRequest
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask

if TYPE_CHECKING:
    from arena.pages.offprint.sheet import Offprint

ENDINGS = (".html", ".htm")


@exporting.command("agreement")
@options(settings=RankSettings, filters=Filters)
def export_agreement(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    reference: Annotated[str, typer.Argument(help="The board to compare with.")],
    path: Annotated[Path, typer.Argument(help="File to write: .html, one page that opens offline.")],
    reference_category: Annotated[str | None, typer.Option(help="Category of the reference.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Leave out approximate name matches.")] = False,
    redraws: Annotated[int, typer.Option(help="Redraws of both boards for the intervals.", min=1)] = 1000,
    force: Force = False,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Write an agreement report as one page that opens offline."""
    from arena.pages.offprint import agreement

    free(path, force=force)
    request = ask.Compare(
        board, reference, settings, filters, reference_category, exact, redraws, settings.seed
    )
    with client.arena(context.find_root().obj, "arena export") as arena:
        found = agreement.offprint(arena, request)
    told(put(path, board, "agreement", found), as_json=as_json)


def free(path: Path, *, force: bool) -> None:
    """Refuses a file that cannot be written, before anything is asked.

    Raises:
        BadRequest: it exists, or has another ending.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BadRequest(f"{path.name}: a page is written as .html")
    if path.exists() and (path.is_dir() or not force):
        raise BadRequest(f"{path} exists already: name another{'' if path.is_dir() else ', or use --force'}")


def put(path: Path, board: str, what: str, found: "Offprint") -> ask.Exported:
    """Writes a page to a temporary name first.

    Raises:
        ArenaError: it cannot be written.
    """
    from arena.pages.offprint import sheet

    path = path.expanduser().resolve()
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(sheet.html(found, sheet.today()), "utf-8", "replace")
        beside.replace(path)
    except OSError as error:
        raise ArenaError(f"{path}: could not be written: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
    return ask.Exported(board, what, "html", str(path), found.rows, found.notes)


def told(found: ask.Exported, *, as_json: bool) -> None:
    """Prints what was written."""
    if as_json:
        sys.stdout.write(wire.encode(found).decode() + "\n")
    else:
        tables.exported(found)
