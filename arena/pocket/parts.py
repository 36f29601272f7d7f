"""Which prompts teach and which measure: disjoint parts, drawn by seed.

A turn is *taught*, *held* (its item in its style is never taught; the item in other styles is), or *new* (a
rule's item that is never taught, or a wording of facts that never is). Prompts with only taught turns go
to `pretrain` and `d0` to `d9`, by a hash of their id; the others to the parts that measure. So parts cannot
share a prompt, whatever the seeds. Leaves out the paper's parts of real collections (`arena.corpus`).
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import blake2b
from random import Random
from threading import Lock
from typing import Literal, get_args

from arena.errors import BadRequest
from arena.pocket.families import every
from arena.pocket.style import CLAUSES, SHAPES, TOUCHES, Style
from arena.pocket.task import FOLLOWS, INITIALS, OPENERS, RESTYLES, Look, Task
from arena.pocket.types import Family, Item

Part = Literal[
    "pretrain", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9",
    "panel", "skill", "heldout-seen", "heldout-unseen",
]  # fmt: skip
PARTS: tuple[Part, ...] = get_args(Part)
Status = Literal["taught", "held", "new"]

_FOLLOWED = 0.2
"""Share of prompts with a second turn."""
_TRIES = 400
"""Draws of one family before another is drawn from."""
_KEPT = 20_000
"""Prompts of a draw that is remembered; longer ones are those of teaching, and are drawn once."""
_FAMILIES = 20
"""Families drawn in vain before a part counts as used up."""


def _share(*words: str) -> float:
    """A number in 0 to 1 that hangs on the words only."""
    digest = blake2b("\0".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def new(task: Task) -> bool:
    """Whether a turn asks a rule's item that is never taught, or facts in a wording that never is."""
    if not task.family.rule:
        return task.wording == len(task.family.asks) - 1
    asked = (task.item,) if task.other is None else (task.item, task.other)
    return any(_new_item(task.family.name, item.key) for item in asked)


@cache
def _new_item(family: str, item: str) -> bool:
    return _share("item", family, item) < 0.2


def status(task: Task) -> Status:
    """What the taught parts say of this prompt."""
    if new(task):
        return "new"
    return "held" if any(_share("cell", *turn.cell) < 0.12 for turn in task.turns) else "taught"


def part_of(task: Task) -> tuple[Part, ...]:
    """The part (or, of panel and skill, the half of it) that a prompt may be drawn into."""
    at = _share("part", task.natural)
    kind = status(task)
    if kind == "taught":
        return ("pretrain",) if at < 0.4 else (PARTS[1 + int((at - 0.4) / 0.06)],)
    measure: Part = "heldout-seen" if kind == "held" else "heldout-unseen"
    return ("panel",) if at < 0.3 else ("skill",) if at < 0.65 else (measure,)


def draw(part: Part, count: int, seed: int = 0, only: frozenset[str] = frozenset()) -> Iterator[Task]:
    """So many different prompts of a part; `only` names families or categories. A longer draw begins alike.

    Raises:
        BadRequest: a family that does not exist, or fewer prompts than asked for.
    """
    deck = _deck(part, seed, only) if count <= _KEPT else _Deck(part, seed, only)
    for number in range(count):
        yield deck.at(number, count)


class _Deck:
    """A draw as far as anybody has gone: checks, plans and tournaments draw the same part many times."""

    def __init__(self, part: Part, seed: int, only: frozenset[str]) -> None:
        self.part, self.families = part, chosen(only)
        self.rng = Random(f"{part}:{seed}:{','.join(sorted(only))}")  # noqa: S311 - seeded on purpose
        self.halves: tuple[Status, ...] = ("held", "new") if part in ("panel", "skill") else _statuses(part)
        self.tasks: list[Task] = []
        self.met: set[str] = set()
        self.drawing = Lock()

    def at(self, number: int, count: int) -> Task:
        """The task of that number, from 0; `count` is what was asked for."""
        with self.drawing:
            while len(self.tasks) <= number:
                kind = self.halves[len(self.tasks) % len(self.halves)]
                task = _fresh(self.rng, self.families, self.part, kind, self.met)
                if task is None:
                    there = len(self.tasks)
                    raise BadRequest(
                        f"the pocket world has only {there} prompts for {self.part}: "
                        f"ask for fewer than {count}"
                    )
                self.met.add(task.natural)
                self.tasks.append(task)
            return self.tasks[number]


@lru_cache(maxsize=24)
def _deck(part: Part, seed: int, only: frozenset[str]) -> _Deck:
    return _Deck(part, seed, only)


def _statuses(part: Part) -> tuple[Status, ...]:
    return {"heldout-seen": ("held",), "heldout-unseen": ("new",)}.get(part, ("taught",))  # type: ignore[return-value]


def _fresh(
    rng: Random, families: tuple[tuple[Family, str], ...], part: Part, kind: Status, met: set[str]
) -> Task | None:
    for _ in range(_FAMILIES):
        family, follow = rng.choice(families)
        for _ in range(_TRIES):
            task = _any(rng, family, follow, novel=kind == "new")
            if task.natural not in met and part in part_of(task) and status(task) == kind:
                return task
    return None


def chosen(only: frozenset[str]) -> tuple[tuple[Family, str], ...]:
    """Families to draw from, each with the follow-up it is drawn with or none; drawn evenly.

    Raises:
        BadRequest: a name that is neither a family nor a category.
    """
    single = [(family, "") for family in every()]
    share = round(len(single) * _FOLLOWED / (1 - _FOLLOWED))
    followed = [
        (family, follow)
        for family in every()
        for follow in FOLLOWS
        if follow != "initial" or family.category == "knowledge"
    ]
    known = {name for family in every() for name in (family.name, family.category)} | {*FOLLOWS, "follow-up"}
    if unknown := sorted(only - known):
        raise BadRequest(f"no family or category {unknown[0]!r}: there are {', '.join(sorted(known))}")
    if not only:
        times = len(followed)
        return tuple(single * times) + tuple(followed * share)
    kept = [pair for pair in single if only & {pair[0].name, pair[0].category}]
    return tuple(kept + [pair for pair in followed if only & {pair[1], "follow-up"}])


def _any(rng: Random, family: Family, follow: str, *, novel: bool) -> Task:
    item = rng.choice(family.items)
    last = len(family.asks) - 1
    wording = last if novel and not family.rule else rng.randrange(last + family.rule)
    look = _look(rng)
    base = (family, item, wording, rng.randrange(len(OPENERS)), look, bool(look.words) and rng.random() < 0.3)
    if follow == "again":
        return Task(*base, "again", rng.randrange(3), other=_other(rng, family, item))
    if follow == "restyle":
        relook = _look(rng)
        while not relook.words or relook.style == look.style:
            relook = _look(rng)
        return Task(*base, "restyle", rng.randrange(len(RESTYLES)), relook=relook)
    if follow == "initial":
        return Task(*base, "initial", rng.randrange(len(INITIALS)))
    return Task(*base)


def _other(rng: Random, family: Family, item: Item) -> Item:
    while (other := rng.choice(family.items)) is item:
        pass
    return other


def _look(rng: Random) -> Look:
    shape = rng.choice(SHAPES[1:]) if rng.random() < 0.45 else "plain"
    touch = rng.choice(TOUCHES[1:]) if rng.random() < 0.4 else "none"
    return Look(Style(shape, touch), rng.randrange(len(CLAUSES[shape])), rng.randrange(len(CLAUSES[touch])))
