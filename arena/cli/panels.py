"""`arena panel freeze|list|join`: panels, on which later models are rated beside the first ones.

Works on run folders and needs no database. Leaves out playing: `join` writes a preset for `arena battle`.
"""

import sys
from dataclasses import dataclass
from typing import Annotated, Any

import typer
import yaml
from pydantic import TypeAdapter

from arena import plugins, presets, wire
from arena.cli.tables import console, grid
from arena.cli.verbs import Json, app
from arena.errors import BadRequest
from arena.jobs import catalog, facts
from arena.jobs.folder import find
from arena.plugins import Choice
from arena.settings import Settings
from arena.tournament import panel as panels
from arena.tournament.config import Contestant, Tournament
from arena.tournament.panel import Panel

panel = typer.Typer(
    name="panel", help="Panels: frozen prompts, opponents, judge and settings.", no_args_is_help=True
)
app.add_typer(panel)

Name = Annotated[str, typer.Argument(help="The panel's name.")]


@dataclass(frozen=True, slots=True)
class Line:
    """A panel in a list."""

    name: str
    hash: str
    board: str
    opponents: tuple[str, ...]
    judge: str
    prompts: int
    battles: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The preset by which a model joins."""

    preset: str
    panel: str
    model: str
    battles: int


@panel.command()
def freeze(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="Id of a tournament that was played to its end.")],
    name: Name,
    as_json: Json = False,
) -> None:
    """Freeze a finished tournament as a panel: its models become the opponents of all who join later."""
    home = _home(context)
    folder = find(home.runs, run)
    spec = folder.spec()
    if spec.kind != "tournament":
        raise BadRequest(f"run {run} is of kind {spec.kind}: only a tournament can be frozen")
    if folder.state() != "done":
        raise BadRequest(f"run {run} is {folder.state()}: a panel needs one that is done")
    config: Tournament = catalog.config(spec.kind, spec.config)
    made = panels.freeze(home.home, name, config, (fact for _, fact in facts.read(folder.outputs)))
    _tell((_line(made),), as_json)


@panel.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """The panels there are."""
    home = _home(context).home
    _tell(tuple(_line(panels.load(home, name)) for name in panels.names(home)), as_json)


@panel.command()
def join(
    context: typer.Context,
    name: Name,
    model: Annotated[str, typer.Argument(help="What the new model is called on the board.")],
    backend: Annotated[str, typer.Option(help="What answers for it.")] = "transformers",
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="An option of that backend, such as model=PATH. May repeat."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a preset by which a model joins: it alone plays, against every opponent on every prompt."""
    home = _home(context).home
    found = panels.load(home, name)
    contestant = Contestant(model, Choice(backend, dict(map(_option, option or ()))))
    plugins.config("arena.backends", contestant.backend)
    config = panels.join(found, contestant)
    path = home / "presets" / f"{name}-{model.replace('/', '-')}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {"kind": "tournament", "config": TypeAdapter(Tournament).dump_python(config, mode="json")}
    header = f"# {model} joins panel {name}: it alone plays, the opponents' answers are the panel's.\n"
    path.write_text(header + yaml.safe_dump(body, sort_keys=False, allow_unicode=True), "utf-8")
    done = Joined(path.stem, name, model, found.prompts * len(found.config.models))
    if as_json:
        sys.stdout.write(wire.encode(done).decode() + "\n")
    else:
        console.print(f"{path} is there: arena battle {path.stem} plays its {done.battles:,} battles")


def _option(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise BadRequest(f"--option {text}: write KEY=VALUE, such as model=PATH")
    return key, presets.value(value)


def _home(context: typer.Context) -> Settings:
    found: Settings = context.find_root().obj
    return found


def _line(found: Panel) -> Line:
    names = tuple(model.name for model in found.config.models)
    judge = found.config.judge.name
    return Line(found.name, found.hash, found.config.board, names, judge, found.prompts, found.battles)


def _tell(lines: tuple[Line, ...], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(wire.encode(lines).decode() + "\n")
        return
    if not lines:
        console.print("no panels yet: arena panel freeze RUN NAME makes one of a tournament that was played")
        return
    table = grid(
        None,
        "panel",
        "board",
        "judge",
        "prompts",
        "battles",
        "opponents",
        "hash",
        right=("prompts", "battles"),
    )
    for line in lines:
        table.add_row(
            line.name, line.board, line.judge, f"{line.prompts:,}", f"{line.battles:,}",
            ", ".join(line.opponents), line.hash[:8],
        )  # fmt: skip
    console.print(table)
