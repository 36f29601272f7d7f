"""Online DPO: two answers of the current policy to each prompt, a judge or a reward prefers one, a DPO step.

OAIF (arXiv 2402.04792) with DPO's, IPO's or SLiC's loss. The reference stays the start model. Answers that
say the same, or between which nothing is preferred, teach nothing in their step. A resumed run draws the same
answers. Ours, because TRL's trainer for it is experimental and knows no judge of the arena's kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from arena.jobs.types import Desk
from arena.plugins import Choice
from training import rows as files
from training.rl import labels, policy, preference, rollout, steps
from training.rl.labels import Labeller
from training.rl.rollout import Rollout
from training.stages import chat, course, leftout, loading
from training.stages.chat import Encoded
from training.stages.types import Result, Training
from training.types import PromptRow, conversation

if TYPE_CHECKING:
    from torch import Tensor

KIND = "prompt"
VERSION = 1
ALONE = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of online DPO; defaults are that work's where it gives them."""

    lr: float = 5e-7
    """Highest learning rate."""
    schedule: Literal["cosine", "linear", "constant"] = "constant"
    """How the learning rate falls after the warm-up."""
    batch: int = 128
    """Prompts per step, each answered twice."""
    reward: Choice = Choice("classifier")
    """What prefers: a file of `training.rewards` and its options."""
    judge: Choice | None = None
    """What prefers instead of a reward: a file of `arena.judges`, asked in both orders."""
    beta: Annotated[float, Gt(0)] = 0.1
    """How dear it is to leave the start model; for ipo, its tau."""
    loss: preference.Loss = "sigmoid"
    """What is made of the margin between the two answers."""
    flipped: Annotated[float, Ge(0), Lt(0.5)] = 0.1
    """Share of labels that `robust` takes for wrong."""
    sft: Annotated[float, Ge(0)] = 0.0
    """Weight of imitating the preferred answers beside it."""
    temperature: Annotated[float, Gt(0)] = 0.9
    """At which answers are drawn."""
    max_tokens: Annotated[int, Ge(1)] = 512
    """Longest answer."""
    missing_end: Annotated[float, Ge(0)] = 1.0
    """Taken off the worth of an answer that did not end by itself."""
    most_drift: Annotated[float, Gt(0)] = 200.0
    """Mean change of an answer's log-probability against the reference, in nats, at which training stops."""


