"""What a study comes to: each arm's mean over seeds, its difference from the baseline, and a verdict.

Differences are taken seed by seed, since arms of one seed share prompts and answers; intervals are Student's
over the seeds. One seed has none, and says nothing. What was expected was expected of the figure that decides
the study: of another one nothing is. Ratings of two panels are not compared. Leaves out how it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev
from typing import Literal

from scipy.special import stdtrit

from training.studies.cells import Cell, Study
from training.studies.config import Arm, Direction

Verdict = Literal["agrees", "disagrees", "undecided", "-"]
_RATED = ("rating", "low", "high")
"""Figures that say something only beside others of the same panel."""
_PANEL = ("opponents", "panel", "evaluator", "anchor", "anchor_value", "sampling", "system")
"""Fields of the flywheel that make the panel another one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval over seeds; no interval from a single one."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """One arm."""

    arm: str
    figure: Estimate | None
    """After the last stage."""
    gain: Estimate | None
    """After minus before."""
    effect: Estimate | None
    """Minus the baseline's, seed by seed; None for the baseline, and for a rating on another panel."""
    expected: Direction
    """Of the figure that decides the study; nothing of another one."""
    verdict: Verdict
    """Whether the effect has the expected direction; `-` where nothing was expected."""
    rows: float
    """Mean number of training rows."""
    minutes: float
    """Mean processor minutes of a run; what an earlier run of the study did for it, too, counts nothing."""


def lines(study: Study, figure: str = "") -> tuple[Line, ...]:
    """One line for each arm, in the study's order; `figure` in place of the one it is decided by."""
    name = figure or study.figure
    control = {cell.seed: cell for cell in study.cells if cell.arm == study.baseline}
    return tuple(_line(study, arm, control, name) for arm in study.arms)


def _line(study: Study, arm: Arm, control: dict[int, Cell], name: str) -> Line:
    cells = [cell for cell in study.cells if cell.arm == arm.name]
    held = [cell for cell in cells if name in cell.after]
    gains = [cell.after[name] - cell.before[name] for cell in held if name in cell.before]
    pairs = [(cell, control[cell.seed]) for cell in held if cell.seed in control]
    expected = arm.expected if name == study.figure else ""
    effect = None
    if arm.name not in (study.baseline, *unlike(study, name)):
        effect = estimate([one.after[name] - two.after[name] for one, two in pairs if name in two.after])
    return Line(
        arm.name,
        estimate([cell.after[name] for cell in held]),
        estimate(gains),
        effect,
        expected,
        verdict(effect, expected),
        mean([sum(cell.rows.values()) for cell in cells]) if cells else 0.0,
        mean([cell.cpu or cell.seconds for cell in cells]) / 60 if cells else 0.0,
    )


def unlike(study: Study, figure: str) -> tuple[str, ...]:
    """Arms that a figure cannot be compared of: ratings where the panel is not the baseline's."""
    control = {arm.name: _panel(arm) for arm in study.arms}.get(study.baseline)
    rated = study.arms if figure in _RATED else ()
    return tuple(arm.name for arm in rated if control is not None and _panel(arm) != control)


def _panel(arm: Arm) -> set[str]:
    """What an arm says of the panel."""
    return {told for told in arm.settings if told.partition("=")[0].partition(".")[0].strip() in _PANEL}


def estimate(values: Sequence[float]) -> Estimate | None:
    """Mean and Student's interval; None of nothing."""
    if not values:
        return None
    middle = mean(values)
    if len(values) < 2:
        return Estimate(middle, None, None, 1)
    half = float(stdtrit(len(values) - 1, 0.975)) * stdev(values) / sqrt(len(values))
    return Estimate(middle, middle - half, middle + half, len(values))


def verdict(effect: Estimate | None, expected: Direction) -> Verdict:
    """Whether an effect is as expected: decided only where its interval is on one side of nothing.

    `same` agrees where the interval holds zero, which shows no more than that nothing was found.
    """
    if not expected or effect is None:
        return "-"
    if effect.low is None or effect.high is None:
        return "undecided"
    if expected == "same":
        return "agrees" if effect.low <= 0 <= effect.high else "disagrees"
    if effect.low <= 0 <= effect.high:
        return "undecided"
    return "agrees" if (effect.low > 0) == (expected == "higher") else "disagrees"
