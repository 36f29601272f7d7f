"""Self-evolved reward learning: a reward model labels pairs itself, from few labels on (arXiv 2411.00418).

`seed_share` of the pairs keep their labels and train the first model. In each loop it scores the others.
With p = sigmoid(score) (of `scale` times the score), status 1 takes pairs of which one answer is above
`high` and the other below `low`; where fewer than `enough` are left, status 2 takes those whose p differ by
`apart`; where too few are left then, it ends. What is taken keeps the model's direction as its label, is
added to what was taken before, and the next model is trained. Held-out prompts that nobody ever labels for
itself are dealt to two halves: one is watched, and where accuracy falls there, the loop is rolled back and
the model before it is the result; the other measures every loop and decides nothing, so that what is reported
was not chosen by what reports it. The labels of the others are known here, and only used to say how right the
model's own were. `way` has the baselines beside it: seed labels alone, all others labelled at once without a
status (`pseudo`), and all true labels; these are never rolled back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt

from arena import plugins
from arena.jobs.types import Desk
from arena.plugins import Choice
from arena.types import Reject
from training import composing
from training import rows as files
from training.composing import Compound
from training.errors import TooFew
from training.rewards import measure, status
from training.rewards.status import Numbers
from training.stages import course, loading
from training.stages.types import Result, Training
from training.types import PairRow, PromptRow

KIND = "pair"
VERSION = 2
PARTS = ("reward",)
ALONE = True
MAKES = "reward"
REWARDS = "training.rewards"
_AT_ONCE = 128
"""Pairs that are scored between two looks at whether to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Training):
    """Settings; defaults are that work's (its LoRA has alpha 32)."""

    epochs: float = 2.0
    """Passes over the rows, in every loop."""
    lr: float = 2e-5
    """Highest learning rate."""
    lora: int = 8
    """Rank of the adapter that is trained; 0: all weights."""
    way: Literal["evolved", "pseudo", "seed", "all"] = "evolved"
    """Self-evolved, or a baseline: plain pseudo-labels, the seed's labels alone, all true labels."""
    seed_share: Annotated[float, Gt(0), Le(1)] = 0.15
    """Share of the prompts whose pairs keep their labels."""
    holdout: Annotated[float, Gt(0), Lt(1)] = 0.1
    """Share of the prompts whose pairs teach nothing: half of them are watched for falls, half measure."""
    loops: Annotated[int, Ge(1)] = 3
    """Loops of self-labelling at most."""
    high: Annotated[float, Ge(0.5), Lt(1)] = 0.55
    """Status 1: p of the better answer is above this,"""
    low: Annotated[float, Gt(0), Le(0.5)] = 0.45
    """and p of the other below this."""
    apart: Annotated[float, Gt(0), Lt(1)] = 0.3
    """Status 2: least difference of the two p. Numbers of `head: words` are centred for each pair: there it
    takes nothing that status 1 does not."""
    scale: Annotated[float, Gt(0)] = 1.0
    """What numbers are multiplied with before p is made of them: likelihoods are far apart by themselves."""
    enough: Annotated[int, Ge(1)] = 600
    """Pairs that a status must yield to be used."""
    fall: Annotated[float, Ge(0), Le(1)] = 0.0
    """How far the watched accuracy may fall in a loop before it is rolled back."""
    again: Literal["start", "previous"] = "start"
    """Where each loop's training starts: at the start model, or at the model before."""
    loss: Literal["logistic", "hinge"] = "hinge"
    """Hinge in that work, logistic in its authors' code."""
    head: Literal["score", "words"] = "score"
    """Where the number comes from: a head of its own, or the log-likelihood of the answer."""
    margin: Annotated[float, Ge(0)] = 0.0
    """How far apart a labelled pair's numbers should be per point of the judge's gap; 0: no margin."""
    center: Annotated[float, Ge(0)] = 0.01
    """Pull of all numbers towards zero (`head: score`): what makes p = 0.5 the middle."""
    chat_template: str = ""
    """For a model without one: `plain`, `vicuna`, or a file; empty: the model's own."""


