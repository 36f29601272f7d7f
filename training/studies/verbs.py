"""The verbs of studies: `arena study run PRESET`, `arena study show NAME|RUN|FILE`, `arena study report`."""

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
from arena.jobs.folder import every, find
from training.studies import cells, summary, telling
from training.studies.cells import FILE, Study
from training.studies.table import lines, unlike
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
    study: Annotated[
        str,
        typer.Argument(help="A study's name, run or a part of its id; or a file.", metavar="NAME|RUN|FILE"),
    ],
    figure: Annotated[str, typer.Option(help="Another figure than the one it is decided by.")] = "",
    form: Annotated[str, typer.Option("--format", help="md, csv, tex; json: the file itself.")] = "md",
    as_json: Json = False,
) -> None:
    """What a study came to: arms, means over seeds, differences with intervals, verdicts."""
    forms = (*get_args(Form), "json")
    if form not in forms:
        raise BadRequest(f"no form {form!r}: choose one of {', '.join(forms)}")
    path = _place(settings(context).runs, study)
    found = cells.read(path)
    known = sorted({name for cell in found.cells for name in cell.after})
    if figure and figure not in known:
        raise BadRequest(f"no figure {figure!r} in this study: there are {', '.join(known)}")
    if as_json:
        told((found, lines(found, figure)), True, print)
    elif form == "json":
        sys.stdout.write(path.read_text("utf-8"))
    elif form == "md":
        _shown(found, figure)
    else:
        sys.stdout.write(telling.table(found, cast("Form", form), figure))


def _place(runs: Path, study: str) -> Path:
    """The file of a study: a path; the newest run of its name; the one that comes with the program; a run."""
    if (path := Path(study)).is_file():
        return path
    own = [run for run in every(runs) if run.spec().kind == KIND and run.spec().config.get("name") == study]
    if own:
        return max(own, key=lambda run: run.spec().created).outputs / FILE
    return summary.committed().get(study) or find(runs, study).outputs / FILE


@verbs.command()
def report(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files of studies; none: those that come with the program.")
    ] = None,
) -> None:
    """Studies as they stand in the README: claims, sizes, tables, verdicts, cost, as Markdown."""
    found = [cells.read(path) for path in files or summary.committed().values()]
    sys.stdout.write(summary.report(found))


def _shown(found: Study, figure: str) -> None:
    console.print(f"[bold]{escape(found.title)}[/], {len(found.cells)} of {found.expected} cells")
    if found.claim:
        console.print(escape(found.claim))
    sys.stdout.write(telling.table(found, "md", figure))
    if apart := unlike(found, figure or found.figure):
        console.print(f"[yellow]![/] on another panel, so not compared: {escape(', '.join(apart))}")
    for name, reason in found.trouble.items():
        console.print(f"[yellow]![/] {escape(name)}: {escape(reason)}")
