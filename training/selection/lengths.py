"""Keeps length in check: answers that are too long, and a selection that would teach length.

`most` caps what is learnt, `ratio` drops rows whose preferred answer is that much longer than the other one,
and `balance` then drops the most lengthening rows until the preferred answers are, in the mean, at most that
much longer.
"""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from training.selection.types import Scene, Step
from training.types import Dropped, PairRow, RankedRow, Row, SftRow

RULE = "lengths"


@dataclass(frozen=True, slots=True)
class Config:
    """What is too long; 0: no limit."""

    most: Annotated[int, Ge(0)] = 0
    """Characters of the answers that are learnt."""
    ratio: Annotated[float, Ge(0)] = 0.0
    """Longest preferred answer over the other, for each row."""
    balance: Annotated[float, Ge(0)] = 0.0
    """All preferred answers together over all others together."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:  # noqa: ARG001 - as all rules
    """The rows without those that are too long or too much longer."""
    kept: list[Row] = []
    dropped: list[Dropped] = []
    for row in rows:
        learnt, beaten = sizes(row)
        if config.most and learnt > config.most:
            dropped.append(Dropped(row.prompt, RULE, "the answer is too long", row.battles))
        elif config.ratio and beaten is not None and learnt > config.ratio * max(1, beaten):
            dropped.append(
                Dropped(row.prompt, RULE, "the answer is too much longer than the other", row.battles)
            )
        else:
            kept.append(row)
    if config.balance:
        kept, more = _balanced(kept, config.balance)
        dropped += more
    return Step(tuple(kept), tuple(dropped))


def _balanced(rows: list[Row], limit: float) -> tuple[list[Row], list[Dropped]]:
    both = [(row, learnt, beaten) for row in rows for learnt, beaten in [sizes(row)] if beaten is not None]
    longer = sorted(both, key=lambda entry: (entry[1] - limit * entry[2], entry[0].id), reverse=True)
    excess = sum(learnt - limit * beaten for _, learnt, beaten in both)
    gone: set[str] = set()
    for row, learnt, beaten in longer:
        if excess <= 0 or learnt <= limit * beaten:
            break
        gone.add(row.id)
        excess -= learnt - limit * beaten
    reason = "left out to keep lengths in balance"
    return (
        [row for row in rows if row.id not in gone],
        [Dropped(row.prompt, RULE, reason, row.battles) for row in rows if row.id in gone],
    )


def sizes(row: Row) -> tuple[int, int | None]:
    """Characters of what is learnt and of what it beat."""
    if isinstance(row, PairRow):
        return sum(map(len, row.chosen)), sum(map(len, row.rejected))
    if isinstance(row, SftRow):
        return sum(map(len, row.answers)), row.shorter
    if isinstance(row, RankedRow):
        return sum(map(len, row.answers[0])), sum(map(len, row.answers[-1]))
    return 0, None
