"""Mixed preference optimisation: easy pairs by DPO, then hard ones by reinforcement (arXiv 2403.19443).

A pair is easy where its two answers are at least `apart` away from each other, by a reward or by the judge's
gap. DPO learns from the easy pairs; the prompts of the others are then answered anew under the reward by PPO
(or RLOO), whose reference is the DPO model. Called MPO there; TRL's MPO is another method. Made of the whole
stages `dpo` and `ppo` or `rloo`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from arena import plugins
from arena.errors import BadRequest
from arena.jobs.types import Desk
from arena.keys import key
from arena.plugins import Choice
from arena.types import Reject
from training import composing
from training import rows as files
from training.composing import STAGES, Compound
from training.errors import TooFew
from training.rl import preference
from training.stages import course, loading
from training.stages.types import Result, Training
from training.types import PairRow, PromptRow

KIND = "pair"
VERSION = 2
PARTS = ("dpo", "ppo", "rloo")
ALONE = True
REWARDS = "training.rewards"
_AT_ONCE = 128
"""Answers that are scored between two looks at whether to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings; those of DPO stand here, those of the second part in `reinforcement`."""

    epochs: float = 2.0
    """Passes over the easy pairs."""
    lr: float = 5e-7
    """Highest learning rate of DPO."""
    warmup: float = 0.1
    """Share of the steps in which the learning rate rises."""
    reward: Choice = Choice("classifier")
    """What hard prompts are learnt from, and what tells pairs apart: a file of `training.rewards`."""
    by: Literal["reward", "gap"] = "reward"
    """What says how far apart a pair is: the reward, or the judge's points in the rows."""
    apart: Annotated[float, Ge(0)] = 1.0
    """Distance from which a pair is easy."""
    second: Literal["ppo", "rloo"] = "ppo"
    """How hard prompts are learnt from."""
    reinforcement: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the second part's own `Config`; what is missing keeps its default."""
    beta: Annotated[float, Gt(0)] = 0.3
    """How dear it is to leave DPO's reference; for ipo, its tau."""
    loss: preference.Loss = "sigmoid"
    """What DPO makes of the margin between chosen and rejected."""
    flipped: Annotated[float, Ge(0), Lt(0.5)] = 0.1
    """Share of labels that `robust` takes for wrong."""
    sft: Annotated[float, Ge(0)] = 0.0
    """Weight of imitating the chosen answers in DPO."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(
    epochs=2, lr=2e-4, batch=32, micro=32, max_length=256, beta=0.1, sft=1.0, apart=1.0,
    reinforcement={
        "lr": 1e-4, "value_lr": 1e-3, "batch": 256, "micro": 256, "iterations": 15, "kl": 0.05,
        "warmup_values": 3, "max_tokens": 48, "warmup": 0.0, "save_every": 5, "log_every": 1,
    },
)  # fmt: skip


def check(config: Config) -> None:
    """Raises `BadRequest` where settings clash, the second part's, too."""
    plugins.load(STAGES, config.second).check(_second(config))


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` on the pairs of `rows` in two parts and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    check(config)
    chosen = plugins.config(REWARDS, config.reward)
    parents = {"reward": plugins.load(REWARDS, config.reward.name).identity(chosen)}
    second = _second(config)
    plan = course.begin("mpo", config, rows, start, out, desk, version=VERSION, parents=parents)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    read = list(files.read(rows, "pair"))
    pairs = [row for row in read if isinstance(row, PairRow)]
    course.enough(plan, len(pairs), len(read))
    whole = Compound(plan)
    if rejected := sum(isinstance(row, Reject) for row in read):
        whole.note(f"{rejected} of {len(read)} entries hold no such row and were left out")
    easy, hard = _split(config, pairs, whole)
    whole.note(f"{easy} pairs are at least {config.apart:g} apart and go to dpo, {hard} to {config.second}")
    figures: dict[str, float] = {"easy": float(easy), "hard": float(hard)}
    model = start
    first = composing.settings("dpo", config, reference="previous")
    for name, stage, settings in (("easy", "dpo", first), ("hard", config.second, second)):
        try:
            done = whole.part(name, stage, settings, whole.work / f"{name}.jsonl", model)
        except TooFew as error:
            whole.note(f"{stage} was left out: {error}")
            continue
        model = done.folder
        figures |= {f"{stage}/{what}": value for what, value in done.figures.items()}
    if model == start:
        raise TooFew(f"mpo: neither part has enough to learn from: {'; '.join(whole.notes[-2:])}")
    return whole.publish(model, len(pairs), figures)


def _second(config: Config) -> Any:
    """The settings of the second part, its reward and common fields filled in.

    Raises:
        BadRequest: a field that it does not have, or a value that does not fit.
    """
    if "reward" in config.reinforcement:
        raise BadRequest("mpo: name the reward in `reward`, not in `reinforcement`")
    common = ("seed", "max_length", "least", "lora", "lora_alpha", "dtype", "samples")
    given = {name: getattr(config, name) for name in common} | dict(config.reinforcement)
    return plugins.config(STAGES, Choice(config.second, {**given, "reward": config.reward}))


def _split(config: Config, pairs: Sequence[PairRow], whole: Compound) -> tuple[int, int]:
    """Writes easy pairs and the prompts of hard ones, once; how many of each."""
    if (told := whole.kept("split.json")) is not None:
        return int(told["easy"]), int(told["hard"])
    distance = _distances(config, pairs, whole.plan.desk.check)
    easy = [row for row, far in zip(pairs, distance, strict=True) if far is not None and far >= config.apart]
    known = {row.id for row in easy}
    hard = {row.prompt or row.id: _asked(row) for row in pairs if row.id not in known}
    files.write(whole.work / "easy.jsonl", easy)
    files.write(whole.work / "hard.jsonl", hard.values())
    whole.keep("split.json", {"easy": len(easy), "hard": len(hard)})
    return len(easy), len(hard)


def _distances(config: Config, pairs: Sequence[PairRow], check: Callable[[], None]) -> list[float | None]:
    """How far the chosen answer is above the rejected one; below 0, where the reward disagrees."""
    if config.by == "gap":
        return [row.gap for row in pairs]
    reward = plugins.load(REWARDS, config.reward.name).open(plugins.config(REWARDS, config.reward))
    talks = [(row, said) for row in pairs for said in (row.chosen, row.rejected)]
    numbers: list[float] = []
    for at in range(0, len(talks), _AT_ONCE):
        check()
        part = talks[at : at + _AT_ONCE]
        numbers += reward.score(
            [_asked(row, said[:-1]) for row, said in part], [said[-1] for _, said in part]
        )
    return [a - b for a, b in zip(numbers[::2], numbers[1::2], strict=True)]


def _asked(row: PairRow, history: tuple[str, ...] | None = None) -> PromptRow:
    """The prompt of a pair; what was said before its last turn is the chosen side's unless given."""
    before = row.chosen[:-1] if history is None else history
    return PromptRow(
        key("row", "hard", row.id), row.prompt, row.turns, before, row.battles, "its answers are too near",
        row.category, row.system, row.natural,
    )  # fmt: skip
