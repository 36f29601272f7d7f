"""Self-augmented preference optimisation: good answers are spoilt to make pairs (arXiv 2405.20830).

No judge is asked. Of each good answer one segment is cut out; a slow copy of the policy (an exponential
moving average) fills the gap, and the spoilt answer is the rejected one. Pairs wait in a replay buffer from
which every step draws.
Called SAPO there; TRL's SAPO is another method. Learns from SFT rows; of several turns, the last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt

from arena.jobs.types import Desk
from training import rows as files
from training.rl import policy, preference, rollout, steps
from training.stages import chat, course, leftout, loading
from training.stages.chat import Encoded
from training.stages.types import Result, Training
from training.types import SftRow, conversation

if TYPE_CHECKING:
    from torch import Tensor

KIND = "sft"
VERSION = 2
ALONE = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings; defaults are near that work's."""

    lr: float = 5e-7
    """Highest learning rate."""
    batch: int = 64
    """Good answers that are spoilt in a step, and pairs that are learnt from."""
    beta: Annotated[float, Gt(0)] = 0.1
    """How dear it is to leave the reference; for ipo, its tau."""
    loss: preference.Loss = "sigmoid"
    """What is made of the margin between the good and the spoilt answer."""
    flipped: Annotated[float, Ge(0), Lt(0.5)] = 0.1
    """Share of labels that `robust` takes for wrong."""
    sft: Annotated[float, Ge(0)] = 0.0
    """Weight of imitating the good answers beside it."""
    reference: Literal["initial", "average"] = "initial"
    """Against which model margins are measured: the start, or the moving average."""
    decay: Annotated[float, Ge(0), Lt(1)] = 0.99
    """How slowly the average follows the policy, per step."""
    segment: Annotated[int, Ge(1)] = 256
    """Longest segment in tokens; a shorter answer may lose all of itself."""
    replay: Annotated[int, Ge(1)] = 2000
    """Pairs that the buffer holds; the oldest go first."""
    temperature: Annotated[float, Gt(0), Le(5)] = 1.0
    """At which gaps are filled."""
    most_drift: Annotated[float, Gt(0)] = 200.0
    """Mean change of an answer's log-probability against the reference, in nats, at which training stops."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(
    epochs=3, lr=2e-4, batch=32, micro=32, max_length=256, warmup=0.05, sft=1.0, segment=12, replay=500,
    save_every=50,
)  # fmt: skip


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` on the answers of `rows` against spoilt ones and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    plan = course.begin("self_augmented", config, rows, start, out, desk, version=VERSION)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start, config.chat_template)
    read = list(files.read(rows, "sft"))
    kept = [row for row in read if isinstance(row, SftRow)]
    data = [piece for row in kept if (piece := last_turn(tokens, row, config.max_length))]
    course.enough(plan, len(data), len(read), leftout.why(read, "the others are too long, or too short"))
    learner = Learner(config, start, tokens, data)
    return steps.run(
        plan,
        learner,
        steps.total(config, len(data)),
        count=len(data),
        shown=[conversation(row.system, row.turns[:1], ()) for row in kept[: config.samples]],
        notes=leftout.notes(
            read, len(kept), len(data), f"rows are longer than {config.max_length} tokens or one token,"
        ),
        limits={"drift": config.most_drift},
    )


def last_turn(tokens: Any, row: SftRow, longest: int) -> Encoded | None:
    """A row with only its last answer as the model's own; None where it is too long."""
    *before, _ = conversation(row.system, row.turns, row.answers)
    asked = chat.prompt_ids(tokens, before)
    whole = chat.whole_ids(tokens, conversation(row.system, row.turns, row.answers))
    if len(whole) > longest or whole[: len(asked)] != asked or len(whole) - len(asked) < 2:
        return None
    return Encoded(whole, [0] * len(asked) + [1] * (len(whole) - len(asked)))


@dataclass(frozen=True, slots=True)
class Gap:
    """Where an answer is cut: tokens from `begin` up to, not with, `end`."""

    begin: int
    end: int


def cut(piece: Encoded, longest: int, rng: Random) -> Gap:
    """A segment of the answer, its closing token left alone."""
    first, last = piece.mask.index(1), len(piece.ids) - 1
    size = rng.randint(1, min(longest, last - first))
    begin = rng.randint(first, last - size)
    return Gap(begin, begin + size)


