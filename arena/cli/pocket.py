"""`arena pocket build|skill|judge`: tiny models made again, what they know, and how right their judge is.

All work in this process and need no database. Leaves out building them as a job (`arena.jobs.kinds.pocket`).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from arena import accuracy, wire
from arena.cli.screen import Screen
from arena.cli.tables import console, grid
from arena.cli.verbs import Json, app
from arena.errors import BadRequest
from arena.jobs.kinds.pocket import chosen
from arena.models import PREFIX
from arena.plugins import Choice
from arena.pocket import board as boards
from arena.pocket import build as making
from arena.pocket import recipes, skill
from arena.pocket.skill import Skill
from arena.settings import Settings

pocket = typer.Typer(
    name="pocket",
    help="The pocket arena: build its tiny models, measure what they truly know.",
    no_args_is_help=True,
)
app.add_typer(pocket)


@pocket.command()
def build(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Models to make; none named: all that are shipped.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Folder to make them in; else models/pocket of the home folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Teach the pocket models from scratch; those that are there already are left alone."""
    _installed()
    settings: Settings = context.find_root().obj
    folder = (into or settings.home / "models" / "pocket").expanduser().resolve()
    wanted = chosen(tuple(names or ()))
    folder.mkdir(parents=True, exist_ok=True)
    with _bars() as tell:
        made = {recipe.name: str(making.model(recipe, folder, tell)) for recipe in wanted}
    if as_json:
        _print(made)
        return
    for name, path in made.items():
        console.print(f"{name}: {path}", soft_wrap=True)


@contextmanager
def _bars() -> Iterator[making.Tell]:
    """A bar per model, where somebody looks on."""
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = Screen(stderr=True)
    with Progress(*columns, console=shown, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, Any] = {}

        def tell(name: str, done: int, total: int, loss: float) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            said = f"{name} {loss:.2f}" if done else name
            bars.update(tasks[name], completed=done, description=said)

        yield tell


@pocket.command(name="skill")
def skill_(
    models: Annotated[
        list[str] | None,
        typer.Argument(help="Shipped names, or model directories; none named: all that are shipped."),
    ] = None,
    n: Annotated[int, typer.Option("--n", help="Held-out prompts.", min=10, max=5000)] = 1000,
    seed: Annotated[int, typer.Option(help="Which prompts, and which samples.", min=0)] = 0,
    board: Annotated[
        Path | None, typer.Option(help="Also write it as a board (CSV) that can be imported and compared.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure true skill: held-out prompts answered right, by family, seen and unseen items apart."""
    _installed()
    found: list[Skill] = []
    say: Callable[[str], None] = lambda text: None if as_json else Screen(stderr=True).print(text)  # noqa: E731
    for reference in models or [recipe.name for recipe in recipes.RECIPES]:
        found += skill.measure(_place(reference), n, seed, say)
    if board:
        boards.write(found, board)
    if as_json:
        _print(found)
        return
    _summary(found)
    _families(found)


def _place(reference: str) -> str:
    names = {recipe.name for recipe in (*recipes.RECIPES, recipes.JUDGE)}
    return f"{PREFIX}{reference}" if reference in names and not Path(reference).is_dir() else reference


def _summary(found: list[Skill]) -> None:
    table = grid(
        "right, with 95 % intervals", "model", "answers", "all", "seen", "unseen", "in form", "score",
        right=("all", "seen", "unseen", "in form", "score"),
    )  # fmt: skip
    whole = {(one.model, one.way, one.items): one for one in found if one.group == "all"}
    for model, way, items in whole:
        if items == "all":
            parts = [whole[model, way, name] for name in ("all", "seen", "unseen")]
            told = [f"{one.right:.3f} ({one.low:.3f}-{one.high:.3f})" for one in parts]
            table.add_row(model, way, *told, f"{parts[0].formed:.2f}", f"{parts[0].score:.2f}")
    console.print(table)


def _families(found: list[Skill]) -> None:
    sampled = [one for one in found if one.way == "sampled" and one.items == "all"]
    names = list(dict.fromkeys(one.model for one in sampled))
    table = grid("right by family, sampled", "group", "n", *names, right=("n", *names))
    cells = {(one.group, one.model): one for one in sampled}
    for group in dict.fromkeys(one.group for one in sampled):
        shares = [f"{cells[group, name].right:.2f}" for name in names]
        table.add_row(group, str(cells[group, names[0]].n), *shares)
    console.print(table)


@pocket.command()
def judge(
    model: Annotated[
        str, typer.Argument(help="Shipped name, or model directory, asked as `pairwise_score` asks.")
    ] = recipes.JUDGE.name,
    n: Annotated[int, typer.Option("--n", help="Held-out pairs of answers.", min=10, max=5000)] = 400,
    seed: Annotated[int, typer.Option(help="Which prompts, and which samples.", min=0)] = 0,
    as_json: Json = False,
) -> None:
    """Measure a judge: its verdicts in both games beside the verifier's, by family, on held-out answers."""
    _installed()
    backend = {"name": "transformers", "options": {"model": _place(model)}}
    options = {"backend": backend, "prompt": "pocket", "max_tokens": 300}
    found = accuracy.measure(Choice("pairwise_score", options), n, seed)
    if as_json:
        _print(found)
        return
    columns = ("battles", "read", "two-way", "three-way", "both games", "consistent")
    table = grid(f"{model} beside the verifier, with 95 % intervals", "group", *columns, right=columns)
    for line in found:
        group = line.group if line.items == "all" else f"{line.items} items"
        shares = (line.two_way, line.three_way, line.merged)
        told = [f"{one.right:.3f} ({one.low:.3f}-{one.high:.3f})" for one in shares]
        table.add_row(
            group, str(line.read.n), f"{line.read.right:.3f}", *told, f"{line.consistent.right:.3f}"
        )
    console.print(table)


def _installed() -> None:
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        raise BadRequest(f"{missing[0]} is not installed: pip install 'arena-learning[local]'")


def _print(found: Any) -> None:
    sys.stdout.write(wire.encode(found).decode() + "\n")
