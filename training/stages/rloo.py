"""REINFORCE, leave one out: several answers to each prompt, each measured against the mean of the others.

The simpler of the two ways to learn from a reward (the other is `ppo`): no value model. Built on TRL's
RLOOTrainer; the reward is a file of `training.rewards`. Leaves out prompts that end with no user's turn.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Ge, Gt, Le

from arena import plugins
from arena.errors import BadRequest
from arena.jobs.types import Desk
from arena.plugins import Choice
from training import rows as files
from training.rewards.types import Reward
from training.stages import chat, course, leftout, loading
from training.stages.types import Result, Training
from training.types import PromptRow, conversation

KIND = "prompt"
VERSION = 1
WHOLE = True
REWARDS = "training.rewards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of RLOO; defaults are the paper's for PPO, which it stands in for."""

    epochs: float = 1.0
    """Passes over the prompts."""
    lr: float = 1e-7
    """Highest learning rate."""
    batch: int = 128
    """Answers per step; a multiple of `group`."""
    micro: int = 8
    """Answers that the device works on at a time."""
    group: Annotated[int, Ge(2)] = 4
    """Answers to each prompt."""
    kl: Annotated[float, Ge(0)] = 0.4
    """How dear it is to leave the start model."""
    temperature: Annotated[float, Gt(0)] = 1.0
    """Of the answers that are drawn."""
    longest: Annotated[int, Ge(1)] = 512
    """Longest answer in tokens."""
    inner: Annotated[int, Ge(1)] = 1
    """Steps on the same answers."""
    clip_ratio: Annotated[float, Gt(0), Le(1)] = 0.2
    """How far the policy may move on the same answers."""
    most_kl: Annotated[float, Gt(0)] = 100.0
    """Divergence from the start model, in nats per token, at which training stops."""
    reward: Choice = Choice("classifier")
    """What answers are worth: a file of `training.rewards` and its options."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(lr=1e-4, kl=0.05, batch=128, micro=128, longest=32, max_length=256, schedule="constant")


def check(config: Config) -> None:
    """Raises `BadRequest` where settings clash."""
    if config.batch % config.group:
        raise BadRequest(f"rloo: batch {config.batch} is no multiple of group {config.group}")


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` by answering the prompts of `rows` and writes the model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    check(config)
    settings = plugins.config(REWARDS, config.reward)
    kind = plugins.load(REWARDS, config.reward.name)
    parents = {"reward": kind.identity(settings)}
    plan = course.begin("rloo", config, rows, start, out, desk, version=VERSION, parents=parents)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start, config.chat_template)
    tokens.padding_side = "left"
    read = list(files.read(rows, "prompt"))
    kept = [row for row in read if isinstance(row, PromptRow)]
    fit = [row for row in kept if _fits(tokens, row, config)]
    course.enough(plan, len(fit), len(read), leftout.why(read, "the others are too long"))
    reward = kind.open(settings)
    return course.run(
        plan,
        lambda micro, work: _trainer(config, start, tokens, fit, reward, work=work, micro=micro),
        count=len(fit),
        shown=[_messages(row) for row in fit[: config.samples]],
        notes=leftout.notes(
            read, len(kept), len(fit), f"prompts leave no room in {config.max_length} tokens", "prompt"
        ),
        limits={"kl": config.most_kl},
    )


def _messages(row: PromptRow) -> Any:
    return conversation(row.system, row.turns, row.history)


def _fits(tokens: Any, row: PromptRow, config: Config) -> bool:
    room = config.max_length - config.longest
    return len(row.history) == len(row.turns) - 1 and len(chat.prompt_ids(tokens, _messages(row))) <= room


def _trainer(
    config: Config,
    start: Path,
    tokens: Any,
    fit: Sequence[PromptRow],
    reward: Reward,
    *,
    work: Path,
    micro: int,
) -> Any:
    from datasets import Dataset
    from transformers import set_seed
    from trl.trainer.rloo_config import RLOOConfig
    from trl.trainer.rloo_trainer import RLOOTrainer

    def worth(completions: list[Any], row: list[int], **_: Any) -> list[float | None]:
        said = [messages[-1]["content"] for messages in completions]
        return list(reward.score([fit[at] for at in row], said))

    set_seed(config.seed)
    prompts = [[asdict(message) for message in _messages(row)] for row in fit]
    return RLOOTrainer(
        model=loading.model(start, config, tokens),
        reward_funcs=worth,
        args=RLOOConfig(
            **loading.arguments(config, work, micro),
            num_generations=config.group,
            max_completion_length=config.longest,
            temperature=config.temperature,
            beta=config.kl,
            num_iterations=config.inner,
            epsilon=config.clip_ratio,
        ),
        train_dataset=Dataset.from_dict({"prompt": prompts, "row": list(range(len(fit)))}),
        processing_class=tokens,
        peft_config=loading.adapter(config),
    )
