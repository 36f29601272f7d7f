"""A reward model: it gives the preferred answer of a pair the higher number.

The number is that of a new head on the model (`head: score`), or how likely the model finds the answer
(`head: words`), which asks for far fewer pairs where the model knows its subject. The judge's gap is the
margin that the two numbers are asked to keep. A part of the prompts is held out; on it accuracy is reported
over all pairs, over pairs of the target's own answers alone (what PPO will meet; others teach style more than
errors) and by gap, each with its count and interval. Built on TRL's RewardTrainer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Lt

from arena.jobs.types import Desk
from training import rows as files
from training.rewards import measure
from training.stages import chat, course, leftout, loading, spread
from training.stages.types import Result, Training
from training.types import PairRow, conversation

if TYPE_CHECKING:
    from torch import Tensor

KIND = "pair"
VERSION = 1
MAKES = "reward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of the reward model; defaults are the paper's."""

    epochs: float = 1.0
    """Passes over the rows."""
    lr: float = 1e-6
    """Highest learning rate."""
    head: Literal["score", "words"] = "score"
    """Where the number comes from: a head of its own, or the log-likelihood of the answer."""
    loss: Literal["logistic", "hinge"] = "logistic"
    """What is made of the distance between the two numbers: log-sigmoid, or how far it falls short of 1."""
    margin: Annotated[float, Ge(0)] = 1.0
    """How far apart the numbers of a pair should be per point of the judge's gap; 0: no margin."""
    center: Annotated[float, Ge(0)] = 0.01
    """Pull of all numbers towards zero (`head: score`)."""
    holdout: Annotated[float, Ge(0), Lt(1)] = 0.1
    """Share of the prompts that is held out to measure accuracy on."""
    held: Annotated[int, Ge(0)] | None = None
    """Seed of what is held out; None: `seed`."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(epochs=2, lr=4e-4, batch=64, micro=64, max_length=256, margin=0.1)


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains a reward model from `start` on the pairs of `rows` and writes it to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    plan = course.begin("reward", config, rows, start, out, desk, version=VERSION)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    tokens = loading.tokenizer(start, config.chat_template)
    read = list(files.read(rows, "pair"))
    kept = [row for row in read if isinstance(row, PairRow)]
    fit = [(row, pair) for row in kept if (pair := encoded(tokens, row, config)) is not None]
    apart = {row.prompt: _held(config, row) for row, _ in fit}
    held = [(row, pair) for row, pair in fit if apart[row.prompt]]
    data = [pair for row, pair in fit if not apart[row.prompt]]
    course.enough(plan, len(data), len(read), leftout.why(read, "the others are held out, long or twins"))
    return course.run(
        plan,
        lambda micro, work: _trainer(config, start, tokens, data, work, micro),
        count=len(data),
        measure=lambda trainer: measure.accuracies(
            [row for row, _ in held], scores(trainer, [pair for _, pair in held], config.head)
        ),
        notes=leftout.notes(
            read, len(kept), len(fit), f"pairs are longer than {config.max_length} tokens, or twins,"
        ),
    )


def _held(config: Config, row: PairRow) -> bool:
    seed = config.seed if config.held is None else config.held
    return measure.held_out(row.prompt, seed, config.holdout)


def encoded(tokens: Any, row: PairRow, config: Config) -> dict[str, Any] | None:
    """A pair as token ids and margin; None where one of them is too long or they are the same."""
    sides = (conversation(row.system, row.turns, said) for said in (row.chosen, row.rejected))
    chosen, rejected = (chat.whole_ids(tokens, messages) for messages in sides)
    if chosen == rejected or max(len(chosen), len(rejected)) > config.max_length:
        return None
    gap = row.gap if row.gap is not None and row.gap > 0 else 0.0
    return {"chosen_ids": chosen, "rejected_ids": rejected, "margin": config.margin * gap}


def _trainer(
    config: Config, start: Path, tokens: Any, data: list[dict[str, Any]], work: Path, micro: int
) -> Any:
    from datasets import Dataset
    from transformers import set_seed
    from trl.trainer.reward_config import RewardConfig
    from trl.trainer.reward_trainer import RewardTrainer

    set_seed(config.seed)
    words = config.head == "words"
    trained = loading.model(start, config, tokens, config.head)
    trained.config.num_labels = 1  # one number comes out, from wherever
    kind: Any = _ours(RewardTrainer, config) if words or config.loss == "hinge" else RewardTrainer
    return kind(
        model=trained,
        args=RewardConfig(
            **loading.arguments(config, work, micro),
            max_length=None,
            center_rewards_coefficient=None if words else config.center or None,
        ),
        train_dataset=Dataset.from_list(data),
        processing_class=tokens,
        peft_config=loading.adapter(config, config.head),
    )


def _ours(base: Any, config: Config) -> Any:
    """TRL's trainer with numbers and losses that it does not have.

    Of log-likelihoods that of the prompt is the same on both sides and falls out.
    """

    class Ours(base):  # type: ignore[misc]
        def compute_loss(
            self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, **_: Any
        ) -> Any:
            ids, seen = inputs["input_ids"], inputs["attention_mask"]
            if config.head == "words":
                numbers = likelihoods(model, ids, seen)
            else:
                numbers = model(input_ids=ids, attention_mask=seen, use_cache=False).logits[:, 0].float()
            chosen, rejected = numbers.chunk(2)
            loss = losses(config, chosen - rejected - inputs["margin"]).mean()
            if config.head == "score":
                loss = loss + config.center * ((chosen + rejected) ** 2).mean()
            told = self._metrics["train" if self.model.training else "eval"]
            right, apart = (chosen > rejected).float().mean().item(), (chosen - rejected).mean().item()
            for name, value in spread.averaged({"accuracy": right, "margin": apart}).items():
                told[name].append(value)
            return (loss, numbers) if return_outputs else loss

    return Ours


def losses(config: Config, apart: "Tensor") -> "Tensor":
    """The loss of each pair from how far its numbers are apart, the margin taken off."""
    from torch.nn.functional import logsigmoid

    each: Tensor = (1 - apart).relu() if config.loss == "hinge" else -logsigmoid(apart)
    return each


def likelihoods(model: Any, ids: "Tensor", seen: "Tensor") -> "Tensor":
    """Log-likelihood of each conversation."""
    from trl.trainer.utils import selective_log_softmax

    logits = model(input_ids=ids, attention_mask=seen, use_cache=False).logits[:, :-1]
    each: Tensor = selective_log_softmax(logits.float(), ids[:, 1:])
    return (each * seen[:, 1:]).sum(1)


def scores(
    trainer: Any, pairs: Sequence[Mapping[str, Any]], head: loading.Head = "score", at_once: int = 64
) -> list[tuple[float, float]]:
    """The trained model's numbers for chosen and rejected of each pair."""
    import torch

    trained, pad = trainer.model.eval(), trainer.processing_class.pad_token_id
    found: list[float] = []
    ids = [pair[side] for pair in pairs for side in ("chosen_ids", "rejected_ids")]
    for at in range(0, len(ids), at_once):
        some = ids[at : at + at_once]
        longest = max(map(len, some))
        padded = torch.tensor([row + [pad] * (longest - len(row)) for row in some], device=trained.device)
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in some]).to(trained.device)
        with torch.no_grad():
            if head == "words":
                found += likelihoods(trained, padded, mask).tolist()
            else:
                found += trained(input_ids=padded, attention_mask=mask).logits[:, 0].float().tolist()
    return list(zip(found[::2], found[1::2], strict=True))
