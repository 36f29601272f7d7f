"""A test set from a recipe: read, clean, embed, cluster, draw, rate, split, write. Each part resumes.

`work` keeps what was done under content keys; `out` gets the finished folder, its manifest last. Memory: a
byte per prompt and step, and what each step says of itself; texts and vectors stay on disk.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from arena.corpus import (
    clean,
    cluster,
    difficulty,
    draw,
    embed,
    manifest,
    nearest,
    pool,
    proxy,
    sources,
    telling,
)
from arena.corpus.pool import Pool
from arena.corpus.recipe import VERSION, Recipe, checked
from arena.corpus.report import Rated, SourceFound
from arena.corpus.telling import Picked
from arena.corpus.types import EVERY, Mask, Matrix, Numbers, Place, Room, Told
from arena.errors import Unreadable
from arena.keys import key
from arena.types import Prompt, Reject


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on: may raise to stop, and hears how far it is."""

    check: Callable[[], None]
    told: Told


def build(name: str, recipe: Recipe, work: Path, out: Path, watch: Watch) -> manifest.Manifest:
    """Makes the set.

    Raises:
        ArenaError: a collection cannot be read, an option does not fit, or nothing is left.
    """
    asked = checked(recipe)
    recipe = replace(
        asked,
        sources=tuple(sources.fetched(place, work) for place in recipe.sources),
        against=tuple(sources.fetched(place, work) for place in recipe.against),
    )
    work.mkdir(parents=True, exist_ok=True)
    start = key("pool", VERSION, *(_identity(place, watch) for place in recipe.sources))
    here = work / f"pool-{start}"
    read = reading(recipe.sources, here, watch)
    prompts = Pool(here)
    room = made(recipe, prompts, here, watch)
    cleaned = clean.cleaned(prompts, recipe, room, start)
    numbers = np.flatnonzero(cleaned.alive)
    if not len(numbers):
        last = next(step.step for step in cleaned.steps if not step.after)
        raise Unreadable(f"nothing is left after {last}: loosen that step, or bring more prompts")
    found = drawn(prompts, numbers, recipe, room)
    watch.told("write", 0, 1)
    shutil.rmtree(out, ignore_errors=True)
    telling.write(name, read, cleaned, found, prompts, out)
    told = manifest.write(name, asked, embed.identity(recipe.drawing.model), out, recipe)
    watch.told("write", 1, 1)
    return told


def made(recipe: Recipe, prompts: Pool, folder: Path, watch: Watch) -> Room:
    """What the steps work with."""
    embedder = embed.Sentences(
        recipe.drawing.model, recipe.drawing.tokens, prompts, folder, watch.check, watch.told
    )
    return Room(folder, watch.check, watch.told, embedder, recipe.against)


def reading(places: tuple[Place, ...], folder: Path, watch: Watch) -> tuple[SourceFound, ...]:
    """Reads all collections into the pool, where that is not done yet; what was read of each."""
    told = folder / "read.json"
    if not pool.there(folder):
        folder.mkdir(parents=True, exist_ok=True)
        found: list[SourceFound] = []
        pool.write(_all(places, found, watch), folder)
        telling.save(told, tuple(found))
    read: tuple[SourceFound, ...] = telling.load(told, tuple[SourceFound, ...])
    return read


def _identity(place: Place, watch: Watch) -> str:
    watch.check()
    return sources.identity(place)


def _all(places: tuple[Place, ...], found: list[SourceFound], watch: Watch) -> Iterator[Prompt]:
    done = 0
    for place in places:
        files = sources.files(place)
        reasons: Counter[str] = Counter()
        prompts = 0
        for item in sources.read(place):
            if done % EVERY == 0:
                watch.check()
                watch.told("read", done)
            done += 1
            if isinstance(item, Reject):
                reasons[item.reason[:120]] += 1
                continue
            prompts += 1
            yield item
        formats = tuple(dict.fromkeys(file.format or file.path.suffix[1:] for file in files))
        top = dict(reasons.most_common(20))
        found.append(SourceFound(place.called, len(files), formats, prompts, reasons.total(), top))
    watch.told("read", done, done)


def drawn(prompts: Pool, numbers: Numbers, recipe: Recipe, room: Room) -> Picked:
    """Clusters what is left and draws the sets and parts."""
    how = recipe.drawing
    vectors = room.embedder.corpus(numbers)
    room.check()
    room.told("cluster", 0, len(numbers))
    found = cluster.clustered(vectors, numbers, how.clusters, how.seed, how.kmeans, room.check)
    room.told("cluster", len(numbers), len(numbers))
    plane = cluster.plane(vectors, numbers, how.seed)
    diverse = draw.each(found.labels, how.diverse, how.seed, 0)
    taken: Mask = np.zeros(len(numbers), dtype=bool)
    taken[diverse] = True
    candidates = draw.each(found.labels, how.candidates, how.seed, 1, taken)
    rated, ratings = rating(prompts, numbers, candidates, recipe, room)
    hard = draw.hardest(ratings, how.hard)
    taken[hard] = True
    near = _near(vectors, numbers, taken, how.apart, room)
    rest = np.flatnonzero(~taken & ~near).astype(np.int64)
    split = (
        draw.parts(found.labels, rest, how.parts, how.first, how.split, how.seed) if how.parts else (rest,)
    )
    room.told("split", len(rest), len(rest))
    return Picked(
        numbers, found, plane, vectors, diverse, hard, ratings, rated, split, how, int((near & ~taken).sum())
    )


def _near(vectors: Matrix, numbers: Numbers, taken: Mask, apart: int, room: Room) -> Mask:
    """Which prompts are among the nearest of a test prompt."""
    near: Mask = np.zeros(len(numbers), dtype=bool)
    rest = np.flatnonzero(~taken)
    if not apart or not len(rest) or not taken.any():
        return near
    room.told("apart", 0, len(rest))
    items: Matrix = np.asarray(vectors[numbers[taken]], dtype=np.float32)
    for hit in nearest.hits(vectors, numbers[rest], items, nearest.Asked(apart), room.check):
        near[np.searchsorted(numbers, hit.row)] = True
    room.told("apart", len(rest), len(rest))
    return near


def rating(
    prompts: Pool, numbers: Numbers, candidates: Numbers, recipe: Recipe, room: Room
) -> tuple[Rated, dict[int, float]]:
    """The candidates' difficulty, and how it was found."""
    asked = list(zip(candidates.tolist(), prompts.get(numbers[candidates]), strict=True))
    if recipe.rater is None:
        ratings = {at: proxy.rate(prompt) for at, prompt in asked}
        return Rated(proxy.NAME, proxy.ABOUT, len(ratings), {}, telling.histogram(ratings.values())), ratings
    by_number = [(int(numbers[at]), prompt) for at, prompt in asked]
    found = difficulty.rated(by_number, recipe.rater, room)
    said = {at: found[int(numbers[at])] for at, _ in asked}
    ratings = {at: one.difficulty for at, one in said.items() if one.difficulty is not None}
    failed = Counter(str(one.status) for one in said.values() if one.status != "ok")
    name = recipe.rater.name + (
        f" {recipe.rater.options['model']}" if "model" in recipe.rater.options else ""
    )
    about = "asked with our own prompt, difficulty 0-10"
    return Rated(name, about, len(ratings), dict(failed), telling.histogram(ratings.values())), ratings
