"""Instruction-following difficulty: rows whose prompt helps least to say the answer (arXiv 2308.12032).

The figure is the model's loss on the answer with the prompt over its loss with the user's turns left blank.
Near 1 the prompt helps little, so there is much to learn; above `most` the answer does not follow from the
prompt at all and is dropped, as in that work. Leaves out the work's first, cluster-wise warm-up training.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Gt, Le

from arena import models
from arena.errors import BadRequest
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, PairRow, PromptRow, RankedRow, Row, conversation

RULE = "ifd"


@dataclass(frozen=True, slots=True)
class Config:
    """How many, and by which model."""

    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""
    most: Annotated[float, Gt(0)] = 1.0
    """Difficulty above which a row is dropped whatever else."""
    model: str = ""
    """Whose losses: a directory, or `shipped:NAME`; empty: the model that will be trained."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""
    max_length: Annotated[int, Ge(8)] = 4096
    """Longest conversation in tokens; a longer one is not measured."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The most difficult rows that are not beyond `most`."""
    if not rows:
        return Step(())
    found = dict(zip((row.id for row in rows), measured(config, rows, scene), strict=True))
    faults = {row.id: _fault(found[row.id], config.most) for row in rows}
    able = [row for row in rows if faults[row.id] is None]
    best = sorted(able, key=lambda row: (-(found[row.id] or 0.0), making.order(scene.seed, row.id)))
    most = making.quota(rows, config.n, config.share)
    step = making.kept(RULE, able, [row.id for row in best[:most]], "others are more difficult to follow")
    unfit = (row for row in rows if faults[row.id] is not None)
    gone = tuple(Dropped(row.prompt, RULE, str(faults[row.id]), row.battles) for row in unfit)
    return Step(step.rows, step.dropped + gone)


def measured(config: Config, rows: tuple[Row, ...], scene: Scene) -> list[float | None]:
    """Each row's difficulty; None where it has no answer or is too long.

    Raises:
        BadRequest: no model is named.
    """
    from training.rl.likely import Reader

    named = config.model or scene.model
    if not named:
        raise BadRequest("ifd: name the model that is trained (a directory) in `model`")
    reader = Reader(Path(models.place(named)), config.chat_template, config.max_length, scene.check)
    told = [(row, _answers(row)) for row in rows]
    given = reader.losses([conversation(row.system, row.turns, said) for row, said in told])
    blank = reader.losses([conversation("", ("",) * len(said), said) for _, said in told])
    return [
        with_prompt / without if with_prompt is not None and without else None
        for with_prompt, without in zip(given, blank, strict=True)
    ]


def _answers(row: Row) -> tuple[str, ...]:
    if isinstance(row, PromptRow):
        return ()
    if isinstance(row, RankedRow):
        return row.answers[0]
    return row.chosen if isinstance(row, PairRow) else row.answers


def _fault(difficulty: float | None, most: float) -> str | None:
    if difficulty is None:
        return "no answer to measure, or too long"
    return "the answer does not follow from the prompt" if difficulty > most else None
