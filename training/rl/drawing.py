"""Answers that a finished model draws to many prompts, some at a time: what rounds of collection are made of.

The same seed draws the same answers, whatever was drawn before. Leaves out what they are worth (`labels`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.rl import rollout, steps
from training.stages import chat, loading
from training.stages.types import Training
from training.types import PromptRow, conversation


@dataclass(frozen=True, slots=True)
class Drawing:
    """How answers are drawn."""

    each: int
    """Answers to each prompt."""
    max_tokens: int
    temperature: float
    seed: int


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    text: str
    ended: bool
    """Whether the model ended it itself."""


def answers(
    model: Path,
    config: Training,
    rows: Sequence[PromptRow],
    drawing: Drawing,
    check: Callable[[int], None] = lambda _: None,
) -> list[tuple[Said, ...]]:
    """Each prompt's answers; `check` hears how many prompts are done, and may raise."""
    loading.quiet()
    tokens = loading.tokenizer(model)
    policy = loading.model(model, config, tokens).eval()
    if loading.accelerated():
        policy.to("cuda")
    found: list[tuple[Said, ...]] = []
    size = max(1, config.micro // drawing.each)
    for at in range(0, len(rows), size):
        check(at)
        part = rows[at : at + size]
        ids = [chat.prompt_ids(tokens, conversation(row.system, row.turns, row.history)) for row in part]
        drawn = rollout.draw(
            policy, tokens, [one for one in ids for _ in range(drawing.each)], chat.stops(tokens),
            max_tokens=drawing.max_tokens, temperature=drawing.temperature,
            seed=steps.seeded(drawing.seed, at),
        )  # fmt: skip
        said = [Said(text, bool(end)) for text, end in zip(drawn.texts, drawn.ended.tolist(), strict=True)]
        found += [tuple(said[i : i + drawing.each]) for i in range(0, len(said), drawing.each)]
    return found
