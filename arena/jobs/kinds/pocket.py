"""The pocket models, taught from scratch: tokenizer, lessons and training of each, in `outputs/models`.

Stopped or killed, it goes on with the model it was at. Leaves out what they are (`arena.pocket.recipes`).
"""

from dataclasses import dataclass
from importlib.util import find_spec

from arena.jobs.types import Cost, Desk
from arena.pocket import build, recipes
from arena.pocket.recipes import Recipe
from arena.preflight import Finding

VERSION = build.VERSION
PACE = 20.0
"""Steps that one core takes in a second, where nothing else runs on it."""
_DISK = 0.6
"""Megabytes per model."""


@dataclass(frozen=True, slots=True)
class Config:
    """Which models."""

    names: tuple[str, ...] = ()
    """Models to make, with those they grow from; none named: all that are shipped."""


def title(config: Config) -> str:
    """For people."""
    return f"pocket models: {', '.join(config.names) or 'all'}"


def chosen(names: tuple[str, ...]) -> tuple[Recipe, ...]:
    """The recipes of these names, or of all that are shipped, parents first.

    Raises:
        NotFound: there is no model of a name.
    """
    wanted = {recipes.load(name).name for name in names} or {one.name for one in recipes.RECIPES}
    return tuple(one for one in recipes.every() if one.name in wanted)


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the names are known and what training needs is installed."""
    there = {recipe.name for recipe in recipes.every()}
    if unknown := [name for name in config.names if name not in there]:
        text = f"no pocket model {unknown[0]!r}: there are {', '.join(sorted(there))}"
        return (Finding("red", "models", text),)
    missing = [name for name in ("torch", "transformers", "tokenizers") if find_spec(name) is None]
    if missing:
        advice = "pip install 'arena-learning[local]'"
        return (Finding("red", "packages", f"missing: {', '.join(missing)}: {advice}"),)
    return (Finding("green", "models", f"{len(chosen(config.names))} to be taught"),)


def plan(config: Config) -> tuple[Cost, ...]:
    """Steps, minutes and disk."""
    steps = sum(recipe.steps for recipe in chosen(config.names))
    note = f"{PACE:g} steps a second on one core; parents that are missing come on top"
    return (
        Cost("steps", steps, "", "counted"),
        Cost("minutes", round(steps / PACE / 60, 1), "min", note),
        Cost("disk", round(_DISK * len(chosen(config.names)), 1), "MB", f"{_DISK:g} MB a model"),
    )


def gpu(config: Config) -> bool:
    """Tiny models are taught on one core."""
    del config
    return False


def run(config: Config, desk: Desk) -> None:
    """Teaches them, one after the other."""
    into = desk.folder / "outputs" / "models"
    into.mkdir(parents=True, exist_ok=True)

    def tell(name: str, done: int, total: int, loss: float) -> None:
        desk.check()
        if done == 0:
            desk.step(name, total)
        else:
            desk.progress(name, done, total)
            desk.figure("loss", done, loss, name)

    for recipe in chosen(config.names):
        build.model(recipe, into, tell)
        desk.note(f"{recipe.name}: {recipe.about}", recipe.name)
