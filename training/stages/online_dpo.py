"""Online DPO: two answers of the current policy to each prompt, a judge or a reward prefers one, a DPO step.

OAIF (arXiv 2402.04792) with DPO's, IPO's or SLiC's loss. The reference stays the start model. Answers that
say the same, or between which nothing is preferred, teach nothing in their step. A resumed run draws the same
answers. Ours, because TRL's trainer for it is experimental and knows no judge of the arena's kind.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from arena.jobs.types import Desk
from arena.plugins import Choice
from training import rows as files
from training.rl import labels, policy, preference, rollout, steps, together
from training.rl.labels import Labeller
from training.rl.rollout import Rollout
from training.stages import chat, course, leftout, loading, spread
from training.stages.chat import Encoded
from training.stages.types import Result, Training
from training.types import PromptRow, conversation

if TYPE_CHECKING:
    from torch import Tensor

KIND = "prompt"
VERSION = 2
WHOLE = True


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
    together.join()
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
        """How many labels were asked for, by all processes."""
        return {"asked": int(together.sums({"asked": self.labeller.asked})["asked"])}

    def put(self, state: Any) -> None:
        """Goes on counting: the first process knows of all that were."""
        self.labeller.asked = int(state["asked"]) if spread.first() else 0

    def step(self, at: int, total: int) -> dict[str, float]:
        """Draw, prefer, learn."""
        config = self.config
        picked = steps.picked(len(self.prompts), config.batch, at, config.seed)[together.part(config.batch)]
        some = [self.prompts[i] for i in picked]
        drawn = rollout.draw(
            self.policy, self.tokens, [ids for _, ids in some for _ in range(2)], self.stops,
            max_tokens=config.max_tokens, temperature=config.temperature,
            seed=together.seed(steps.seeded(config.seed, at)),
        )  # fmt: skip
        chosen, rejected, figures = self._preferred(some, drawn, at)
        pairs = round(together.sums({"pairs": len(chosen)})["pairs"])
        if not pairs:
            return {"loss": 0.0, "grad_norm": 0.0, **figures}
        told = Counter[str]()
        losses = self._losses(chosen, rejected, pairs, told)
        done = self.own.learn(losses, steps.slope(config, at, total))
        return {**done, **together.sums(told), **figures}

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
        told = together.sums({
            "reward": sum(values),
            "known": len(values),
            "preferred": len(chosen),
            "prompts": len(some),
            "length": float(drawn.lengths.sum()),
            "ended": float(drawn.ended.sum()),
            "labels": float(self.labeller.asked),
        })  # fmt: skip
        return chosen, rejected, _means(told)

    def _losses(
        self, chosen: Sequence[Encoded], rejected: Sequence[Encoded], pairs: int, told: Counter[str]
    ) -> Iterator["Tensor"]:
        """The loss, some pairs at a time, each as its share of everyone's."""
        config = self.config
        for at in range(0, len(chosen), config.micro):
            part = slice(at, at + config.micro)
            ratios, counts, likely = policy.paired(
                self.policy, self.reference, chosen[part], rejected[part], self.tokens.pad_token_id
            )
            each = preference.losses(config.loss, ratios, counts, beta=config.beta, flipped=config.flipped)
            each = each - config.sft * likely / counts[0].clamp(min=1)
            share = ratios.shape[1] / pairs
            figures = preference.told(ratios.detach(), config.beta)
            told.update({name: value * share for name, value in figures.items()})
            yield each.sum() / pairs


def _means(told: Mapping[str, float]) -> dict[str, float]:
    """Figures of a step from the sums over all prompts, two answers each."""
    answers = 2 * told["prompts"]
    return {
        "reward": told["reward"] / max(1, told["known"]),
        "preferred": told["preferred"] / told["prompts"],
        "length": told["length"] / answers,
        "ended": told["ended"] / answers,
        "labels": told["labels"],
    }


def _piece(ids: list[int], drawn: Rollout, side: int) -> Encoded:
    """A prompt with one of its answers."""
    mask = drawn.mask[side].bool()
    said = drawn.ids[side, drawn.width :][mask].tolist()
    return Encoded([*ids, *said], [0] * len(ids) + [1] * len(said))
