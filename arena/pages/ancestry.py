"""What was trained on a battle, in words: the rows that it became, or why it became none.

Leaves out finding it (`arena.service.lineage`) and the page it leads to, which training brings.
"""

from dataclasses import dataclass

from arena.pages import link
from arena.pages.markup import Markup, tag
from arena.service.lineage import Descent, LineageFound
from arena.store.lineage import DropLine, RowLine

NAMES = {"sft": "SFT", "dpo": "DPO", "reward": "reward model", "ppo": "PPO", "rloo": "RLOO"}
"""Stages for people."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of an iteration, as the address of the page of iterations says it."""

    run: str | None = None
    stage: str | None = None
    """`i1-dpo`."""
    row: str | None = None
    category: str | None = None


def became(found: LineageFound, category: str | None = None) -> Markup:
    """The part of a battle's pane that follows it into training; `category`: of its prompt."""
    lines = [*map(_row, found.rows), *map(_drop, found.dropped)]
    if found.note:
        lines.append(tag("li", found.note))
    if not found.rows:
        lines += [_measured(one, category) for one in found.checkpoints]
    if not lines:
        return Markup()
    made = tag("ul", lines, class_="became")
    return tag("section", tag("h3", "What was trained on it"), made, class_="ancestry")


def _measured(one: Descent, category: str | None) -> Markup:
    """What the model that a battle measured had learnt from."""
    made = one.checkpoint
    there = "/iterate" + link.query(Step(made.made_from, made.made_by, category=category))
    some = f" of category {category}" if category else ""
    return tag(
        "li",
        tag("a", f"The rows{some} that {made.name} was trained on", href=there),
        f" ({made.rows} in all)",
    )


def name(stage: str) -> str:
    """A stage for people."""
    return NAMES.get(stage, stage)


def _row(row: RowLine) -> Markup:
    stage, when = name(row.stage), f"iteration {row.iteration}"
    there = "/iterate" + link.query(Step(row.run, row.step, row.id))
    told = {
        "sft": f"became an {stage} row in {when} (to imitate: {row.model})",
        "pair": f"became a {stage} pair in {when} (chosen: {row.model}, rejected: {row.beaten})",
        "prompt": f"its prompt is answered in {stage} of {when}",
    }
    gap = "" if row.gap is None else f", gap {row.gap:g}"
    words = told.get(row.kind, f"became a row of {stage} in {when}")
    return tag("li", tag("a", words, href=there), f"{gap}: {row.reason}", class_="yes")


def _drop(drop: DropLine) -> Markup:
    there = "/iterate" + link.query(Step(drop.run, drop.step))
    words = f"not in {name(drop.stage)} of iteration {drop.iteration}"
    return tag("li", tag("a", words, href=there), f": {drop.reason}", class_="no")
