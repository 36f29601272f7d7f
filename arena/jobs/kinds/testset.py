"""A test set: collections are read, cleaned, embedded and clustered; Diverse, Hard, Mix and parts are drawn.

Stopped or killed, it goes on with the part it was at. The set stands in `outputs/set` and is put among the
sets of the home folder when they are next asked for. Leaves out how (`arena.corpus`).
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from arena import plugins
from arena.corpus import build as corpus
from arena.corpus import embed, manifest, recipe, sets, sources
from arena.corpus.recipe import Recipe
from arena.corpus.types import Place
from arena.errors import ArenaError
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.preflight import Finding

VERSION = 1
NEEDED = {
    "datasketch": "neardup",
    "lingua": "language",
    "sklearn": "clusters",
    "sentence_transformers": "embeddings",
}
"""Packages of the extra `corpus`, and what wants them."""
PACE = 60
"""Prompts that are embedded in a second on two cores, with the default model: what a dry run reckons with."""
ROW = 2_500
"""Bytes on disk per prompt: text, vector, signature."""


@dataclass(frozen=True, slots=True)
class Config:
    """What is to be built."""

    name: str
    """Name of the set."""
    recipe: Recipe
    """How it is made."""


def title(config: Config) -> str:
    """For people."""
    return f"test set {config.name}"


def identity(config: Config) -> str:
    """What decides the result: the recipe and what the collections hold."""
    places = (*config.recipe.sources, *config.recipe.against)
    held = (place.path if place.path.startswith("hub:") else sources.identity(place) for place in places)
    return key("testset", config.name, recipe.VERSION, str(config.recipe), *held)


def check(config: Config) -> tuple[Finding, ...]:
    """Everything that can be known to go wrong."""
    found = [_trial("settings", lambda: recipe.checked(config.recipe), "they fit")]
    found.append(_trial("name", lambda: sets.named(config.name), config.name))
    found += [_collection(place) for place in (*config.recipe.sources, *config.recipe.against)]
    missing = [f"{name} (for {what})" for name, what in NEEDED.items() if find_spec(name) is None]
    if missing:
        found.append(
            Finding("red", "packages", f"missing: {', '.join(missing)}: pip install 'arena-learning[corpus]'")
        )
    else:
        found.append(
            _trial("embedding model", lambda: embed.identity(config.recipe.drawing.model), "it is here")
        )
    if (rater := config.recipe.rater) is not None:
        module = plugins.load("arena.backends", rater.name)
        found += module.check(plugins.config("arena.backends", rater))
    else:
        found.append(Finding("amber", "difficulty", "no rater is named: Hard is drawn by the offline proxy"))
    return tuple(found)


def plan(config: Config) -> tuple[Cost, ...]:
    """What it would read and cost."""
    rows = sum(_rows(place) for place in config.recipe.sources if not place.path.startswith("hub:"))
    how = config.recipe.drawing
    asked = min(rows, how.clusters * how.candidates)
    told = "as if none was dropped before"
    costs = [
        Cost("prompts", rows, "", "counted"),
        Cost("minutes", round(rows / PACE / 60, 1), "min", f"{PACE} embeddings a second, {told}"),
        Cost("disk", round(rows * ROW / 1e6, 1), "MB", f"{ROW:,} bytes a prompt, {told}"),
    ]
    if config.recipe.rater is not None:
        costs.append(Cost("ratings", asked, "", "one call of the rater each, at most"))
    return tuple(costs)


def gpu(config: Config) -> bool:
    """Embeddings are made there, where there is one."""
    return bool(config.name)


def run(config: Config, desk: Desk) -> None:
    """Builds it into `outputs/set`."""
    seen: list[str] = []

    def told(step: str, done: int, total: int | None = None) -> None:
        if step not in seen[-1:]:
            seen.append(step)
            desk.step(step, total)
        desk.progress(step, done, total)

    out = desk.folder / "outputs" / "set"
    watch = corpus.Watch(desk.check, told)
    made = corpus.build(config.name, config.recipe, desk.folder / "work" / "corpus", out, watch)
    kept = {
        output.path: output.rows for output in made.outputs if output.path in ("diverse.jsonl", "hard.jsonl")
    }
    desk.note(f"{made.name}: " + ", ".join(f"{rows:,} in {path}" for path, rows in kept.items()))
    shutil.rmtree(desk.folder / "work" / "corpus")


def _trial(subject: str, attempt: Callable[[], object], fine: str) -> Finding:
    try:
        attempt()
    except ArenaError as error:
        return Finding("red", subject, str(error))
    return Finding("green", subject, fine)


def _collection(place: Place) -> Finding:
    subject = f"collection {place.called}"
    if place.path.startswith("hub:"):
        return Finding("amber", subject, "it is fetched from the hub: this needs a network")
    return _trial(subject, lambda: sources.files(place), "it can be read")


def _rows(place: Place) -> int:
    return sum(_counted(file.path) for file in sources.files(place))


def _counted(path: Path) -> int:
    """Rows of a table by its footer, else lines."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        return int(parquet.ParquetFile(path).metadata.num_rows)
    return manifest.lines(path)