POCKET = Config(
    epochs=2, lr=2e-4, lora=0, batch=32, micro=32, max_length=256, enough=100, head="words", loss="logistic",
    scale=0.05, fall=0.02,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loop:
    """What a loop took: ids of pairs, those turned round, and what came of it."""

    number: int
    status: int
    """1 or 2; 0: no status was asked."""
    taken: tuple[str, ...]
    turned: tuple[str, ...]
    """Those of the taken whose label is the other way round than the truth."""
    figures: dict[str, float] = field(default_factory=dict)


def train(config: Config, rows: Path, start: Path, out: Path, desk: Desk) -> Result:
    """Trains a reward model from `start` on the pairs of `rows` and writes it to `out`.

    Raises:
        ArenaError: what went wrong, in one line.
    """
    plan = course.begin("ser", config, rows, start, out, desk, version=VERSION)
    if (done := course.finished(plan)) is not None:
        return done
    loading.quiet()
    read = list(files.read(rows, "pair"))
    pairs = named([row for row in read if isinstance(row, PairRow) and row.chosen != row.rejected])
    evolution = Evolution(config, start, Compound(plan), pairs)
    course.enough(plan, len(evolution.labelled), len(read), "the others are unlabelled or held out")
    if not evolution.held or not evolution.watched:
        raise TooFew(f"ser: no pair of {len(pairs)} is held out: raise holdout ({config.holdout:g})")
    if rejected := sum(isinstance(row, Reject) for row in read):
        evolution.whole.note(f"{rejected} of {len(read)} entries hold no such row and were left out")
    return evolution.run()


def named(pairs: Sequence[PairRow]) -> list[PairRow]:
    """The pairs, each with an id of its own: files may give one id to several."""
    seen = Counter[str]()
    told = []
    for row in pairs:
        seen[row.id] += 1
        told.append(row if seen[row.id] == 1 else replace(row, id=f"{row.id} ({seen[row.id]})"))
    return told


class Evolution:
    """The pairs in their parts, the models and the loops."""

    def __init__(self, config: Config, start: Path, whole: Compound, pairs: Sequence[PairRow]) -> None:
        self.config, self.start, self.whole = config, start, whole
        share = 1.0 if config.way == "all" else config.seed_share
        out = {row.prompt: measure.held_out(row.prompt, config.seed, config.holdout) for row in pairs}
        own = {row.prompt: measure.held_out(row.prompt, config.seed, share, "seed") for row in pairs}
        half = {prompt: measure.held_out(prompt, config.seed, 0.5, "watched") for prompt in out}
        self.watched = [row for row in pairs if out[row.prompt] and half[row.prompt]]
        self.held = [row for row in pairs if out[row.prompt] and not half[row.prompt]]
        self.labelled = [row for row in pairs if not out[row.prompt] and own[row.prompt]]
        self.others = [row for row in pairs if not out[row.prompt] and not own[row.prompt]]
        self.figures: dict[str, float] = {}

    def run(self) -> Result:
        """The first model, the loops, the result."""
        config, whole = self.config, self.whole
        whole.note(
            f"{len(self.labelled)} labelled pairs, {len(self.others)} without a label, "
            f"{len(self.watched)} watched, {len(self.held)} held out"
        )
        model = self._trained(0, [], self.start)
        best = self._measured(0, model)
        taken: list[Loop] = []
        learnt = len(self.labelled)
        loops = {"evolved": config.loops, "pseudo": 1}.get(config.way, 0)
        for number in range(1, loops + 1):
            loop = self._labelled(number, model, taken)
            if loop is None:
                whole.note(f"loop {number}: too few pairs of which the model is sure; it ends here")
                break
            taken.append(loop)
            self._tell(number, loop.figures)
            new = self._trained(number, taken, self.start if config.again == "start" else model)
            now = self._measured(number, new)
            if config.way == "evolved" and now < best - config.fall:
                whole.note(f"loop {number}: watched accuracy fell from {best:.1%} to {now:.1%}; rolled back")
                self.figures["rolled_back"] = float(number)
                break
            model, best = new, max(best, now)
            learnt += len(loop.taken)
        numbers = self._numbers(model, self.held)
        final = measure.accuracies(self.held, [(one.chosen, one.rejected) for one in numbers])
        return whole.publish(model, learnt, {**self.figures, **final, "loops": float(len(taken))})

    def _trained(self, number: int, taken: Sequence[Loop], start: Path) -> Path:
        """The model of a loop: on the labelled pairs and all that were taken, as they were labelled."""
        name = f"loop-{number}"
        path = self.whole.work / f"{name}.jsonl"
        if not path.is_file():
            turned = {each for loop in taken for each in loop.turned}
            kept = {each for loop in taken for each in loop.taken}
            made = [status.relabelled(row, row.id in turned) for row in self.others if row.id in kept]
            files.write(path, [*self.labelled, *made])
        settings = composing.settings("reward", self.config, holdout=0.0, held=None)
        return self.whole.part(name, "reward", settings, path, start).folder

    def _labelled(self, number: int, model: Path, taken: Sequence[Loop]) -> Loop | None:
        """What the model is sure of among what is left, once; None where that is too little."""
        name = f"labels-{number}.json"
        if (told := self.whole.kept(name)) is not None:
            return Loop(**{**told, "taken": tuple(told["taken"]), "turned": tuple(told["turned"])})
        known = {each for loop in taken for each in loop.taken}
        left = [row for row in self.others if row.id not in known]
        numbers = self._numbers(model, left)
        which, sure = self._sure(left, numbers)
        if not sure:
            return None
        turned = [at for at in sure if numbers[at].chosen < numbers[at].rejected]
        right = [float(at not in set(turned)) for at in sure]
        loop = Loop(number, which, tuple(left[at].id for at in sure), tuple(left[at].id for at in turned))
        before = [float(each not in set(one.turned)) for one in taken for each in one.taken]
        asked = {row.id: row.prompt for row in self.others}
        prompts = [asked[each] for one in (*taken, loop) for each in one.taken]
        figures = {
            "status": float(which),
            "left": float(len(left)),
            **measure.share("self_label", right, [left[at].prompt for at in sure]),
            **measure.share("self_label_all", [*before, *right], prompts),
        }
        loop = Loop(loop.number, loop.status, loop.taken, loop.turned, figures)
        self.whole.keep(name, asdict(loop))
        return loop

    def _sure(self, left: Sequence[PairRow], numbers: Sequence[Numbers]) -> tuple[int, list[int]]:
        """(status, places of the pairs that it takes)."""
        config = self.config
        if config.way == "pseudo":
            return 0, [at for at, one in enumerate(numbers) if one.chosen != one.rejected]
        centred = [status.centred(one, config.scale, own=config.head == "words") for one in numbers]
        for which, rule in ((1, status.Apart(config.high, config.low)), (2, status.Differ(config.apart))):
            sure = [at for at, one in enumerate(centred) if rule.sure(one)]
            if len(sure) >= min(config.enough, len(left)) and sure:
                return which, sure
        return 0, []

    def _measured(self, number: int, model: Path) -> float:
        """Watched accuracy of a loop's model; that on what is held out is told and decides nothing."""
        found: dict[str, float] = {}
        for name, rows in (("watched", self.watched), ("held_out", self.held)):
            hits = [float(one.chosen > one.rejected) for one in self._numbers(model, rows)]
            found |= measure.share(name, hits, [row.prompt for row in rows])
        self._tell(number, found)
        return found["watched/accuracy"]

    def _numbers(self, model: Path, rows: Sequence[PairRow]) -> list[Numbers]:
        """The model's numbers of both sides of each pair."""
        reward: Any = self._reward(model) if rows else None
        found: list[Numbers] = []
        for at in range(0, len(rows), _AT_ONCE):
            self.whole.plan.desk.check()
            part = rows[at : at + _AT_ONCE]
            talks = [(row, side) for row in part for side in (row.chosen, row.rejected)]
            numbers = reward.score([_asked(row, side) for row, side in talks], [s[-1] for _, s in talks])
            found += [Numbers(a, b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        return found

    def _reward(self, model: Path) -> Any:
        name = "likelihood" if self.config.head == "words" else "classifier"
        more: dict[str, Any] = {"least": 1e9} if self.config.head == "words" else {}
        options = plugins.config(REWARDS, Choice(name, {"model": str(model), **more}))
        return plugins.load(REWARDS, name).open(options)

    def _tell(self, number: int, figures: dict[str, float]) -> None:
        """A loop's figures as curves over the loops, and into the result."""
        for name, value in figures.items():
            self.whole.plan.desk.figure(f"ser/{name}", number, value, "ser")
            self.figures[f"loop_{number}/{name}"] = value


def _asked(row: PairRow, side: tuple[str, ...]) -> PromptRow:
    return PromptRow(row.id, row.prompt, row.turns, side[:-1], system=row.system, natural=row.natural)
