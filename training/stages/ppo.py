"""PPO: sample answers, score them, learn from what was better than expected, stay near the reference.

Policy, frozen reference, reward, and a value model started from the reward model. Every iteration samples
`samples_each` answers to each of some prompts, pays the score at the end and the KL to the reference on the
way, estimates advantages (GAE), and takes clipped steps. In the manner of Schulman et al. 2017 (arXiv
1707.06347) and Ouyang et al. 2022 (arXiv 2203.02155); the arithmetic is in `training.rl.advantage`. Dropout
is off. A resumed run draws the same answers. Several processes (`training.rl.together`) answer and score a
part each and learn from all; every one has the models whole.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Gt, Le

from arena import plugins
from arena.errors import BadRequest
from arena.jobs.types import Desk
from arena.plugins import Choice
from training import rows as files
from training.errors import Diverged
from training.rl import advantage, points, rollout, steps, together
from training.rl.policy import adapted
from training.rl.rollout import Rollout
from training.rl.value import constant, critic
from training.stages import chat, course, leftout, loading, spread
from training.stages.types import Result, Training
from training.types import PromptRow, conversation

if TYPE_CHECKING:
    from torch import Tensor

KIND = "prompt"
VERSION = 4
WHOLE = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of PPO; defaults are the paper's where it gives them (lr, KL, one epoch)."""

    reward: Choice = Choice("classifier")
    """What answers are worth: a file of `training.rewards` and its options."""
    lr: float = 1e-7
    """Highest learning rate of the policy."""
    value_lr: Annotated[float, Gt(0)] = 1e-6
    """Learning rate of the value model."""
    schedule: Literal["cosine", "linear", "constant"] = "constant"
    """How the learning rate falls (the paper does not say)."""
    batch: int = 128
    """Answers per iteration."""
    samples_each: Annotated[int, Ge(1)] = 4
    """Answers to each prompt; `batch` holds batch / samples_each prompts."""
    iterations: Annotated[int, Ge(0)] = 0
    """Iterations in all; 0: as many as `epochs` passes over the prompts take."""
    baseline: Literal["value", "group"] = "group"
    """`group` takes the mean of a prompt's answers off their scores before the value model sees them."""
    values: Literal["model", "constant"] = "model"
    """`constant` learns one number in the value model's place: less work where the group is the baseline."""
    kl: Annotated[float, Ge(0)] = 0.4
    """Weight of the divergence from the reference in the reward."""
    kl_target: Annotated[float, Ge(0)] = 0.0
    """Divergence per answer that the weight is steered to; 0: the weight stays as it is."""
    kl_horizon: Annotated[int, Ge(1)] = 10_000
    """Answers over which a steered weight moves by half."""
    kl_estimator: advantage.Estimator = "k1"
    """How divergence per token is estimated."""
    kl_limit: Annotated[float, Gt(0)] = 100.0
    """Divergence per answer at which training stops: the policy has run away."""
    gamma: Annotated[float, Gt(0), Le(1)] = 1.0
    """Discount per token."""
    lam: Annotated[float, Ge(0), Le(1)] = 1.0
    """GAE's lambda."""
    clip_policy: Annotated[float, Gt(0)] = 0.2
    """How far a step may change a token's odds."""
    clip_value: Annotated[float, Gt(0)] = 0.2
    """How far a step may change a token's value."""
    whiten: bool = True
    """Scale advantages to mean 0 and variance 1."""
    passes: Annotated[int, Ge(1)] = 2
    """Passes over each iteration's answers."""
    minibatches: Annotated[int, Ge(1)] = 2
    """Steps per pass."""
    warmup_values: Annotated[int, Ge(0)] = 2
    """Iterations in which only the value model learns."""
    temperature: Annotated[float, Gt(0)] = 1.0
    """At which answers are drawn."""
    max_tokens: Annotated[int, Ge(1)] = 512
    """Longest answer."""
    missing_end: Annotated[float, Ge(0)] = 1.0
    """Taken off the score of an answer that did not end by itself."""


POCKET = Config(
    lr=1e-4, value_lr=1e-3, batch=256, micro=64, iterations=30, kl=0.05, warmup_values=3, max_tokens=48,
    max_length=256, warmup=0.0, save_every=5, log_every=1,
)  # fmt: skip