class Learner:
    """The policy, its slow copy, its start, and the buffer."""

    def __init__(self, config: Config, start: Path, tokens: Any, data: Sequence[Encoded]) -> None:
        self.config, self.tokens, self.data = config, tokens, data
        self.own = policy.Policy(config, start, tokens)
        self.policy = self.own.model
        self.average = self.own.copy(start)
        self.reference = self.own.frozen(start) if config.reference == "initial" else self.average
        self.buffer: list[tuple[int, list[int]]] = []

    def models(self) -> dict[str, Any]:
        """The policy and its average."""
        return {"policy": self.policy, "average": self.average}

    def optimizers(self) -> dict[str, Any]:
        """The policy's."""
        return {"steps": self.own.steps}

    def kept(self) -> dict[str, Any]:
        """The buffer."""
        return {"buffer": self.buffer}

    def put(self, state: Any) -> None:
        """Takes the buffer back."""
        self.buffer = [(int(number), list(ids)) for number, ids in state["buffer"]]

    def step(self, at: int, total: int) -> dict[str, float]:
        """Spoil, remember, learn, follow."""
        config = self.config
        picked = steps.picked(len(self.data), config.batch, at, config.seed)
        spoilt = self._spoilt(picked, at)
        self.buffer = (self.buffer + spoilt)[-config.replay :]
        figures = {"spoilt": len(spoilt) / len(picked), "buffer": float(len(self.buffer))}
        if not self.buffer:
            return {"loss": 0.0, "grad_norm": 0.0, **figures}
        rng = Random(steps.seeded(config.seed, at))  # noqa: S311 - seeded on purpose
        pairs = rng.sample(self.buffer, min(config.batch, len(self.buffer)))
        told: list[dict[str, float]] = []
        done = self.own.learn(self._losses(pairs, told), steps.slope(config, at, total))
        self._follow()
        means = {name: sum(one[name] for one in told) / len(pairs) for name in told[0]}
        return {**done, **means, **figures}

    def _spoilt(self, picked: Sequence[int], at: int) -> list[tuple[int, list[int]]]:
        """Rows with a segment filled anew by the average, where that made a difference."""
        config = self.config
        rng = Random(f"{config.seed}:{at}")  # noqa: S311 - seeded on purpose
        pieces = [self.data[number] for number in picked]
        gaps = [cut(piece, config.segment, rng) for piece in pieces]
        before = [piece.ids[: gap.begin] for piece, gap in zip(pieces, gaps, strict=True)]
        drawn = rollout.draw(
            self.average, self.tokens, before, chat.stops(self.tokens),
            max_tokens=max(gap.end - gap.begin for gap in gaps), temperature=config.temperature,
            seed=steps.seeded(config.seed, at),
        )  # fmt: skip
        found: list[tuple[int, list[int]]] = []
        closing = chat.stops(self.tokens)
        for at_row, (number, piece, gap) in enumerate(zip(picked, pieces, gaps, strict=True)):
            said = drawn.ids[at_row, drawn.width :][drawn.mask[at_row].bool()].tolist()
            filled = [token for token in said[: gap.end - gap.begin] if token not in closing]
            ids = [*piece.ids[: gap.begin], *filled, *piece.ids[gap.end :]]
            if ids != piece.ids:
                found.append((number, ids))
        return found

    def _losses(
        self, pairs: Sequence[tuple[int, list[int]]], told: list[dict[str, float]]
    ) -> Iterator["Tensor"]:
        """The loss, some pairs at a time, each as its share of all."""
        config, pad = self.config, self.tokens.pad_token_id
        for at in range(0, len(pairs), config.micro):
            part = pairs[at : at + config.micro]
            good = [self.data[number] for number, _ in part]
            bad = [
                Encoded(ids, one.mask[: one.mask.index(1)] + [1] * (len(ids) - one.mask.index(1)))
                for one, (_, ids) in zip(good, part, strict=True)
            ]
            ratios, counts, likely = policy.paired(self.policy, self.reference, good, bad, pad)
            each = preference.losses(config.loss, ratios, counts, beta=config.beta, flipped=config.flipped)
            each = each - config.sft * likely / counts[0].clamp(min=1)
            figures = preference.told(ratios.detach(), config.beta)
            told.append({name: value * len(part) for name, value in figures.items()})
            yield each.sum() / len(pairs)

    def _follow(self) -> None:
        """Moves the average a little towards the policy."""
        import torch

        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), self.policy.parameters(), strict=True):
                slow.lerp_(fast, 1 - self.config.decay)
