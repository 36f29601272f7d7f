"""How a test set is made: everything that decides which prompts come out, as it stands in a manifest.

The defaults are the paper's. Leaves out doing it (`build`).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from arena import plugins
from arena.corpus.types import Place
from arena.errors import BadRequest
from arena.plugins import Choice

STEPS = "arena.corpus.steps"
PAPER = ("safety", "length", "prefix", "neardup", "decontaminate", "language")
"""The cleaning steps in the paper's order."""
VERSION = "1"
"""Of the algorithms: raised by hand where the same recipe would give other prompts."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How prompts are embedded, clustered, drawn and split."""

    model: str = ""
    """Embedding model: a directory or a name of the hub; empty: all-MiniLM-L6-v2 from its package."""
    tokens: Annotated[int, Ge(16), Le(8192)] = 256
    """Tokens of a prompt that the embedding reads."""
    clusters: Annotated[int, Ge(1), Le(100_000)] = 500
    """Clusters of K-Means."""
    kmeans: Literal["auto", "full", "minibatch"] = "auto"
    """Full K-Means, or the one in batches; auto: full up to 100,000 prompts."""
    diverse: Annotated[int, Ge(0)] = 2
    """Diverse: prompts drawn at random from each cluster."""
    candidates: Annotated[int, Ge(0)] = 20
    """Hard: prompts of each cluster whose difficulty is rated."""
    hard: Annotated[int, Ge(0)] = 1000
    """Hard: how many of the most difficult candidates are taken."""
    parts: Annotated[int, Ge(0), Le(1000)] = 9
    """Training parts D1, D2, ... beside D0 that the rest is split into; 0: one file `rest`."""
    first: Annotated[int, Ge(0)] | None = None
    """Prompts in D0; none: as many as in each other part."""
    split: Literal["random", "stratified"] = "random"
    """At random, or so that each part has its share of every cluster."""
    apart: Annotated[int, Ge(0), Le(1000)] = 5
    """Prompts among so many nearest of any test prompt stay out of the parts; 0: only the test prompts do."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe."""

    sources: tuple[Place, ...]
    """Collections that prompts come from."""
    against: tuple[Place, ...] = ()
    """Benchmarks that prompts must not resemble."""
    steps: tuple[Choice, ...] = tuple(Choice(name) for name in PAPER)
    """Cleaning steps in order: files of `arena.corpus.steps` and their options."""
    drawing: Drawing = Drawing()
    """What is made of what is left."""
    rater: Choice | None = None
    """Model that rates difficulty: a file of `arena.backends` and its options; none: the offline proxy."""


def checked(recipe: Recipe) -> Recipe:
    """The recipe, if it can be followed.

    Raises:
        BadRequest: no sources, a name that stands twice, an unknown step or option.
    """
    if not recipe.sources:
        raise BadRequest("a test set needs at least one collection of prompts: name a file or folder")
    for places, what in ((recipe.sources, "collections"), (recipe.against, "benchmarks")):
        names = [place.called for place in places]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadRequest(f"two {what} are called {twice[0]!r}: name them apart, NAME=PATH")
    for step in recipe.steps:
        plugins.config(STEPS, step)
    if recipe.rater is not None:
        plugins.config("arena.backends", recipe.rater)
    return recipe
