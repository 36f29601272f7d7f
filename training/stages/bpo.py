"""BPO: preference optimisation against the model that drew the pairs, in rounds (arXiv 2406.12168).

The prompts are dealt to F rounds, so that the budget of labels stays the same whatever F. In each round the
current model draws answers, a reward or a judge tells them apart, and DPO, IPO or SLiC's hinge learns from
best against worst with that model as its reference (`behaviour`); `initial` keeps the start model instead,
for comparison. With `members`, several adapters are trained apart and their weights averaged after every
round. F = 1 is offline. Each round is a whole run of the stage `dpo`, with its own learning rate schedule.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from arena.errors import BadRequest
from arena.jobs.types import Desk
from arena.keys import key
from arena.plugins import Choice
from training import checkpoints, composing, merge
from training import rows as files
from training.composing import Compound
from training.errors import TooFew
from training.rl import drawing, labels, preference
from training.rl.drawing import Drawing, Said
from training.rl.labels import Labeller
from training.stages import chat, course, leftout, loading
from training.stages.types import Result, Training
from training.types import PairRow, PromptRow, conversation

KIND = "prompt"
VERSION = 2
PARTS = ("dpo",)
ALONE = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings of BPO; defaults are those of our DPO, and that work's two rounds."""

    epochs: float = 2.0
    """Passes over each round's pairs."""
    lr: float = 5e-7
    """Highest learning rate."""
    warmup: float = 0.1
    """Share of a round's steps in which the learning rate rises."""
    rounds: Annotated[int, Ge(1)] = 2
    """F: rounds of drawing and labelling, over which the prompts are dealt."""
    prompts: Annotated[int, Ge(0)] = 0
    """Prompts in all, whatever the rounds: the budget of labels; 0: all there are."""
    reference: Literal["behaviour", "initial"] = "behaviour"
    """Against which model margins are measured: the one that drew the pairs, or the start."""
    reward: Choice = Choice("classifier")
    """What tells answers apart: a file of `training.rewards` and its options."""
    judge: Choice | None = None
    """What tells them apart instead of a reward: a file of `arena.judges`, asked in both orders."""
    samples_each: Annotated[int, Ge(2)] = 2
    """Answers to each prompt; the best and the worst make the pair."""
    beta: Annotated[float, Gt(0)] = 0.3
    """How dear it is to leave the reference; for ipo, its tau."""
    loss: preference.Loss = "sigmoid"
    """What is made of the margin between chosen and rejected."""
    flipped: Annotated[float, Ge(0), Lt(0.5)] = 0.1
    """Share of labels that `robust` takes for wrong."""
    sft: Annotated[float, Ge(0)] = 0.0
    """Weight of imitating the chosen answers beside it."""
    members: Annotated[int, Ge(1)] = 1
    """Adapters that are trained apart and averaged; with several, `lora` is their rank (8 where it is 0)."""
    temperature: Annotated[float, Gt(0)] = 0.7
    """At which answers are drawn."""
    max_tokens: Annotated[int, Ge(1)] = 512
    """Longest answer."""
    missing_end: Annotated[float, Ge(0)] = 1.0
    """Taken off the worth of an answer that did not end by itself."""
    most_drift: Annotated[float, Gt(0)] = 200.0
    """Mean change of an answer's log-probability against the reference, in nats, at which training stops."""


POCKET = Config(
    epochs=2, lr=2e-4, batch=32, micro=128, max_length=256, max_tokens=40, beta=0.1, sft=1.0, samples_each=4,
    temperature=1.0, schedule="constant",
)  # fmt: skip


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains `start` in rounds on the prompts of `rows` and writes the last model to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    told = labels.identity(config.reward, config.judge)
    parents = {"labels": told, "reference_is": config.reference}
    plan = course.begin("bpo", config, rows, start, out, desk, version=VERSION, parents=parents)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    read = list(files.read(rows, "prompt"))
    fit = _fitting(config, start, [row for row in read if isinstance(row, PromptRow)])
    course.enough(plan, len(fit), len(read), f"max_length is {config.max_length}")
    dealt = _dealt(config, fit)
    rounds = Rounds(config, start, Compound(plan))
    count = sum(isinstance(row, PromptRow) for row in read)
    room = f"prompts leave no room in max_length ({config.max_length})"
    for told in leftout.notes(read, count, len(fit), room, "prompt"):
        rounds.whole.note(told)
    for number, prompts in enumerate(dealt):
        rounds.turn(number, prompts)
    return rounds.publish(sum(map(len, dealt)))


def _fitting(config: Config, start: Path, rows: Sequence[PromptRow]) -> list[PromptRow]:
    tokens = loading.tokenizer(start)
    room = config.max_length - config.max_tokens
    ids = (chat.prompt_ids(tokens, conversation(row.system, row.turns, row.history)) for row in rows)
    return [row for row, known in zip(rows, ids, strict=True) if len(known) <= room]


