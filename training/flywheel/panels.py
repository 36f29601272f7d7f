"""Two versions of the target on the frozen panel, battle by battle: what turned, and how each category moved.

Read from the panel runs' facts. Leaves out ratings (`training.flywheel.standing`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from arena.jobs import facts
from arena.jobs.folder import RunFolder
from arena.types import Battle, Prompt, Response
from training.flywheel import standing
from training.flywheel.standing import Bout

Style = tuple[int, int, int, int]
"""Tokens, headers, lists and bolds of an answer."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What was fought on the panel."""

    bouts: tuple[Bout, ...]
    prompts: Mapping[str, tuple[str, str]]
    """Category and first words of each prompt."""
    styles: Mapping[str, tuple[Style, Style]] = field(default_factory=dict)
    """Of both sides' answers in each battle, where they were counted."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One prompt and opponent, on which two versions came to different ends."""

    prompt: str
    text: str
    category: str
    opponent: str
    before: str
    """Battle of the earlier version."""
    after: str
    won: bool
    """From loss to win; else from win to loss."""


@dataclass(frozen=True, slots=True)
class Category:
    """Shares of both versions on the prompts of a category."""

    name: str
    prompts: int
    before: float
    after: float
    change: float
    low: float
    """Of the change: 95 % interval clustered by prompt."""
    high: float


_FIRST = 160
"""Characters of a prompt that are shown."""


def panel(runs: Iterable[RunFolder]) -> Panel:
    """All panel battles of some runs."""
    runs = list(runs)
    prompts = {
        fact.id: ((fact.categories or ("",))[0], " / ".join(fact.turns)[:_FIRST])
        for run in runs
        for _, fact in facts.read(run.outputs)
        if isinstance(fact, Prompt)
    }
    return Panel(tuple(standing.bouts(runs)), prompts, _styles(runs))


def _styles(runs: Iterable[RunFolder]) -> dict[str, tuple[Style, Style]]:
    found: dict[str, tuple[Style, Style]] = {}
    for run in runs:
        told: dict[str | None, Style] = {}
        fights: list[Battle] = []
        for _, fact in facts.read(run.outputs):
            if isinstance(fact, Battle):
                fights.append(fact)
            elif isinstance(fact, Response) and fact.tokens is not None:
                told[fact.id] = (fact.tokens, fact.headers or 0, fact.lists or 0, fact.bolds or 0)
        found |= {
            fight.id: (told[fight.response_a], told[fight.response_b])
            for fight in fights
            if fight.response_a in told and fight.response_b in told
        }
    return found


def joined(parts: Iterable[Panel]) -> Panel:
    """Several panels as one; a battle that stands in several counts once."""
    parts = list(parts)
    bouts = {bout.battle: bout for part in parts for bout in part.bouts}
    styles = {k: v for part in parts for k, v in part.styles.items()}
    return Panel(tuple(bouts.values()), {k: v for part in parts for k, v in part.prompts.items()}, styles)


def flips(found: Panel, before: str, after: str) -> tuple[Flip, ...]:
    """Battles that the later version won where the earlier one lost, then the other way round."""
    old, new = _seen(found.bouts, before), _seen(found.bouts, after)
    turned = [
        Flip(
            prompt,
            found.prompts.get(prompt, ("", ""))[1],
            found.prompts.get(prompt, ("", ""))[0],
            opponent,
            old[prompt, opponent][1],
            new[prompt, opponent][1],
            won=new[prompt, opponent][0] > 0.5,
        )
        for prompt, opponent in sorted(old.keys() & new.keys())
        if (old[prompt, opponent][0] - 0.5) * (new[prompt, opponent][0] - 0.5) < 0
    ]
    return tuple(sorted(turned, key=lambda flip: (not flip.won, flip.category, flip.prompt)))


def _seen(bouts: Iterable[Bout], model: str) -> dict[tuple[str, str], tuple[float, str]]:
    """Share and battle of a model by prompt and opponent."""
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for bout in bouts:
        for me, other, share in ((bout.a, bout.b, bout.share), (bout.b, bout.a, 1 - bout.share)):
            if me == model:
                found[bout.prompt, other] = (share, bout.battle)
    return found


def categories(found: Panel, before: str, after: str) -> tuple[Category, ...]:
    """How the share moved in each category, by the prompts that both fought on; most gained first."""
    old, new = _seen(found.bouts, before), _seen(found.bouts, after)
    pairs: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for prompt, opponent in sorted(old.keys() & new.keys()):
        name = found.prompts.get(prompt, ("", ""))[0] or "none"
        both = (old[prompt, opponent][0], new[prompt, opponent][0])
        pairs.setdefault(name, {}).setdefault(prompt, []).append(both)
    moved = [_category(name, list(prompts.values())) for name, prompts in pairs.items()]
    return tuple(sorted(moved, key=lambda one: (-one.change, one.name)))


def _category(name: str, prompts: Sequence[Sequence[tuple[float, float]]]) -> Category:
    """The mean over prompts, each the mean of its battles."""
    before = [sum(old for old, _ in pairs) / len(pairs) for pairs in prompts]
    after = [sum(new for _, new in pairs) / len(pairs) for pairs in prompts]
    n = len(prompts)
    steps = [new - old for old, new in zip(before, after, strict=True)]
    change = sum(steps) / n
    spread = sum((step - change) ** 2 for step in steps) / max(1, n - 1)
    error = standing.NORMAL * float((spread / n) ** 0.5)
    if n < 2 or spread == 0:  # nothing to tell a spread from: as wide as so few coins would be
        error = max(error, standing.NORMAL * 0.5 / float(n**0.5))
    low, high = max(-1.0, change - error), min(1.0, change + error)
    return Category(name, n, sum(before) / n, sum(after) / n, change, low, high)
