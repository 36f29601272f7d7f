"""True skill: the share of held-out prompts that a model answers right, counted by program.

By family and category, greedy and sampled; on held prompts (taught items in untaught combinations) and on
new ones (new items of rules, facts in a wording that is never taught) apart. Every share has a 95 % interval.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from arena.pocket.answer import Speaker
from arena.pocket.parts import Part, draw, status
from arena.pocket.task import Task
from arena.pocket.verify import Mark, mark

PART: Part = "skill"
SAMPLED = 0.7
"""Temperature of sampled answers, as in the pocket tournament."""
WAYS = {"greedy": 0.0, "sampled": SAMPLED}
"""How a model may answer, and the temperature of it."""


@dataclass(frozen=True, slots=True)
class Skill:
    """One share: of one model, one way to answer, and one group of prompts."""

    model: str
    way: str
    """greedy, or sampled (temperature 0.7)."""
    items: str
    """all, seen (taught items in untaught combinations) or unseen (new items and wordings)."""
    group: str
    """A family, a category, or `all`."""
    n: int
    right: float
    """Share that is answered right, in whatever form."""
    low: float
    high: float
    """95 % interval (Wilson) of `right`."""
    formed: float
    """Share in the form that was asked for."""
    score: float
    """Mean score, 1 to 10."""


@cache
def tasks(n: int, seed: int = 0) -> tuple[Task, ...]:
    """The prompts that skill is measured on."""
    return tuple(draw(PART, n, seed))


def measure(
    reference: str,
    n: int = 1000,
    seed: int = 0,
    say: Callable[[str], None] = lambda _: None,
    ways: Iterable[str] = tuple(WAYS),
) -> tuple[Skill, ...]:
    """All shares of one model: a directory, or `shipped:NAME`."""
    speaker, asked = Speaker(reference), tasks(n, seed)
    name = reference.removeprefix("shipped:").rstrip("/").rpartition("/")[2]
    found: list[Skill] = []
    for way in ways:
        say(f"{name}: {way}")
        answers = speaker.answers(asked, WAYS[way], seed)
        marks = [mark(task, given) for task, given in zip(asked, answers, strict=True)]
        found += _shares(name, way, asked, marks)
    return tuple(found)


def _shares(name: str, way: str, asked: Sequence[Task], marks: Sequence[Mark]) -> Iterator[Skill]:
    groups: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for task, one in zip(asked, marks, strict=True):
        items = "unseen" if status(task) == "new" else "seen"
        for group in dict.fromkeys(("all", task.category, task.kind)):
            groups["all", group].append(one)
            groups[items, group].append(one)
    for (items, group), members in sorted(groups.items()):
        right = sum(one.right for one in members)
        low, high = interval(right, len(members))
        yield Skill(
            name, way, items, group, len(members), right / len(members), low, high,
            sum(one.formed for one in members) / len(members),
            sum(one.score for one in members) / len(members),
        )  # fmt: skip


def interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson)."""
    from scipy.stats import binomtest

    found = binomtest(hits, n).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
