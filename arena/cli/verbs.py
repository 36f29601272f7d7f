"""The verbs of the `arena` command. Each makes a request, asks the arena, and prints the answer.

With `--json` stdout holds one JSON document and nothing else. An error is one line on stderr and exit code 1.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from arena import __version__, client, wire
from arena.cli import reading, tables
from arena.cli.options import options
from arena.corpus import hub
from arena.errors import BadRequest
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.service import Request, Service
from arena.settings import Settings

app = typer.Typer(
    name="arena",
    help="Rank language models by judged battles, and see how far the ranking can be trusted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Force = Annotated[bool, typer.Option("--force", help="Write over an existing file.")]
BoardName = Annotated[str, typer.Argument(help="Name of a board; `arena boards` lists them.")]


@app.callback()
def _root(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder of everything that is written (else ARENA_HOME).")
    ] = None,
) -> None:
    context.obj = Settings(home=home.expanduser().resolve()) if home else Settings()


def _settings(context: typer.Context) -> Settings:
    found: Settings = context.find_root().obj
    return found


def answer(context: typer.Context, request: Request, as_json: bool) -> Any:
    """The arena's answer; with `as_json` it is printed and the command ends."""
    with client.arena(_settings(context), f"arena {wire.verb(request)}") as arena:
        result = arena.perform(request)
    if as_json:
        _print(result)
        raise typer.Exit
    return result


def _print(result: Any) -> None:
    sys.stdout.write(wire.encode(result).decode() + "\n")


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; other than loopback needs ARENA_PASSWORD.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    pocket: Annotated[
        bool | None,
        typer.Option(
            "--pocket/--no-pocket", help="Play the pocket tournament at a first start (else ARENA_POCKET)."
        ),
    ] = None,
) -> None:
    """Start the app (also: python app.py)."""
    from arena.pages.serve import serve as run

    options = {"host": host, "port": port, "pocket": pocket}
    given = {name: value for name, value in options.items() if value is not None}
    run(_settings(context).model_copy(update=given))


@app.command()
def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Versions, accelerator, disk, who holds the database, and what each extra would add."""
    from arena.cli.doctor import examine

    found = examine(_settings(context))
    _print(found) if as_json else tables.doctor(found)


@app.command(name="import")
def bring(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="A file, a folder of files, or hub:OWNER/NAME for a data set of the hub.")
    ],
    format_: Annotated[
        str | None, typer.Option("--format", help="Format; found out where none is named.")
    ] = None,
    board: Annotated[
        str | None, typer.Option(help="Board to bring it into; else named after the file.")
    ] = None,
    judge: Annotated[str | None, typer.Option(help="Name of the judge for rows that name none.")] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="For files in no known format: which column holds a field (model_a, model_b, winner, "
            "preference, score_a, score_b, prompt, judge ...); FIELD==VALUE for one value in every row. "
            "May be repeated.",
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--value",
            metavar="FIELD:THEIRS=OURS",
            help="What a value means, such as winner:1=a. May be repeated.",
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Store nothing; show what would be read, kept, rejected and why."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring battles, grades, pair counts or boards in. Formats: see the README."""
    online = hub.named(path)
    if online is not None:
        path, board = hub.fetch(online, _settings(context).home), board or online.rpartition("/")[2]
    kind = ask.Survey if dry_run else ask.Import
    request = kind(path, board, format_, judge, tuple(maps or ()), tuple(values or ()))
    with client.arena(_settings(context), "arena import") as arena:
        result: Any = _read(arena, request)
    if as_json:
        _print(result)
    elif dry_run:
        reading.surveyed(result)
    else:
        tables.imported(result)


def _read(arena: client.Arena, request: ask.Import | ask.Survey) -> Any:
    """The answer, with a bar where somebody looks on."""
    if not isinstance(arena, Service) or not sys.stderr.isatty():
        return arena.perform(request)
    with reading.bar() as progress:
        if isinstance(request, ask.Import):
            return arena.bring(request, progress)
        return arena.survey(request, progress)


