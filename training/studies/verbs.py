"""The verbs of studies: `arena study run PRESET` and `arena study show RUN|FILE`."""

import sys
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.markup import escape

from arena import presets
from arena.cli.jobs import Watch, settings, start, told
from arena.cli.tables import console
from arena.cli.verbs import Json, app
from arena.errors import BadRequest
from arena.jobs.folder import find
from training.studies import cells, telling
from training.studies.cells import FILE, Study
from training.studies.table import lines
from training.studies.telling import Form

KIND = "study"
PREFIX = "study-"
"""Begins the names of its shipped presets; may be left out."""
verbs = typer.Typer(help="Studies: one flywheel under several settings and seeds.", no_args_is_help=True)
app.add_typer(verbs, name="study")


@verbs.command()
def run(
    context: typer.Context,
    preset: Annotated[
        str, typer.Argument(help="stages, selection ... or a file.", metavar="PRESET|CONFIG.yaml")
    ],
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Overrules a field: seeds=[0].")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Start nothing; show what it would do, cost and stumble over.")
    ] = False,
    watch: Watch = True,
    as_json: Json = False,
) -> None:
    """Run a study as a job: stopped or killed, it goes on; cells share what is the same."""
    home = settings(context).home
    known = {shown.name for shown in presets.every(home)}
    name = PREFIX + preset if PREFIX + preset in known else preset
    found = presets.load(name, overrides or (), home)
    if found.kind != KIND:
        raise BadRequest(f"{preset} is a {found.kind}, no study: start it with arena battle {preset}")
    start(context, found, (dry_run, watch, False, as_json))


@verbs.command()
def show(
    context: typer.Context,
    study: Annotated[str, typer.Argument(help="A study's run, or a part of its id; or a study.json.")],
    figure: Annotated[str, typer.Option(help="Another figure than the one it is decided by.")] = "",
    form: Annotated[str, typer.Option("--format", help="md, csv or tex.")] = "md",
    as_json: Json = False,
) -> None:
    """What a study came to: arms, means over seeds, differences with intervals, verdicts."""
    if form not in get_args(Form):
        raise BadRequest(f"no form {form!r}: choose one of {', '.join(get_args(Form))}")
    path = Path(study)
    found = cells.read(path if path.is_file() else find(settings(context).runs, study).outputs / FILE)
    known = sorted({name for cell in found.cells for name in cell.after})
    if figure and figure not in known:
        raise BadRequest(f"no figure {figure!r} in this study: there are {', '.join(known)}")
    if as_json:
        told((found, lines(found, figure)), True, print)
    elif form == "md":
        _shown(found, figure)
    else:
        sys.stdout.write(telling.table(found, cast("Form", form), figure))


def _shown(found: Study, figure: str) -> None:
    console.print(f"[bold]{escape(found.title)}[/], {len(found.cells)} of {found.expected} cells")
    if found.claim:
        console.print(escape(found.claim))
    sys.stdout.write(telling.table(found, "md", figure))
    for name, reason in found.trouble.items():
        console.print(f"[yellow]![/] {escape(name)}: {escape(reason)}")