def check(config: Config) -> None:
    """Raises `BadRequest` where settings clash."""
    if config.baseline == "group" and config.samples_each < 2:
        raise BadRequest(
            "ppo: the mean of one answer is the answer: samples_each=2 at least, or baseline=value"
        )


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` on the prompts of `rows` and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
        Stopped: the person asked for it; the last resume point is kept.
    """
    check(config)
    chosen = plugins.config("training.rewards", config.reward)
    scorer = plugins.load("training.rewards", config.reward.name)
    parents = {"reward": scorer.identity(chosen)}
    plan = course.begin("ppo", config, rows, start, out, desk, version=VERSION, parents=parents)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    together.join()
    tokens = loading.tokenizer(start)
    read = list(files.read(rows, "prompt"))
    prompts = [row for row in read if isinstance(row, PromptRow)]
    known = [(row, ids) for row in prompts if len(ids := _ids(tokens, row)) < config.max_length]
    course.enough(plan, len(known), len(read), f"max_length is {config.max_length}")

    def attempt(micro: int) -> Result:
        learner = Learner(replace(config, micro=micro), start, tokens, scorer.open(chosen), plan)
        return learner.learn([row for row, _ in known], [ids for _, ids in known])

    result, notes = course.halved(plan, config.micro, max(1, config.micro // 2), attempt)
    left = leftout.notes(
        read, len(prompts), len(known), f"prompts are longer than {config.max_length} tokens", "prompt"
    )
    return replace(result, notes=(*result.notes, *left, *notes))


def _ids(tokens: Any, row: PromptRow) -> list[int]:
    return chat.prompt_ids(tokens, conversation(row.system, row.turns, row.history))


@dataclass(frozen=True, slots=True)
class Batch:
    """One iteration's answers and everything that is fixed while learning from them."""

    drawn: Rollout
    old: "Tensor"
    values: "Tensor"
    advantages: "Tensor"
    returns: "Tensor"

    def part(self, rows: "Tensor") -> "Batch":
        """Some of the rows."""
        drawn = self.drawn.part(rows)
        kept = slice(drawn.mask.shape[1])
        return Batch(
            drawn,
            self.old[rows, kept],
            self.values[rows, kept],
            self.advantages[rows, kept],
            self.returns[rows, kept],
        )


class Learner:
    """The four models and the loop."""

    def __init__(self, config: Config, start: Path, tokens: Any, reward: Any, plan: course.Course) -> None:
        import torch

        self.config, self.tokens, self.reward, self.plan = config, tokens, reward, plan
        self.device = torch.device("cuda" if loading.accelerated() else "cpu")
        self.policy = adapted(loading.model(start, config, tokens), config).to(self.device).eval()
        self.reference = loading.model(start, config, tokens).to(self.device).eval().requires_grad_(False)
        self.critic = self._critic(start).to(self.device)
        self.stops = chat.stops(tokens)
        weights = [p for p in self.policy.parameters() if p.requires_grad]
        self.actor_steps = torch.optim.AdamW(weights, lr=config.lr, weight_decay=config.weight_decay)
        self.critic_steps = torch.optim.AdamW(self.critic.parameters(), lr=config.value_lr, weight_decay=0.0)
        self.beta, self.at = config.kl, 0

    def _critic(self, start: Path) -> Any:
        """The value model: the reward model if it reads the policy's tokens, else the policy; or a number."""
        if self.config.values == "constant":
            return constant()
        found = self.reward.critic
        if found is None or loading.tokenizer(found).get_vocab() != self.tokens.get_vocab():
            return critic(start, head=False, dtype=self.config.dtype)
        own = (
            self.config.baseline == "value"
        )  # beside a group's mean, what the reward's head says is no value
        return critic(found, head=own, dtype=self.config.dtype)

    def learn(self, rows: Sequence[PromptRow], ids: Sequence[list[int]]) -> Result:
        """All iterations, from the last resume point on."""
        config, desk, manifest = self.config, self.plan.desk, self.plan.manifest
        each = max(1, config.batch // config.samples_each)
        total = config.iterations or max(1, math.ceil(config.epochs * len(rows) / each))
        work = desk.folder / "work" / f"ppo-{manifest.key}"
        work.mkdir(parents=True, exist_ok=True)
        desk.step("ppo", total)
        if (point := course.point(self.plan, work)) is not None:
            self._load(point)
        else:
            self._show(rows, "before")
        figures: dict[str, float] = {}
        while self.at < total:
            course.hear(desk)
            picked = steps.picked(len(rows), each, self.at, config.seed)
            figures = self._iterate([rows[i] for i in picked], [ids[i] for i in picked], total)
            self.at += 1
            self._told(figures)
            if self.at % config.save_every == 0 and self.at < total:
                self._save(work)
        self._show(rows, "after")
        return self._publish(work, len(rows), figures)

    def _iterate(self, rows: list[PromptRow], ids: list[list[int]], total: int) -> dict[str, float]:
        """Draw, score, learn."""
        import torch

        config, group = self.config, self.config.samples_each
        rows = [row for row in rows for _ in range(group)]
        own = together.part(len(rows))
        drawn = rollout.draw(
            self.policy, self.tokens, [one for one in ids for _ in range(group)][own], self.stops,
            max_tokens=config.max_tokens, temperature=config.temperature,
            seed=together.seed(steps.seeded(config.seed, self.at)), micro=config.micro,
        )  # fmt: skip
        raw = torch.tensor(self.reward.score(rows[own], drawn.texts), device=self.device)
        drawn = together.rollouts(drawn, own, len(rows), self.tokens)
        batch, figures = self._judged(together.gathered(raw, own, len(rows)), drawn)
        for options in self.actor_steps.param_groups:
            options["lr"] = config.lr * steps.slope(config, self.at, total)
        figures |= self._step(batch)
        if config.kl_target:
            self.beta = advantage.adapted(
                self.beta, figures["kl"], config.kl_target, config.kl_horizon, len(rows)
            )
        return figures | {"beta": self.beta}

    def _judged(self, raw: "Tensor", drawn: Rollout) -> tuple[Batch, dict[str, float]]:
        """What the answers are worth, token by token, from what each is worth as a whole."""
        config = self.config
        scores = raw - config.missing_end * (~drawn.ended).float()
        old, entropy, reference, values = self._seen(drawn)
        kl = advantage.divergence(old, reference, config.kl_estimator) * drawn.mask
        paid = advantage.group_centred(scores, config.samples_each) if config.baseline == "group" else scores
        earned = advantage.rewards(paid, kl, drawn.mask, self.beta)
        gains, returns = advantage.gae(earned, values, drawn.mask, config.gamma, config.lam)
        figures = {
            "reward": float(raw.mean()),
            "kl": float(kl.sum(1).mean()),
            "entropy": float(advantage.mean(entropy, drawn.mask)),
            "length": float(drawn.lengths.mean()),
            "ended": float(drawn.ended.float().mean()),
            "explained": advantage.explained(values, returns, drawn.mask),
        }
        gains = advantage.whiten(gains, drawn.mask) if config.whiten else gains
        return Batch(drawn, old, values, gains, returns), figures

    def _seen(self, drawn: Rollout) -> tuple["Tensor", "Tensor", "Tensor", "Tensor"]:
        """(log-probabilities, entropy, the reference's log-probabilities, values) of the answers."""
        import torch

        whole = torch.zeros((4, *drawn.mask.shape), device=self.device)
        mine = torch.arange(len(drawn.texts))[together.part(len(drawn.texts))]
        with torch.no_grad():
            for at in rollout.slices(drawn.sizes, mine, self.config.micro):
                part = drawn.part(at)
                own = rollout.logps(self.policy, part, self.config.temperature)
                other, _ = rollout.logps(self.reference, part, self.config.temperature)
                for into, found in zip(whole, (*own, other, rollout.values(self.critic, part)), strict=True):
                    into[at, : found.shape[1]] = found * part.mask
        old, entropy, reference, values = spread.summed(whole)
        return old, entropy, reference, values

    def _step(self, batch: Batch) -> dict[str, float]:
        """Passes over the answers in shuffled minibatches. Means over all steps."""
        import torch

        config, rows = self.config, len(batch.drawn.texts)
        told: list[dict[str, float]] = []
        shuffle = torch.Generator().manual_seed(steps.seeded(config.seed, self.at) + 1)
        for _ in range(config.passes):
            order = torch.randperm(rows, generator=shuffle)
            told += [self._minibatch(batch, part) for part in order.chunk(config.minibatches)]
        return {name: sum(one[name] for one in told) / len(told) for name in told[0]}

    def _minibatch(self, batch: Batch, rows: "Tensor") -> dict[str, float]:
        """One step of both models on some rows, `micro` at a time; every process takes its part of them."""
        import torch

        config = self.config
        self.actor_steps.zero_grad()
        self.critic_steps.zero_grad()
        weight = float(batch.drawn.mask[rows].sum())
        sums: dict[str, float] = {}
        for at in rollout.slices(batch.drawn.sizes, rows[together.part(len(rows))], config.micro):
            part = batch.part(at)
            share = float(part.drawn.mask.sum()) / weight
            losses = self._losses(part)
            loss = share * (losses["loss_policy"] + losses["loss_value"])
            loss.backward()  # type: ignore[no-untyped-call]
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + share * float(value.detach())
        together.gradients([*self.policy.parameters(), *self.critic.parameters()])
        torch.nn.utils.clip_grad_norm_(self.critic.parameters(), config.clip)
        self.critic_steps.step()
        if self.at >= config.warmup_values:
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), config.clip)
            self.actor_steps.step()
        return together.sums(sums)

    def _losses(self, part: Batch) -> dict[str, "Tensor"]:
        config, mask = self.config, part.drawn.mask
        now, _ = rollout.logps(self.policy, part.drawn, config.temperature)
        policy, clipped = advantage.policy_loss(now, part.old, part.advantages, mask, config.clip_policy)
        values = rollout.values(self.critic, part.drawn)
        value, value_clipped = advantage.value_loss(
            values, part.values, part.returns, mask, config.clip_value
        )
        moved = advantage.mean(advantage.divergence(part.old, now.detach(), "k3"), mask)
        return {
            "loss_policy": policy,
            "loss_value": value,
            "clipped_policy": clipped,
            "clipped_value": value_clipped,
            "kl_step": moved,
        }

    def _told(self, figures: Mapping[str, float]) -> None:
        """Curves and progress for the desk; stops where the policy ran away."""
        config, desk = self.config, self.plan.desk
        desk.progress("ppo", self.at)
        for name, value in figures.items():
            if self.at % config.log_every == 0 or not math.isfinite(value):
                desk.figure(name, self.at, value, "ppo")
            if not math.isfinite(value):
                raise Diverged(f"ppo: {name} is {value} at iteration {self.at}: lower lr ({config.lr:g})")
        if abs(figures["kl"]) > config.kl_limit:
            raise Diverged(
                f"ppo: the policy ran away from its reference at iteration {self.at} (KL {figures['kl']:.1f} "
                f"per answer, at most {config.kl_limit:g}): lower lr ({config.lr:g}) or raise kl"
            )

    def _publish(self, work: Path, rows: int, figures: Mapping[str, float]) -> Result:
        manifest = replace(self.plan.manifest, rows=rows, steps=self.at, figures=dict(figures))
        return steps.publish(self.plan, self.policy, self.tokens, manifest, work)

    def _models(self) -> dict[str, Any]:
        return {"policy": self.policy, "critic": self.critic}

    def _optimizers(self) -> dict[str, Any]:
        return {"actor_steps": self.actor_steps, "critic_steps": self.critic_steps}

    def _save(self, work: Path) -> None:
        manifest = replace(self.plan.manifest, steps=self.at)
        state = {"at": self.at, "beta": self.beta}
        if spread.first():
            points.save(work, manifest, self._models(), self._optimizers(), state)
        spread.meet()

    def _load(self, point: Path) -> None:
        state = points.load(point, self._models(), self._optimizers())
        self.at, self.beta = int(state["at"]), state["beta"]

    def _show(self, rows: Sequence[PromptRow], when: str) -> None:
        for row in rows[: self.config.samples] if spread.first() else ():
            messages = conversation(row.system, row.turns, row.history)
            said = loading.answer(self.policy, self.tokens, messages, self.config.max_tokens)
            self.plan.desk.sample(f"{when}: {row.turns[-1]} -> {said}", "ppo")