POCKET = Config(
    lr=2e-4, batch=64, micro=64, max_length=256, max_tokens=40, temperature=1.0, warmup=0.05, log_every=1,
    save_every=10,
)  # fmt: skip


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` by answering the prompts of `rows` twice and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    parents = {"labels": labels.identity(config.reward, config.judge)}
    plan = course.begin("online_dpo", config, rows, start, out, desk, version=VERSION, parents=parents)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start)
    read = list(files.read(rows, "prompt"))
    known = [row for row in read if isinstance(row, PromptRow)]
    asked = [
        (row, chat.prompt_ids(tokens, conversation(row.system, row.turns, row.history))) for row in known
    ]
    fit = [(row, ids) for row, ids in asked if len(ids) + config.max_tokens <= config.max_length]
    course.enough(plan, len(fit), len(read), f"max_length is {config.max_length}")
    learner = Learner(config, start, tokens, fit, labels.open_(config.reward, config.judge))
    return steps.run(
        plan,
        learner,
        steps.total(config, len(fit)),
        count=len(fit),
        shown=[conversation(row.system, row.turns, row.history) for row, _ in fit[: config.samples]],
        notes=leftout.notes(
            read, len(known), len(fit), f"prompts leave no room in {config.max_length} tokens", "prompt"
        ),
        limits={"drift": config.most_drift},
    )


class Learner:
    """The policy, its frozen start, and who prefers."""

    def __init__(
        self,
        config: Config,
        start: Path,
        tokens: Any,
        prompts: Sequence[tuple[PromptRow, list[int]]],
        labeller: Labeller,
    ) -> None:
        self.config, self.tokens, self.prompts, self.labeller = config, tokens, prompts, labeller
        self.own = policy.Policy(config, start, tokens)
        self.policy, self.reference = self.own.model, self.own.frozen(start)
        self.stops = chat.stops(tokens)

    def models(self) -> dict[str, Any]:
        """The policy."""
        return {"policy": self.policy}

    def optimizers(self) -> dict[str, Any]:
        """Its optimizer."""
        return {"steps": self.own.steps}

    def kept(self) -> dict[str, Any]:
        """How many labels were asked for."""
        return {"asked": self.labeller.asked}

    def put(self, state: Any) -> None:
        """Goes on counting."""
        self.labeller.asked = int(state["asked"])

    def step(self, at: int, total: int) -> dict[str, float]:
        """Draw, prefer, learn."""
        config = self.config
        some = [self.prompts[i] for i in steps.picked(len(self.prompts), config.batch, at, config.seed)]
        drawn = rollout.draw(
            self.policy, self.tokens, [ids for _, ids in some for _ in range(2)], self.stops,
            max_tokens=config.max_tokens, temperature=config.temperature, seed=steps.seeded(config.seed, at),
        )  # fmt: skip
        chosen, rejected, figures = self._preferred(some, drawn, at)
        if not chosen:
            return {"loss": 0.0, "grad_norm": 0.0, **figures}
        told: list[dict[str, float]] = []
        done = self.own.learn(self._losses(chosen, rejected, told), steps.slope(config, at / total))
        means = {name: sum(one[name] for one in told) / len(chosen) for name in told[0]}
        return {**done, **means, **figures}

    def _preferred(
        self, some: Sequence[tuple[PromptRow, list[int]]], drawn: Rollout, at: int
    ) -> tuple[list[Encoded], list[Encoded], dict[str, float]]:
        """The answers that are preferred, those that are not, and figures of all."""
        rows = [row for row, _ in some]
        pairs = [drawn.texts[i : i + 2] for i in range(0, len(drawn.texts), 2)]
        worth = self.labeller.worth(rows, pairs, steps.seeded(self.config.seed, at))
        ended, values = drawn.ended.tolist(), list[float]()
        chosen, rejected = list[Encoded](), list[Encoded]()
        for number, (_, ids) in enumerate(some):
            sides = [2 * number, 2 * number + 1]
            known = [value for value in worth[number] if value is not None]
            values += known
            points = [value - self.config.missing_end * (not ended[side])
                      for value, side in zip(known, sides, strict=False)]  # fmt: skip
            if len(points) < 2 or points[0] == points[1] or pairs[number][0] == pairs[number][1]:
                continue
            sides.sort(key=lambda side: -points[side - 2 * number])
            for side, to in zip(sides, (chosen, rejected), strict=True):
                to.append(_piece(ids, drawn, side))
        figures = {
            "reward": sum(values) / max(1, len(values)),
            "preferred": len(chosen) / len(some),
            "length": float(drawn.lengths.mean()),
            "ended": float(drawn.ended.float().mean()),
            "labels": float(self.labeller.asked),
        }
        return chosen, rejected, figures

    def _losses(
        self, chosen: Sequence[Encoded], rejected: Sequence[Encoded], told: list[dict[str, float]]
    ) -> Iterator["Tensor"]:
        """The loss, some pairs at a time, each as its share of all."""
        config = self.config
        for at in range(0, len(chosen), config.micro):
            part = slice(at, at + config.micro)
            ratios, counts, likely = policy.paired(
                self.policy, self.reference, chosen[part], rejected[part], self.tokens.pad_token_id
            )
            each = preference.losses(config.loss, ratios, counts, beta=config.beta, flipped=config.flipped)
            each = each - config.sft * likely / counts[0].clamp(min=1)
            size = ratios.shape[1]
            figures = preference.told(ratios.detach(), config.beta)
            told.append({name: value * size for name, value in figures.items()})
            yield each.sum() / len(chosen)


def _piece(ids: list[int], drawn: Rollout, side: int) -> Encoded:
    """A prompt with one of its answers."""
    mask = drawn.mask[side].bool()
    said = drawn.ids[side, drawn.width :][mask].tolist()
    return Encoded([*ids, *said], [0] * len(ids) + [1] * len(said))