@app.command()
def boards(
    context: typer.Context,
    remove: Annotated[
        str | None, typer.Option(help="Take this board and its imports away.", metavar="BOARD")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the boards, or remove one."""
    if remove is not None:
        tables.removed(answer(context, ask.Remove(remove), as_json))
    else:
        tables.boards(answer(context, ask.Boards(), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def leaderboard(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    style: Annotated[
        bool, typer.Option("--style", help="Style-controlled: short for --method style.")
    ] = False,
    fragile: Annotated[
        bool, typer.Option("--fragile", help="Find how few battles decide first place.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Store the ranking in the board's history.")] = False,
    history: Annotated[bool, typer.Option("--history", help="List the stored rankings instead.")] = False,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Rank a board under any settings and filters."""
    if history:
        tables.history(answer(context, ask.History(board), as_json))
        return
    if style:
        settings = _styled(settings)
    tables.ranked(answer(context, ask.Leaderboard(board, settings, filters, fragile, keep), as_json))


def _styled(settings: RankSettings) -> RankSettings:
    from dataclasses import replace

    if settings.method not in ("bradley_terry", "style"):
        raise BadRequest(
            f"--style and --method {settings.method} clash: style control is a Bradley-Terry fit"
        )
    return replace(settings, method="style")


@app.command()
@options(settings=RankSettings, filters=Filters)
def agreement(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    reference: Annotated[str, typer.Argument(help="The board to compare with.")],
    reference_category: Annotated[str | None, typer.Option(help="Category of the reference.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Leave out approximate name matches.")] = False,
    redraws: Annotated[int, typer.Option(help="Redraws of both boards for the intervals.", min=1)] = 1000,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """How far a board agrees with a reference."""
    request = ask.Compare(
        board, reference, settings, filters, reference_category, exact, redraws, settings.seed
    )
    tables.compared(answer(context, request, as_json))


@app.command()
def name(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="A model's name on a board.")],
    key: Annotated[str | None, typer.Argument(help="What it stands for; left out: forget it.")] = None,
    approx: Annotated[bool, typer.Option("--approx", help="Only approximately the same model.")] = False,
    as_json: Json = False,
) -> None:
    """Edit the name map: say that MODEL is KEY."""
    tables.renamed(answer(context, ask.Rename(model, key, "approx" if approx else "exact"), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def battles(
    context: typer.Context,
    board: BoardName,
    id_: Annotated[
        str | None, typer.Option("--id", help="Show one battle whole; the beginning of its id is enough.")
    ] = None,
    after: Annotated[str | None, typer.Option(help="Cursor: `next` of the page before.")] = None,
    limit: Annotated[int, typer.Option(help="Battles on a page.", min=1, max=1000)] = 50,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Page through a board's battles, or read one."""
    if id_ is not None:
        tables.battle(answer(context, ask.Battle(id_, board), as_json))
        return
    tables.battles(answer(context, ask.Battles(board, filters, settings, after, limit, count=True), as_json))


exporting = typer.Typer(help="Write battles, a board, or training rows to a file.", no_args_is_help=True)
app.add_typer(exporting, name="export")


@exporting.command("battles")
@options(settings=RankSettings, filters=Filters)
def export_battles(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    path: Annotated[
        Path,
        typer.Argument(
            help="File to write: .jsonl, .parquet, .csv, or .html for one page that opens offline. Another "
            "--format may take .json, or a folder where it has a file per model."
        ),
    ],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="Format to write; else by the file's ending: alpaca_eval_annotations, arena_battles, "
            "arena_hard_judgment, autoarena, evalica, fastchat_answer, fastchat_pair, "
            "fastchat_question, fastchat_single, llm_comparator, lmsys_battles.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="Battles on a page of .html.", min=1)] = 200,
    force: Force = False,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Write battles to a file, and say what its format could not carry."""
    if format_ is None and path.suffix.lower() in (".html", ".htm"):
        from arena.cli import offprints
        from arena.pages.offprint import battles as page

        offprints.free(path, force=force)
        with client.arena(_settings(context), "arena export") as arena:
            found = page.offprint(arena, board, settings, filters, limit)
        offprints.told(offprints.put(path, board, "battles", found), as_json=as_json)
        return
    request = ask.Export("battles", board, path, format_, settings, filters, force)
    tables.exported(answer(context, request, as_json))


@exporting.command("board")
@options(settings=RankSettings, filters=Filters)
def export_board(
    context: typer.Context,
    board: BoardName,
    path: Annotated[Path, typer.Argument(help="File to write: .csv, .json, .parquet, .md, .tex, .html.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="Format to write; else by the file's ending: board_latex, board_markdown, pair_counts, "
            "published_board.",
        ),
    ] = None,
    force: Force = False,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Write a board's ratings to a file; .html is one page that opens offline, with all there is to them."""
    if format_ is None and path.suffix.lower() in (".html", ".htm"):
        from arena.cli import offprints
        from arena.pages.offprint import board as page

        offprints.free(path, force=force)
        with client.arena(_settings(context), "arena export") as arena:
            found = page.offprint(arena, board, settings, filters)
        offprints.told(offprints.put(path, board, "board", found), as_json=as_json)
        return
    request = ask.Export("board", board, path, format_, settings, filters, force)
    tables.exported(answer(context, request, as_json))


@app.command()
def rebuild(context: typer.Context, as_json: Json = False) -> None:
    """Make the database anew from imports and journal; the old file is kept beside it."""
    from arena.cli.rebuild import rebuild as run

    found = run(_settings(context), print if not as_json else None)
    _print(found) if as_json else tables.rebuilt(found)


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)