def _dealt(config: Config, rows: list[PromptRow]) -> list[list[PromptRow]]:
    """The prompts of each round, shuffled by the seed: the same in all for any number of rounds."""
    if config.prompts > len(rows):
        raise BadRequest(f"bpo: {config.prompts} prompts are asked for, there are {len(rows)}")
    order = random.Random(config.seed).sample(rows, config.prompts or len(rows))  # noqa: S311
    edges = [round(at * len(order) / config.rounds) for at in range(config.rounds + 1)]
    return [order[low:high] for low, high in pairwise(edges)]


class Rounds:
    """The model so far, and who tells its answers apart."""

    def __init__(self, config: Config, start: Path, whole: Compound) -> None:
        self.config, self.start, self.model, self.whole = config, start, start, whole
        self.labeller: Labeller | None = None
        self.asked, self.figures = 0.0, dict[str, float]()

    def turn(self, number: int, prompts: Sequence[PromptRow]) -> None:
        """One round: draw, label, learn; the model is the next one afterwards."""
        name, desk = f"round-{number + 1}", self.whole.plan.desk
        path = self.whole.work / f"{name}.jsonl"
        if not path.is_file():
            self._collect(number, prompts, path)
        told = self.whole.kept(f"{name}.json")
        self.asked += told["asked"]
        for what, value in told.items():
            desk.figure(what, number + 1, value, "bpo")  # rounds: one may teach nothing, and add no step
            self.figures[f"{name}/{what}"] = value
        try:
            self.model = self._learn(name, path)
        except TooFew as error:
            self.whole.note(f"round {number + 1} taught nothing: {error}")

    def _collect(self, number: int, prompts: Sequence[PromptRow], path: Path) -> None:
        """The pairs of a round, and what they came to; the pairs are written last."""
        config, desk = self.config, self.whole.plan.desk
        seed = config.seed * 1009 + number
        how = Drawing(config.samples_each, config.max_tokens, config.temperature, seed)

        def told(done: int) -> None:
            desk.check()
            desk.progress(f"round {number + 1}: answers", done, len(prompts))

        said = drawing.answers(self.model, config, prompts, how, told)
        labeller = self.labeller = self.labeller or labels.open_(config.reward, config.judge)
        before = labeller.asked
        worth = list[list[float | None]]()
        for at in range(0, len(prompts), config.micro):
            desk.check()
            part = slice(at, at + config.micro)
            worth += labeller.worth(prompts[part], [[one.text for one in each] for each in said[part]], seed)
        made = [
            row
            for prompt, each, points in zip(prompts, said, worth, strict=True)
            if (row := paired(prompt, each, points, config.missing_end)) is not None
        ]
        known = [value for each in worth for value in each if value is not None]
        figures = {
            "reward": sum(known) / max(1, len(known)),
            "preferred": len(made) / max(1, len(prompts)),
            "asked": labeller.asked - before,
        }
        self.whole.keep(f"{path.stem}.json", figures)
        files.write(path, made)

    def _learn(self, name: str, pairs: Path) -> Path:
        config = self.config
        fixed = {"reference": "initial", "reference_model": str(self.start)}
        more: dict[str, Any] = fixed if config.reference == "initial" else {"reference": "previous"}
        if config.members == 1:
            one = composing.settings("dpo", config, **more)
            done = self.whole.part(name, "dpo", one, pairs, self.model)
            self.figures |= done.figures
            return done.folder
        folders = []
        for member in range(config.members):
            own = {**more, "seed": config.seed + 7919 * member, "lora": config.lora or 8}
            settings = composing.settings("dpo", config, **own)
            done = self.whole.part(f"{name}-member-{member + 1}", "dpo", settings, pairs, self.model)
            self.figures |= done.figures
            folders.append(done.folder)
        together = self.whole.work / name
        if not checkpoints.whole(together):
            merge.average(folders, together)
        return together

    def publish(self, prompts: int) -> Result:
        """The last model as the result.

        Raises:
            TooFew: no round taught anything.
        """
        if self.model == self.start:
            raise TooFew(
                f"bpo: in no round were {self.config.least} answers told apart: {self.whole.notes[-1]}"
            )
        return self.whole.publish(self.model, prompts, {**self.figures, "labels": self.asked})


def paired(
    row: PromptRow, said: Sequence[Said], worth: Sequence[float | None], missing: float
) -> PairRow | None:
    """Best against worst; None where nothing is preferred."""
    known = [
        (points - missing * (not one.ended), -at, one)
        for at, (one, points) in enumerate(zip(said, worth, strict=True))
        if points is not None and one.text
    ]
    if len(known) < 2:
        return None
    best, worst = max(known, key=lambda one: one[:2]), min(known, key=lambda one: one[:2])
    if best[0] <= worst[0] or best[2].text == worst[2].text:
        return None
    chosen, rejected = ((*row.history, one[2].text) for one in (best, worst))
    return PairRow(
        key("row", "drawn", row.id, *chosen, *rejected), row.prompt, row.turns, chosen, rejected,
        battles=row.battles, gap=best[0] - worst[0], origin="on_policy", reason="drawn and told apart",
        category=row.category, system=row.system, natural=row.natural,
    )  # fmt: skip
