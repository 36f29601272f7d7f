"""What a flywheel run is: everything that decides which model comes out, as it stands in a preset.

Iteration i, stage s of the paper fights on data part 3(i - 1) + s (PAPER.md 1, "Loop"). Leaves out doing it
(`training.flywheel.loop`) and the stages' own settings (`training.stages`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, MinLen

from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.tournament.cluster import Cluster
from arena.tournament.config import Contestant


@dataclass(frozen=True, slots=True)
class Blend:
    """What is made of the model before a stage and the one that came out of it."""

    way: Literal["average", "ema", "expo"]
    """A way of `training.kinds.merge`."""
    amount: Annotated[float, Ge(0)] = 0.5
    """Of `average`: the new model's share; of `ema`: how much of the old one stays; of `expo`: how much
    further than the new one, as a share of the way."""


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage of every iteration."""

    stage: str
    """A file of `training.stages`: sft, dpo, reward, ppo, ..."""
    part: Annotated[int, Ge(1)]
    """Which of an iteration's data parts it fights on: 1, 2, 3; reward and RL share one."""
    rules: tuple[Choice, ...] = ()
    """Files of `training.selection` with their options; empty: those of `values` (`training.pairs`)."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the stage's `Config`; what is missing keeps the value of `values`."""
    values: Literal["paper", "pocket"] = "paper"
    """Whose values stand where `options` says nothing."""
    gaps: tuple[float, ...] = ()
    """Least judge gap K of each iteration, the last one for all later; empty: as the rules say."""
    start: Literal["target", "opponent"] = "target"
    """What a reward model starts from: the target, or the strongest opponent that is a local model."""
    least_accuracy: Annotated[float, Ge(0), Le(1)] = 0.0
    """A reward model below this on pairs of the target's own answers is not learnt from."""
    samples: Annotated[int, Ge(1)] = 1
    """Answers that each model gives to each prompt of the stage's battles."""
    blend: Blend | None = None
    """Merge of old and new model that takes the new one's place; none: the new one as it is."""


@dataclass(frozen=True, slots=True)
class Gate:
    """When a new model takes the old one's place."""

    on: bool = True
    """Off: every new model is taken, its figures are reported all the same."""
    worst: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of its battles with the old model that the new one may fall short of, only by its interval."""
    longer: Annotated[float, Gt(1)] = 1.5
    """Answers this many times as long as before, without a gain that survives it, raise an alarm."""
    silent: Annotated[float, Ge(0), Le(1)] = 0.05
    """Growth in the share of failed or cut answers that raises an alarm."""
    hacked: bool = True
    """A reward that rose while the judge's verdict fell raises an alarm."""


@dataclass(frozen=True, slots=True)
class Config:
    """A flywheel run."""

    name: str
    """Stands before its boards (`NAME-battles`, `NAME-panel`) and its models (`NAME-i1-sft`)."""
    start: str
    """The first model, I0: a directory, `shipped:NAME`, or a name of the hub."""
    opponents: Annotated[tuple[Contestant, ...], MinLen(1)]
    """Whose answers the target learns from."""
    parts: Annotated[tuple[Choice, ...], MinLen(1)]
    """Data parts D1, D2, ... in order: files of `arena.prompts` and their options."""
    panel: Choice
    """The frozen prompts that every model is rated on; never trained on."""
    judge: Choice
    """Decides the battles that rows are selected from."""
    stages: Annotated[tuple[StagePlan, ...], MinLen(1)]
    """The stages of an iteration, in order."""
    gate_prompts: Choice | None = None
    """Prompts on which new and old model meet before one replaces the other; apart from the panel."""
    evaluator: Choice | None = None
    """Decides the panel's battles; None: `judge` does, which is warned about."""
    backend: Choice = Choice("transformers")
    """What the target answers through; its `model` becomes each checkpoint in turn."""
    family: str = ""
    """Whose child the target is (`llama`, ...): a judge of the same family is warned about."""
    system: str = ""
    """System message of the target's conversations."""
    iterations: Annotated[int, Ge(1)] = 1
    """How often round."""
    pairing: Choice = Choice("all_pairs")
    """Who meets whom on the data parts."""
    sampling: Sampling = Sampling()
    """How everybody answers, on the parts and on the panel."""
    anchor: str | None = None
    """Opponent whose rating on the panel is fixed."""
    anchor_value: float = 1000.0
    """That rating; without an anchor the opponents and I0 average to it."""
    gate: Gate = Gate()
    """When a new model takes the old one's place."""
    checks: tuple[Choice, ...] = ()
    """Measurements of each model beside the panel: files of `training.checks`."""
    cumulative: bool = True
    """Stages of later iterations train on their earlier rows, too."""
    sft_from: Literal["previous", "start"] = "previous"
    """What a later iteration's SFT trains: the model that fights, or the first one anew (the paper does not
    say which; it is the last iteration's model that fights)."""
    unit: Annotated[int, Ge(1)] = 64
    """Rows that are answered or judged together."""
    canaries: Annotated[int, Ge(0)] = 0
    """Battles with an injected verdict beside those of every part."""
    executor: Literal["local", "ray"] = "local"
    """Who answers and judges in all its battles: threads of this machine, or actors on Ray; the facts are the
    same. Training stays on this machine."""
    ray: Cluster = Cluster()
    """The pool of actors, where `executor` is ray. Its nodes must see the run's folder, where the models that
    are trained lie."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random: which prompts a part draws, which rows, the order of training, the samples
    of PPO. Panel and gate stay the same, so that runs of several seeds can be compared."""
    about: dict[str, str] = field(default_factory=dict)
    """Title and notes for people; decides nothing."""

    def samples(self, part: int) -> int:
        """Answers to each prompt of a part: the most that a stage asks for; all share its battles."""
        return max(plan.samples for plan in self.stages if plan.part == part)
