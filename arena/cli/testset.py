"""`arena testset build|list|show|rebuild`: test sets from instruction collections.

A build works in this process and can be stopped and gone on with; it needs no database. Leaves out building
one as a job of the app (`arena runs`).
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from arena import wire
from arena.cli.options import options
from arena.cli.screen import Screen, say
from arena.cli.tables import console, grid
from arena.cli.verbs import Json, app
from arena.corpus import build as corpus
from arena.corpus import manifest, sets, sources
from arena.corpus.recipe import PAPER, Drawing, Recipe
from arena.corpus.report import text
from arena.corpus.steps import decontaminate, language, length, neardup, prefix, safety
from arena.corpus.types import Columns
from arena.errors import BadRequest
from arena.plugins import Choice, chosen
from arena.service import testsets
from arena.settings import Settings

testset = typer.Typer(
    name="testset",
    help="Test sets from instruction collections: Diverse, Hard, Mix and training parts.",
    no_args_is_help=True,
)
app.add_typer(testset)


@testset.command()
@options(
    columns=Columns, safety=safety.Config, length=length.Config, prefix=prefix.Config, neardup=neardup.Config,
    decontaminate=decontaminate.Config, language=language.Config, drawing=Drawing,
)  # fmt: skip
def build(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    path: Annotated[
        list[str], typer.Argument(help="Collections: PATH, NAME=PATH or hub:OWNER/NAME; files or folders.")
    ],
    name: Annotated[str, typer.Option(help="What the set is called.")] = "testset",
    against: Annotated[
        list[str] | None,
        typer.Option(help="A benchmark that prompts must not resemble: PATH or NAME=PATH. May be repeated."),
    ] = None,
    steps: Annotated[str, typer.Option(help="Cleaning steps in order, separated by commas.")] = ",".join(
        PAPER
    ),
    rater: Annotated[
        str | None, typer.Option(help="Backend that rates difficulty; without one the offline proxy does.")
    ] = None,
    rater_option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="An option of that backend, such as model=NAME. May be repeated."
        ),
    ] = None,
    as_json: Json = False,
    *,
    columns: Columns,
    safety: safety.Config,
    length: length.Config,
    prefix: prefix.Config,
    neardup: neardup.Config,
    decontaminate: decontaminate.Config,
    language: language.Config,
    drawing: Drawing,
) -> None:
    """Clean collections and draw Diverse, Hard, Mix and training parts from them."""
    each = (safety, length, prefix, neardup, decontaminate, language)
    configs = {choice.name: choice for choice in map(chosen, each)}
    ordered = [step.strip() for step in steps.split(",") if step.strip()]
    recipe = Recipe(
        tuple(sources.place(one, columns) for one in path),
        tuple(sources.place(one) for one in against or ()),
        tuple(configs.get(step, Choice(step)) for step in ordered),
        drawing,
        _rater(rater, rater_option or []),
    )
    settings: Settings = context.find_root().obj
    made = _made(settings, sets.named(name), recipe)
    held = sets.install(made, settings.home, name)
    shutil.rmtree(made)
    _told(settings, held.name, as_json)


@testset.command(name="list")
def listed(context: typer.Context, as_json: Json = False) -> None:
    """List the sets that were built."""
    found = testsets.listed(context.find_root().obj)
    if as_json:
        _print(found)
        return
    table = grid(None, "set", "read", "clean", "files", "rater", right=("read", "clean"))
    for one in found.sets:
        files = ", ".join(f"{name} {count:,}" for name, count in one.files.items())
        table.add_row(one.name, f"{one.read:,}", f"{one.clean:,}", files, one.rater)
    if found.sets:
        console.print(table)
    else:
        console.print("no test sets yet: `arena testset build PATH...` makes one")


@testset.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of a set, or its folder.")],
    as_json: Json = False,
) -> None:
    """Show how a set was made: the funnel, clusters, difficulty, what is in it."""
    _told(context.find_root().obj, name, as_json)


@testset.command()
def rebuild(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of a set, or its folder.")],
    as_json: Json = False,
) -> None:
    """Make a set again from its manifest and say whether it is the same to the last bit."""
    settings: Settings = context.find_root().obj
    held = testsets.found(settings, name)
    made = _made(settings, held.manifest.name, held.manifest.recipe)
    again = manifest.read(made)
    shutil.rmtree(made)
    old = {output.path: output.hash for output in held.manifest.outputs}
    differ = sorted(output.path for output in again.outputs if old.get(output.path) != output.hash)
    if as_json:
        _print(testsets.Rebuilt(held.name, held.manifest.digest, again.digest, tuple(differ)))
    elif not differ:
        console.print(f"{held.name}: the same to the last bit ({again.digest})")
    if differ:
        raise BadRequest(
            f"{held.name} came out otherwise in {', '.join(differ[:5])}: "
            f"its collections, the packages or the model changed"
        )


def _made(settings: Settings, name: str, recipe: Recipe) -> Path:
    """Builds into a folder of the cache, which keeps what was done."""
    cache = settings.home / "cache" / "testsets"
    out = cache / f"made-{name}"
    with _watch() as watch:
        corpus.build(name, recipe, cache, out, watch)
    return out


def _rater(name: str | None, given: list[str]) -> Choice | None:
    if name is None:
        if given:
            raise BadRequest(f"--rater-option {given[0]} needs --rater, the backend that it is for")
        return None
    pairs = [one.partition("=") for one in given]
    if bad := next((one for one, pair in zip(given, pairs, strict=True) if not pair[1]), None):
        raise BadRequest(f"--rater-option {bad!r}: write KEY=VALUE")
    return Choice(name, {key: value for key, _, value in pairs})


@contextmanager
def _watch() -> Iterator[corpus.Watch]:
    """A bar per part, where somebody looks on."""
    columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console_ = Screen(stderr=True)
    with Progress(*columns, console=console_, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, Any] = {}

        def told(step: str, done: int, total: int | None = None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield corpus.Watch(lambda: None, told)


def _told(settings: Settings, name: str, as_json: bool) -> None:
    found = testsets.one(settings, testsets.TestSet(name))
    if as_json:
        _print(found)
        return
    say(text(replace(found.report, name=found.name)))
    say(f"\nin {found.folder}\n")
    for path in found.changed:
        say(f"! {path} was changed since the set was built\n")


def _print(found: Any) -> None:
    sys.stdout.write(wire.encode(found).decode() + "\n")
