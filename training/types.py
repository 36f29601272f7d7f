"""The facts of training: rows with the battles they came from, what was dropped and why, and the preview.

A row is what a stage learns from. It names its battles and who wrote it (`origin`), so that lineage runs
from a battle to a checkpoint and back. Leaves out how rows are chosen (`training.selection`), stored
(`training.rows`) and learnt from (`training.stages`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from arena.backends.types import Message

Origin = Literal["on_policy", "mixed", "off_policy"]
"""Who wrote what is learnt from: the target alone, the target and another, or others alone."""

Kind = Literal["sft", "pair", "prompt", "ranked"]
"""Which class of row a file holds."""


@dataclass(frozen=True, slots=True)
class SftRow:
    """A conversation whose answers are to be imitated."""

    id: str
    prompt: str
    """Id of the prompt."""
    turns: tuple[str, ...]
    """The user's turns."""
    answers: tuple[str, ...]
    """One answer to each turn: what the loss is taken on."""
    model: str = ""
    """Who wrote the answers."""
    over: str = ""
    """Whom they beat; empty where nobody lost."""
    battles: tuple[str, ...] = ()
    gap: float | None = None
    """Judge's points between the answers and the one they beat."""
    origin: Origin = "off_policy"
    reason: str = ""
    """Why it was chosen."""
    category: str = ""
    system: str = ""
    shorter: int | None = None
    """Characters of the answer that was beaten, for the change in length."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two conversations over the same user turns, one to be preferred."""

    id: str
    prompt: str
    turns: tuple[str, ...]
    chosen: tuple[str, ...]
    rejected: tuple[str, ...]
    model: str = ""
    """Who wrote `chosen`."""
    over: str = ""
    """Who wrote `rejected`."""
    battles: tuple[str, ...] = ()
    gap: float | None = None
    origin: Origin = "off_policy"
    reason: str = ""
    category: str = ""
    system: str = ""
    weight: float = 1.0
    """How much the pair counts in the loss."""
    natural: str = ""
    """The prompt's id in its source: what somebody who can check answers knows it by."""


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A prompt to be answered while training."""

    id: str
    prompt: str
    turns: tuple[str, ...]
    history: tuple[str, ...] = ()
    """Answers to all turns but the last: the target's own."""
    battles: tuple[str, ...] = ()
    reason: str = ""
    category: str = ""
    system: str = ""
    natural: str = ""
    """The prompt's id in its source: what somebody who can check answers knows it by."""


@dataclass(frozen=True, slots=True)
class RankedRow:
    """Several conversations over the same user turns, each with a score; the best one stands first."""

    id: str
    prompt: str
    turns: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]
    """Of each, one answer to each turn."""
    scores: tuple[float, ...]
    """Worth of each: higher is better."""
    models: tuple[str, ...] = ()
    """Who wrote each."""
    battles: tuple[str, ...] = ()
    origin: Origin = "off_policy"
    reason: str = ""
    category: str = ""
    system: str = ""
    model: str = ""
    """Who wrote the best."""
    over: str = ""
    """Who wrote the worst."""
    gap: float | None = None
    """Points between best and worst."""


Row = SftRow | PairRow | PromptRow | RankedRow


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that did not become a row, and why."""

    prompt: str
    rule: str
    """The rule that dropped it."""
    reason: str
    """In words that are the same for all candidates of the same fate, so that they can be counted."""
    battles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a selection holds, before anything is trained."""

    candidates: int
    kept: int
    dropped: Mapping[str, int]
    """How many for each reason."""
    gaps: Mapping[str, float]
    """least, quarter, median, three_quarters, most and mean of the kept rows' gaps."""
    opponents: Mapping[str, float]
    """Share of the rows that each model wrote (the preferred side)."""
    categories: Mapping[str, float]
    origins: Mapping[str, float]
    length: float | None
    """Mean characters of what is learnt over those of what it beat; None: nothing to compare with."""
    verdict: str
    """One line: what there is to train on, or why there is nothing."""


@dataclass(frozen=True, slots=True)
class Selected:
    """Rows, all dropped candidates, and the preview."""

    rows: tuple[Row, ...]
    dropped: tuple[Dropped, ...]
    preview: Preview


@dataclass(frozen=True, slots=True)
class Bans:
    """Prompts that must never be trained on: those of the panel and of benchmarks."""

    prompts: frozenset[str] = frozenset()
    """Ids."""
    contents: frozenset[str] = frozenset()
    """`training.outcomes.content` of their turns, so that the same text under another id is met, too."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What an id or content stands for, for the reason: `panel`, `MT-Bench`."""


def conversation(system: str, turns: tuple[str, ...], answers: tuple[str, ...]) -> tuple[Message, ...]:
    """The messages of a conversation; it ends with a user's turn where there is an answer too few."""
    messages = [Message("system", system)] if system else []
    for at, turn in enumerate(turns):
        messages.append(Message("user", turn))
        if at < len(answers):
            messages.append(Message("assistant", answers[at]))
    return tuple(messages)
