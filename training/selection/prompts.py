"""Prompts to be answered while training (PPO, RLOO): all that may be trained on, or those the target lost.

Every text once: prompts that are the same but for case and white space count as one.
"""

from dataclasses import dataclass
from typing import Literal

from arena.keys import key
from training.outcomes import Contest, content
from training.selection import making
from training.selection.types import Scene, Step
from training.types import Dropped, PromptRow, Row

RULE = "prompts"


@dataclass(frozen=True, slots=True)
class Config:
    """Which prompts."""

    which: Literal["all", "lost"] = "all"
    """All that were fought on, or those that the target lost."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows given, and one for each prompt."""
    made: list[Row] = []
    dropped: list[Dropped] = []
    seen: set[str] = set()
    for entry in making.open_prompts(scene, RULE):
        if isinstance(entry, Dropped):
            dropped.append(entry)
            continue
        prompt, contests = entry
        losses = [one.id for one in contests if _lost(one, scene.target)]
        hashed = content(prompt.turns)
        own = scene.material.samples.get((prompt.id, scene.target), ())
        history = own[0].turns[: len(prompt.turns) - 1] if own else ()
        if config.which == "lost" and not losses:
            dropped.append(Dropped(prompt.id, RULE, "the target did not lose"))
        elif hashed in seen:
            dropped.append(Dropped(prompt.id, RULE, "the same text as another prompt"))
        elif len(history) < len(prompt.turns) - 1:
            dropped.append(
                Dropped(prompt.id, RULE, "the target's answers to the earlier turns are not known")
            )
        else:
            seen.add(hashed)
            battles = tuple(losses or [one.id for one in contests])
            made.append(
                PromptRow(
                    key("row", "prompt", prompt.id, *history),
                    prompt.id,
                    prompt.turns,
                    tuple(history),
                    battles,
                    "lost" if losses else "fought",
                    scene.category(prompt.id),
                    natural=prompt.natural,
                )
            )
    return Step((*rows, *made), tuple(dropped))


def _lost(contest: Contest, target: str) -> bool:
    won = contest.won
    return won is not None and won[1].model == target
