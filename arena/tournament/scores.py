"""What single grades add up to: the mean of each model, over all, by turn and by category, with its interval.

Leaves out ranking models against each other, which a board does with the battles that grades imply.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import mean, stdev

from arena.types import Grade


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of a model."""

    model: str
    of: str
    """`all`, `turn 1`, `turn 2` ..., or a category."""
    mean: float | None
    """None where nothing could be read."""
    low: float
    high: float
    """95 %, of the mean over prompts (a prompt's turns belong together), within the scale from 1 to 10."""
    n: int
    """Grades that were read."""
    failed: int
    """Grades that were not: they count for nothing."""


def scores(grades: Iterable[Grade], categories: Mapping[str, Sequence[str]]) -> tuple[Score, ...]:
    """Figures by model, best first, each overall, by turn and by category (given by prompt)."""
    known = list(grades)
    models = sorted({grade.model for grade in known})
    found = [list(_figures(model, [g for g in known if g.model == model], categories)) for model in models]
    found.sort(key=lambda figures: -(figures[0].mean or 0))
    return tuple(figure for figures in found for figure in figures)


def _figures(model: str, grades: Sequence[Grade], categories: Mapping[str, Sequence[str]]) -> Iterator[Score]:
    yield _score(model, "all", grades)
    turns = sorted({grade.turn for grade in grades})
    if len(turns) > 1:
        for turn in turns:
            yield _score(model, f"turn {turn}", [grade for grade in grades if grade.turn == turn])
    for name in sorted({name for grade in grades for name in categories.get(grade.prompt, ())}):
        yield _score(model, name, [grade for grade in grades if name in categories.get(grade.prompt, ())])


def _score(model: str, of: str, grades: Sequence[Grade]) -> Score:
    read = [(grade.prompt, grade.score) for grade in grades if grade.score is not None]
    if not read:
        return Score(model, of, None, 1.0, 10.0, 0, len(grades))
    middle = mean(score for _, score in read)
    half = _half(read, middle)
    return Score(
        model,
        of,
        middle,
        max(1.0, middle - half),
        min(10.0, middle + half),
        len(read),
        len(grades) - len(read),
    )


def _half(read: Sequence[tuple[str, float]], middle: float) -> float:
    """Half the interval: Student's t over prompts, each prompt's turns summed; unbounded with one prompt."""
    from scipy.special import stdtrit

    sums: dict[str, float] = {}
    for prompt, score in read:
        sums[prompt] = sums.get(prompt, 0.0) + score - middle
    m = len(sums)
    if m < 2:
        return inf
    spread = stdev(sums.values()) * sqrt(m) / len(read)
    return float(stdtrit(m - 1, 0.975)) * spread
