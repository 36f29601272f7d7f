"""The target's own wins, imitated beside what beat it: without them it forgets what it knew.

A prompt is won when the target's answer stands best over all battles of the prompt, alone, and it lost none.
At most `share` rows for each row that was there before, drawn by the seed.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from training import standing
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, Row, SftRow

RULE = "replay"


@dataclass(frozen=True, slots=True)
class Config:
    """Which wins, and how many."""

    share: Annotated[float, Ge(0)] = 1.0
    """Rows at most, for each row that was selected before."""
    least_score: Annotated[float, Ge(0)] = 0.0
    """Mean score below which an own answer is not worth repeating."""
    winner: Literal["copeland", "score"] = "copeland"
    """Who stands best: most battles won, or the highest mean score."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and some of the target's own wins."""
    made: list[SftRow] = []
    dropped: list[Dropped] = []
    taken = {row.prompt for row in rows}
    for entry in making.open_prompts(scene, RULE):
        if isinstance(entry, Dropped) or entry[0].id in taken:
            continue  # told by the rule before
        prompt, contests = entry
        best = next(iter(standing.ranked(contests, config.winner)), None)
        beaten = [won for one in contests if (won := one.won) is not None and won[1].model == scene.target]
        if best is None or best.model != scene.target or beaten:
            continue
        wins = [one for one in contests if (won := one.won) is not None and won[0].response == best.response]
        fault = making.faults(scene, prompt, best.response)
        if not wins:
            fault = "the target tied and won nothing"
        elif best.score is not None and best.score < config.least_score:
            fault = "the own answer scored too low"
        if fault:
            dropped.append(Dropped(prompt.id, RULE, fault))
            continue
        over = min(wins, key=lambda one: one.id)
        won = over.won
        made.append(
            making.sft(
                scene,
                prompt,
                best.response,
                won[1].response if won else None,
                gap=won[2] if won else None,
                battles=[one.id for one in wins],
                reason="own win, against forgetting",
            )
        )
    made.sort(key=lambda row: making.order(scene.seed, row.id))
    most = int(config.share * len(rows))
    dropped += [
        Dropped(row.prompt, RULE, "more own wins than are replayed", row.battles) for row in made[most:]
    ]
    return Step((*rows, *made[:most]), tuple(dropped))
