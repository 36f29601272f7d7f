"""RRHF: rank scored answers by how likely the model finds them, and imitate the best (arXiv 2304.05302).

For every two answers of a prompt, the better one's mean log-probability per token is asked to be above the
other's (a hinge at 0), beside imitating the best. No reference model, no value model. Rows are `ranked`: the
selection rule `ranking` makes them of battles; files with `query`, `responses` and `scores` are read, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge

from arena.jobs.types import Desk
from training import rows as files
from training.rl import policy, steps
from training.stages import chat, course, leftout, loading
from training.stages.chat import Encoded
from training.stages.types import Result, Training
from training.types import RankedRow, conversation

if TYPE_CHECKING:
    from torch import Tensor

KIND = "ranked"
VERSION = 2
ALONE = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of RRHF; defaults are that work's."""

    epochs: float = 3.0
    """Passes over the rows."""
    lr: float = 2e-5
    """Highest learning rate."""
    batch: int = 64
    """Prompts per step."""
    rank: Annotated[float, Ge(0)] = 1.0
    """Weight of the ranking."""
    sft: Annotated[float, Ge(0)] = 1.0
    """Weight of imitating the best answer."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(epochs=4, lr=5e-4, batch=32, micro=32, max_length=256, warmup=0.05, save_every=50, rank=1.0)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row's answers as tokens, best first."""

    pieces: tuple[Encoded, ...]
    scores: tuple[float, ...]


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` on the ranked answers of `rows` and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    plan = course.begin("rrhf", config, rows, start, out, desk, version=VERSION)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start, config.chat_template)
    read = list(files.read(rows, "ranked"))
    kept = [row for row in read if isinstance(row, RankedRow)]
    data = [made for row in kept if (made := encoded(tokens, row, config.max_length))]
    course.enough(plan, len(data), len(read), leftout.why(read, "the others are too long, or all alike"))
    learner = Learner(config, start, tokens, data)
    return steps.run(
        plan,
        learner,
        steps.total(config, len(data)),
        count=len(data),
        shown=[conversation(row.system, row.turns[:1], ()) for row in kept[: config.samples]],
        notes=leftout.notes(
            read, len(kept), len(data), f"rows are longer than {config.max_length} tokens, or alike,"
        ),
    )


def encoded(tokens: Any, row: RankedRow, longest: int) -> Ranked | None:
    """A row as tokens, best first; None where fewer than two different answers fit."""
    found: dict[tuple[int, ...], tuple[float, Encoded]] = {}
    for answers, score in sorted(zip(row.answers, row.scores, strict=True), key=lambda pair: -pair[1]):
        pieces = list(chat.encode(tokens, conversation(row.system, row.turns, answers), longest))
        if len(pieces) == 1:
            found.setdefault(tuple(pieces[0].ids), (score, pieces[0]))
    if len({score for score, _ in found.values()}) < 2:
        return None
    return Ranked(tuple(piece for _, piece in found.values()), tuple(score for score, _ in found.values()))


class Learner:
    """The policy and the data."""

    def __init__(self, config: Config, start: Path, tokens: Any, data: Sequence[Ranked]) -> None:
        self.config, self.tokens, self.data = config, tokens, data
        self.own = policy.Policy(config, start, tokens)
        self.policy = self.own.model

    def models(self) -> dict[str, Any]:
        """The policy."""
        return {"policy": self.policy}

    def optimizers(self) -> dict[str, Any]:
        """Its optimizer."""
        return {"steps": self.own.steps}

    def kept(self) -> dict[str, Any]:
        """Nothing else changes."""
        return {}

    def put(self, state: Any) -> None:
        """Nothing to take back."""

    def step(self, at: int, total: int) -> dict[str, float]:
        """One gradient step on some prompts."""
        config = self.config
        some = [self.data[i] for i in steps.picked(len(self.data), config.batch, at, config.seed)]
        told: list[tuple[float, float]] = []
        micro = max(1, min(config.micro, len(some)))
        parts = [some[i : i + micro] for i in range(0, len(some), micro)]
        figures = self.own.learn(
            (self._loss(part, len(some), told) for part in parts), steps.slope(config, at, total)
        )
        ordered, pairs = (sum(column) for column in zip(*told, strict=True))
        return figures | {"ordered": ordered / max(1.0, pairs)}

    def _loss(self, part: Sequence[Ranked], of: int, told: list[tuple[float, float]]) -> "Tensor":
        """Ranking and imitation of some rows, as their share of the batch."""
        import torch

        flat = [piece for row in part for piece in row.pieces]
        said, counts = policy.likely(self.policy, flat, self.tokens.pad_token_id)
        means = said / counts.clamp(min=1)
        losses, at = [], 0
        for row in part:
            own = means[at : at + len(row.pieces)]
            losses.append(self.config.rank * ranking(own, row.scores) - self.config.sft * own[0])
            told.append(_ordered(own.detach(), row.scores))
            at += len(row.pieces)
        return torch.stack(losses).sum() / of


def ranking(means: "Tensor", scores: Sequence[float]) -> "Tensor":
    """Sum over all pairs of what the worse answer's mean log-probability is above the better one's."""
    import torch

    worth = torch.tensor(scores, device=means.device)
    worse = worth[:, None] < worth[None, :]
    return ((means[:, None] - means[None, :]).relu() * worse).sum()


def _ordered(means: "Tensor", scores: Sequence[float]) -> tuple[float, float]:
    """(pairs in the right order, pairs)."""
    found = list(zip(means.tolist(), scores, strict=True))
    pairs = [(a, b) for a, x in found for b, y in found if x > y]
    return float(sum(a > b for a, b in pairs)), float(len(pairs))
