"""What a version gained over another on the panel, and what of it stays with length and Markdown held equal.

A gain that style alone explains is no better model: the second figure shows it. Leaves out when a version is
taken (`training.flywheel.gate`) and true skill (`training.checks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arena.errors import ArenaError
from arena.ratings import rank
from arena.ratings.types import Floats, Ranking, RankSettings, Styles
from training.flywheel import standing
from training.flywheel.panels import Panel
from training.flywheel.standing import Bout


@dataclass(frozen=True, slots=True)
class Gain:
    """Rating points of the later version above the earlier one, with its 95 % interval."""

    value: float
    low: float
    high: float
    battles: int
    """Those of the later version that it rests on."""


@dataclass(frozen=True, slots=True)
class Gains:
    """The same gain twice."""

    plain: Gain
    held: Gain | None
    """With tokens, headers, lists and bolds of the answers held equal; None where they are not known."""


def gains(found: Panel, before: str, after: str) -> Gains | None:
    """Both figures; None where one of the versions is not rated."""
    try:
        plain = _gain(standing.ranking(found.bouts, before, 0.0), after)
    except ArenaError:
        return None
    return Gains(plain, _held(found, before, after)) if plain else None


def _held(found: Panel, before: str, after: str) -> Gain | None:
    try:
        return _gain(_styled(found, before), after)
    except ArenaError:
        return None


def _gain(ranked: Ranking | None, after: str) -> Gain | None:
    """The later version's line: the earlier one is the anchor, at 0."""
    line = next((one for one in ranked.ratings if one.model == after), None) if ranked else None
    if ranked is None or line is None or ranked.settings.anchor is None or None in (line.low, line.high):
        return None
    return Gain(line.value, line.low or 0.0, line.high or 0.0, line.battles)


def _styled(found: Panel, before: str) -> Ranking | None:
    """Style-controlled ratings with the earlier version at 0."""
    bouts = [bout for bout in found.bouts if bout.battle in found.styles]
    if not bouts:
        return None
    made = standing.evidence(bouts)
    if made.clusters is None or before not in made.cells.models:
        return None
    told = made.clusters
    sides = [_side(found, bouts, at) for at in (0, 1)]
    styles = Styles(told.a, told.b, told.points, told.weight, told.cluster, *sides)
    settings = RankSettings(method="style", anchor=before, anchor_value=0.0)
    return rank.rank(replace(made, styles=styles), settings)


def _side(found: Panel, bouts: Sequence[Bout], at: int) -> Floats:
    return np.array([found.styles[bout.battle][at] for bout in bouts], np.float64)
