"""The verb that turns the flywheel: `arena iterate`, the same as a run of its presets.

Leaves out what an iteration is; it is a kind of job like any other.
"""

from pathlib import Path
from typing import Annotated

import typer

from arena import models, presets
from arena.cli.jobs import Watch, settings, start
from arena.cli.verbs import Json, app
from arena.errors import BadRequest

KIND = "iteration"
PREFIX = "iterate-"
"""Begins the names of its shipped presets; may be left out."""


@app.command()
def iterate(  # noqa: PLR0917 - one argument per flag
    context: typer.Context,
    preset: Annotated[
        str,
        typer.Argument(help="nano, pocket, pocket-3, small ... or a file.", metavar="PRESET|CONFIG.yaml"),
    ],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Overrules a field: iterations=2, seed=1."),
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option(
            "--start", help="In place of the plan's model: a promoted one, a directory, shipped:NAME."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Start nothing; show what it would do, cost and stumble over.")
    ] = False,
    watch: Watch = True,
    again: Annotated[
        bool, typer.Option("--again", help="A new run, even where this plan was run before.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Turn a model's losses into its next version: battles, SFT, DPO, reward model, PPO, verdict."""
    own = settings(context)
    home, given = own.home, [*_begun(own.models, begin), *(overrides or ())]
    known = {shown.name for shown in presets.every(home)}
    name = PREFIX + preset if PREFIX + preset in known else preset
    found = presets.load(name, given, home)
    if found.kind != KIND:
        raise BadRequest(f"{preset} is a {found.kind}, no iteration: start it with arena battle {preset}")
    start(context, found, (dry_run, watch, again, as_json))


def _begun(folder: Path, begin: str | None) -> list[str]:
    """What is overruled to start from a model: a promoted one begins a lineage of its own."""
    if begin is None:
        return []
    head = models.promoted(folder).get(begin)
    return [f"start={head}", f"name={models.successor(begin, head)}"] if head else [f"start={begin}"]
