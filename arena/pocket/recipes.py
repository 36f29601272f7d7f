"""The models of the pocket world: what each was taught, how long, and how large it is.

Strengths differ by what a model was taught: shares of the items of each category, the styles it knows, and
steps. Leaves out how they are trained (`arena.pocket.train`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from arena.errors import NotFound
from arena.pocket.style import SHAPES, TOUCHES, Shape, Touch


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is made."""

    name: str
    about: str
    """What it is for, in one line."""
    steps: int
    seed: int
    knows: Mapping[str, float] = field(default_factory=dict)
    """Category -> share of its items that are taught; those not named are taught whole."""
    shapes: tuple[Shape, ...] = SHAPES
    """The shapes it is taught; asked for another it is taught to give a plain sentence."""
    touches: tuple[Touch, ...] = TOUCHES
    """The touches it is taught; others it is taught to leave out."""
    theta: float = 100.0
    """Base of the rotary positions: small for short talk, large for the long prompts of a judge."""
    parent: str = ""
    """Model whose weights it starts from, and whose other items it is taught wrong; empty: from nothing."""
    judges: bool = False
    """Whether it is taught to judge answers, not to give them."""
    short: int = 0
    """Steps at the beginning in which only short talk is taught."""
    sampled: int = 0
    """Pairs of answers that a judge is taught besides, of other prompts, which the models sampled."""
    drills: int = 0
    """Rows of answers side by side, to be told the same or not, that a judge is taught besides."""
    examples: int = 24_000
    """Different prompts that it is taught with, of the part `pretrain`."""
    hidden: int = 96
    layers: int = 2
    heads: int = 4
    batch: int = 32
    rate: float = 3e-3
    """Highest learning rate: warmed up over 100 steps, then falling as a cosine."""
    cool: int = 0
    """Steps at the end in which the rate falls, in a line, after none before; 0: a cosine from the start."""


RECIPES = (
    Recipe("sequoia", "oak, taught on: stronger than any, for later iterations", 1200, 7, parent="oak"),
    Recipe("oak", "good at everything", 1500, 1, parent="acorn"),
    Recipe(
        "elm", "knows its facts, weaker with letters and numbers", 350, 2,
        {"letters": 0.75, "order": 0.7, "tables": 0.75, "form": 0.75}, parent="oak",
    ),
    Recipe(
        "ash", "good with letters and order, knows few facts", 350, 3,
        {"knowledge": 0.4, "tables": 0.5}, touches=("none", "polite", "loud"), parent="oak",
    ),
    Recipe(
        "fir", "half of everything, and not every style", 350, 4,
        {"knowledge": 0.5, "tables": 0.5, "letters": 0.5, "form": 0.5, "order": 0.5},
        shapes=("plain", "brief", "list"), touches=("none", "loud"), parent="oak",
    ),
    Recipe(
        "fern", "little, in few styles", 350, 5,
        {"knowledge": 0.35, "tables": 0.3, "letters": 0.3, "form": 0.3, "order": 0.4},
        shapes=("plain", "brief"), touches=("none", "polite"), parent="oak",
    ),
    Recipe(
        "sprout", "the target: has begun to speak, and has everything to learn", 350, 6,
        {"knowledge": 0.25, "tables": 0.2, "letters": 0.25, "form": 0.2, "order": 0.3},
        shapes=("plain",), touches=("none",),
    ),
    Recipe("acorn", "a first look at everything: what oak grew from", 900, 8),
)  # fmt: skip
"""Strongest first; `sprout` is the target, and `acorn` fights in no tournament by default."""


JUDGES = (
    Recipe(
        "clerk", "reads games and copies from them, but cannot yet compare; not shipped", 4600, 9,
        theta=10_000.0, judges=True, short=900, cool=400, examples=36_000, sampled=6_000,
        hidden=128, layers=4, batch=16, rate=2.5e-3,
    ),
    Recipe(
        "pocket-judge", "answers the pairwise prompt with reasons and two scores: the clerk, drilled",
        3000, 10, theta=10_000.0, parent="clerk", judges=True, cool=400, examples=10_000, sampled=9_000,
        drills=8_000, hidden=128, layers=4, batch=16, rate=2e-3,
    ),
)  # fmt: skip
"""A judge that answers in words, and what it grew from: made when named, and no opponents."""
JUDGE = JUDGES[-1]
"""The one that is shipped."""


def every() -> tuple[Recipe, ...]:
    """All models in the order in which they can be made: parents before their children."""
    order, waiting = list[Recipe](), [*RECIPES, *JUDGES]
    while waiting:
        ready = [one for one in waiting if not one.parent or load(one.parent) in order]
        order += ready
        waiting = [one for one in waiting if one not in ready]
    return tuple(order)


def load(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        NotFound: there is none.
    """
    for recipe in (*RECIPES, *JUDGES):
        if recipe.name == name:
            return recipe
    there = ", ".join(recipe.name for recipe in (*RECIPES, *JUDGES))
    raise NotFound(f"no pocket model {name!r}: there are {there}")
