"""Of which pairs a reward model is sure enough to label them itself (the statuses of arXiv 2411.00418).

A number becomes p = 1 / (1 + exp(-number)); 0.5 is the middle. Leaves out the loops (`training.stages.ser`).
"""

import math
from dataclasses import dataclass, replace

from training.types import PairRow


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a reward model says of the two sides of a pair."""

    chosen: float
    rejected: float

    @property
    def chances(self) -> tuple[float, float]:
        """The higher p and the lower one."""
        high, low = max(self.chosen, self.rejected), min(self.chosen, self.rejected)
        return _sigmoid(high), _sigmoid(low)


def _sigmoid(value: float) -> float:
    if value < 0:
        grown = math.exp(max(value, -700.0))
        return grown / (1 + grown)
    return 1 / (1 + math.exp(-min(value, 700.0)))


@dataclass(frozen=True, slots=True)
class Apart:
    """Status 1: tells good from bad."""

    high: float
    low: float

    def sure(self, numbers: Numbers) -> bool:
        """Whether one answer is good and the other bad."""
        better, worse = numbers.chances
        return better > self.high and worse < self.low


@dataclass(frozen=True, slots=True)
class Differ:
    """Status 2: tells finer differences."""

    least: float

    def sure(self, numbers: Numbers) -> bool:
        """Whether one answer is better by enough."""
        better, worse = numbers.chances
        return better - worse >= self.least


def centred(numbers: Numbers, scale: float = 1.0, *, own: bool) -> Numbers:
    """Scaled; with `own`, less their mean: numbers such as log-likelihoods have no middle of their own."""
    middle = (numbers.chosen + numbers.rejected) / 2 if own else 0.0
    return Numbers(scale * (numbers.chosen - middle), scale * (numbers.rejected - middle))


def relabelled(row: PairRow, turned: bool) -> PairRow:
    """A pair under a label of the model's own; how far it is apart is not known then."""
    chosen, rejected = (row.rejected, row.chosen) if turned else (row.chosen, row.rejected)
    names = (row.over, row.model) if turned else (row.model, row.over)
    return replace(
        row, chosen=chosen, rejected=rejected, model=names[0], over=names[1], gap=None,
        reason="labelled by the reward model itself",
    )  # fmt: skip
