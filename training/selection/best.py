"""The best answer to every prompt, whoever lost: what rules that do not look at the battles choose from.

The target's own answers are left out unless `own`, so that a prompt which it won is taught by the best of the
others. `gap` is by how much the answer is above the target's, where both were judged.
"""

from dataclasses import dataclass
from typing import Literal

from training import standing
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, Row, SftRow

RULE = "best"


@dataclass(frozen=True, slots=True)
class Config:
    """Whose answers."""

    own: bool = False
    """The target's own answer may be the best."""
    winner: Literal["copeland", "score"] = "copeland"
    """Who stands best: most battles won, or the highest mean score."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and one for each prompt that somebody answered."""
    made: list[Row] = []
    dropped: list[Dropped] = []
    for entry in making.open_prompts(scene, RULE):
        if isinstance(entry, Dropped):
            dropped.append(entry)
            continue
        prompt, contests = entry
        places = standing.ranked(contests, config.winner)
        best = next((one for one in places if config.own or one.model != scene.target), None)
        own = next((one for one in places if one.model == scene.target), None)
        fault = "nobody but the target answered" if best is None else None
        if best is not None:
            fault = making.faults(scene, prompt, best.response)
        if fault or best is None:
            dropped.append(Dropped(prompt.id, RULE, str(fault)))
            continue
        scores = (best.score, None if own is None else own.score)
        gap = None if scores[0] is None or scores[1] is None else scores[0] - scores[1]
        battles = [one.id for one in contests if best.response in (one.a.response, one.b.response)]
        row = making.sft(
            scene, prompt, best.response, own.response if own and own != best else None,
            gap=gap, battles=battles, reason="the best answer",
        )  # fmt: skip
        made.append(row)
    known_ids = {row.id for row in rows if isinstance(row, SftRow)}
    return Step((*rows, *(row for row in made if row.id not in known_ids)), tuple(dropped))
