"""The loop, read top to bottom: fight, select, train, rate on the panel, decide; next stage, next round.

Every step is done once and found done after a stop or a kill; what a step came to is read from its files,
so a resumed run takes the same way. Leaves out what the steps do (`child`, `fights`, `rows`) and the
verdict's rule (`gate`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from arena import models, plugins
from arena.errors import ArenaError, NotFound
from arena.jobs.events import Follower
from arena.jobs.folder import RunFolder
from arena.jobs.types import Desk
from arena.tournament import crew
from arena.tournament.config import Contestant
from training import roles
from training.flywheel import child, fights, report, rows, standing
from training.flywheel.config import Blend, Config, StagePlan
from training.flywheel.gate import Compared, Decision, decide
from training.flywheel.report import Report, StageReport, Version
from training.flywheel.rows import Fought
from training.flywheel.standing import Bout
from training.types import Preview

MODEL = "outputs/model"
"""Where a stage's step leaves its model."""

ANEW = 2
"""Version of what a flywheel does whose later iterations train the first model anew."""
_PAIRS = 30
"""Held-out pairs of the target's own answers from which a reward model is gated by them alone."""


@dataclass(frozen=True, slots=True)
class Target:
    """A version of the target."""

    name: str
    model: str
    """Reference of its directory."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a stage's step left."""

    folder: Path
    figures: Mapping[str, float]
    rewards: tuple[float, float] | None
    words: bool
    """Of a reward model: whether its numbers are likelihoods."""


class Loop:
    """One flywheel run."""

    def __init__(self, config: Config, desk: Desk) -> None:
        self.config, self.desk = config, desk
        self.bans = rows.bans(config)
        self.fought: dict[str, list[Fought]] = {}
        self.panels: list[RunFolder] = []
        self.bouts: dict[str, Bout] = {}
        self.gates: list[RunFolder] = []
        self.reward, self.scorer = "", "classifier"
        self.seconds: dict[str, float] = {}
        self.origins: dict[str, str] = {}
        self.counted: set[str] = set()
        self.target = Target(f"{config.name}-i0", models.place(config.start))
        self.report = Report(config.name, warnings=tuple(fights.warned(config).values()))

    def run(self) -> Report:
        """All iterations."""
        config, total = self.config, self.config.iterations * len(self.config.stages)
        self.desk.step("stages", total)
        self._rate(self.target, 0, "start")
        self.report = replace(self.report, current=self.target.name)
        done = 0
        for iteration in range(1, config.iterations + 1):
            for plan in config.stages:
                self.seconds, self.origins = {}, {}
                found = self._stage(iteration, plan)
                self._tell(replace(found, seconds=dict(self.seconds), origins=dict(self.origins)))
                done += 1
                self.desk.progress("stages", done, total)
        self.report = replace(self.report, verdict=self._verdict())
        self._tell(None)
        self.desk.note(self.report.verdict)
        return self.report

    # One stage

    def _stage(self, iteration: int, plan: StagePlan) -> StageReport:
        step = f"i{iteration}-{plan.stage}"
        if roles.wants_reward(plan.stage, plan.options) and not self.reward:
            return StageReport(iteration, plan.stage, "gated", "there is no reward model to learn from")
        chosen = self._rows(step, iteration, plan)
        if not chosen.kept:
            return StageReport(iteration, plan.stage, "empty", chosen.verdict, rows=chosen)
        trained = self._train(step, iteration, plan)
        base = StageReport(
            iteration, plan.stage, "ready", "", str(trained.folder), chosen, dict(trained.figures)
        )
        if roles.makes_reward(plan.stage):
            return self._rewarded(plan, base, trained)
        new = Target(f"{self.config.name}-{step}", str(trained.folder))
        self._rate(new, iteration, plan.stage)
        decision = self._decide(step, new, trained)
        fate: report.Fate = "taken" if decision.taken else "kept"
        if decision.taken:
            self.target = new
            self.report = replace(self.report, current=new.name)
        return replace(base, fate=fate, verdict=decision.reason, decision=decision, version=new.name)

    def _rows(self, step: str, iteration: int, plan: StagePlan) -> Preview:
        """Battles on the stage's part, then its rows."""
        config, folder = self.config, self.desk.folder / "outputs" / "rows" / step
        parts = max(one.part for one in config.stages)
        part = parts * (iteration - 1) + plan.part
        run = self._battles(iteration, part, config.samples(plan.part))
        fought = self.fought.setdefault(plan.stage, [])
        fought.append(Fought(run, self.target.name, self.target.model))
        if not config.cumulative:
            del fought[:-1]
        if not (folder / rows.ROWS).exists():
            self.desk.note(f"{step}: choosing rows from part {part}")
            rows.select(config, plan, iteration, fought, self.bans, folder, check=self.desk.check)
        told = json.loads((folder / rows.PREVIEW).read_text("utf-8"))
        preview = Preview(**told)
        self.desk.note(f"{step}: {preview.verdict}")
        return preview

    def _battles(self, iteration: int, part: int, samples: int) -> RunFolder:
        target = fights.contestant(self.config, self.target.name, self.target.model)
        name = f"i{iteration}-battles-{part}" + (f"x{samples}" if samples > 1 else "")
        return self._fight("battles", name, fights.on_part(self.config, target, part, samples))

    def _train(self, step: str, iteration: int, plan: StagePlan) -> Trained:
        source = self.desk.folder / "outputs" / "rows" / step / rows.ROWS
        config = {
            "stage": {"name": plan.stage, "options": self._options(plan)},
            "rows": str(source),
            "start": self._start(iteration, plan),
            "name": f"{self.config.name}-{step}",
            "preset": "pocket" if plan.values == "pocket" else "",
        }
        run = child.run(self.desk, f"{step}-train", "stage", config)
        self._count("training", run)
        folder = run.path / MODEL
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        curve = _curve(run, "reward")
        for name, points in _curves(run).items():
            for x, y in points:
                self.desk.figure(name, x, y, step)
        words = manifest["config"].get("head") == "words"
        if plan.blend is not None:
            folder = self._blended(step, plan.blend, folder)
        return Trained(folder, manifest["figures"], (curve[0], curve[-1]) if curve else None, words)

    def _blended(self, step: str, blend: Blend, new: Path) -> Path:
        """What is made of the old model and the new one."""
        pair = [self.target.model, str(new)] if blend.way == "ema" else [str(new), self.target.model]
        config = {"start": pair[0], "others": pair[1:], "way": blend.way, "amount": blend.amount,
                  "name": f"{self.config.name}-{step}"}  # fmt: skip
        return child.run(self.desk, f"{step}-merge", "merge", config).path / MODEL

    def _options(self, plan: StagePlan) -> dict[str, Any]:
        """The stage's settings, with the models it needs of this run filled in."""
        given = {"seed": self.config.seed, **plan.options}
        if roles.wants_reward(plan.stage, given):
            given["reward"] = {"name": self.scorer, "options": {"model": self.reward}}
        if plan.stage == "dpo" and given.get("reference") == "initial" and not given.get("reference_model"):
            given["reference_model"] = models.place(self.config.start)
        return given

    def _start(self, iteration: int, plan: StagePlan) -> str:
        """What a stage trains: the target, or for a reward model the strongest opponent on this machine.

        A later SFT may train the first model anew; who fights, and is held against it, is the target still.
        """
        if plan.stage == "sft" and iteration > 1 and self.config.sft_from == "start":
            return models.place(self.config.start)
        if plan.start == "target":
            return self.target.model
        local = {one.name: place for one in self.config.opponents if (place := _local(one))}
        order = [one.name for one in self.report.opponents if one.name in local]
        return local[order[0]] if order else self.target.model

    def _rewarded(self, plan: StagePlan, base: StageReport, trained: Trained) -> StageReport:
        """A reward model is used where it tells the target's own answers apart well enough."""
        count = int(trained.figures.get("held_out/own/n", 0))
        group = "own" if count >= _PAIRS else "all"
        seen = trained.figures.get(f"held_out/{group}/accuracy")
        if group == "all":
            count = int(trained.figures.get("held_out/all/n", 0))
        whose = f"{count} pairs of the target's own answers" if group == "own" else f"{count} held-out pairs"
        if seen is None or seen < plan.least_accuracy:
            self.reward = ""
            told = "not known" if seen is None else f"{seen:.1%}"
            reason = f"right on {told} of {whose}, {plan.least_accuracy:.0%} are asked for: not learnt from"
            return replace(base, fate="gated", verdict=reason)
        self.reward = str(trained.folder)
        self.scorer = "likelihood" if trained.words else "classifier"
        return replace(base, fate="ready", verdict=f"right on {seen:.1%} of {whose}")

    # Rating and deciding

    def _rate(self, target: Target, iteration: int, stage: str) -> None:
        """Plays the panel and puts the version into the report, with everybody's new ratings."""
        config, first = self.config, not self.panels
        name = f"i{iteration}-{stage}-panel"
        tournament = fights.on_panel(
            config, fights.contestant(config, target.name, target.model), first=first
        )
        there = tuple(self.panels)
        opponents = frozenset(one.name for one in config.opponents)
        run = self._fight("panel", name, tournament, there, opponents)
        self.panels.append(run)
        self.bouts |= {bout.battle: bout for bout in standing.bouts([run])}
        length = standing.lengths(run).get(target.name, standing.Length(0.0, 1.0))
        version = Version(
            target.name, target.model, iteration, stage, characters=length.characters, failed=length.failed,
            checks=self._checks(target, iteration, stage),
        )  # fmt: skip
        self.report = self._rated(self.report.with_version(version))
        now = self.report.version(target.name)
        if now.rating is not None:
            self.desk.figure("elo", len(self.report.versions) - 1, now.rating, "panel")
        self._tell(None)

    def _rated(self, told: Report) -> Report:
        """The report with ratings of all panel battles so far."""
        found = list(self.bouts.values())
        if not found:
            return told
        config = self.config
        ranked = {
            line.model: line for line in standing.ranking(found, config.anchor, config.anchor_value).ratings
        }
        names = [one.name for one in config.opponents]
        before = {version.name: _before(told, version.name) for version in told.versions}
        for version in told.versions:
            line = ranked.get(version.name)
            turned = standing.turned(found, version.name, before[version.name])
            shares = {name: standing.share(found, version.name, [name]) for name in names}
            told = told.with_version(
                replace(
                    version,
                    rating=line.value if line else None,
                    low=line.low if line else None,
                    high=line.high if line else None,
                    battles=line.battles if line else 0,
                    against={name: share for name, share in shares.items() if share is not None},
                    flipped=turned[0],
                    lost=turned[1],
                )
            )
        lines = [ranked[name] for name in names if name in ranked]
        best = sorted(lines, key=lambda line: -line.value)
        return replace(told, opponents=tuple(report.Opponent(x.model, x.value, x.low, x.high) for x in best))

    def _checks(self, target: Target, iteration: int, stage: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for check in self.config.checks:
            name = f"i{iteration}-{stage}-{check.name}"
            options = {"check": {"name": check.name, "options": dict(check.options)}, "model": target.model}
            run = child.run(self.desk, name, "check", options)
            self._count("checks", run)
            found |= json.loads((run.outputs / "figures.json").read_text("utf-8"))
        return found

    def _decide(self, step: str, new: Target, trained: Trained) -> Decision:
        """New against old."""
        config = self.config
        pair = [fights.contestant(config, one.name, one.model) for one in (new, self.target)]
        tournament = fights.on_gate(config, pair[0], pair[1])
        run = self._fight(
            "gate", f"{step}-gate", tournament, tuple(self.gates), frozenset([self.target.name])
        )
        self.gates.append(run)
        seen = standing.lengths(run)
        nothing = standing.Length(0.0, 1.0)
        found = standing.share(standing.bouts([run]), new.name, [self.target.name])
        lengths = seen.get(new.name, nothing), seen.get(self.target.name, nothing)
        return decide(config.gate, Compared(found, *lengths, reward=trained.rewards))

    def _fight(
        self,
        what: str,
        name: str,
        tournament: Any,
        there: tuple[RunFolder, ...] = (),
        whose: frozenset[str] = frozenset(),
    ) -> RunFolder:
        """A tournament as a step; answers of some models in earlier runs are taken over."""
        run = child.run(
            self.desk, name, "tournament", fights.plain(tournament),
            lambda inputs: _given(inputs, there, whose),
        )  # fmt: skip
        self._count(what, run)
        return run

    def _count(self, what: str, run: RunFolder) -> None:
        """What a step took, once, and who did it where it was taken over."""
        if run.id in self.counted:
            return
        self.counted.add(run.id)
        self.seconds[what] = self.seconds.get(what, 0.0) + child.seconds(run)
        if origin := child.origin(run):
            self.origins[what] = origin

    def _tell(self, stage: StageReport | None) -> None:
        if stage is not None:
            self.report = self.report.with_stage(stage)
            self.desk.note(f"i{stage.iteration}-{stage.stage}: {stage.fate}: {stage.verdict}")
        report.write(self.desk.folder / "outputs", self.report)

    def _verdict(self) -> str:
        """Did the model get better? In a sentence."""
        first, last = self.report.versions[0], self.report.version(self.report.current)
        if first.name == last.name:
            return f"{first.name} stays: no stage made a model that was taken"
        if first.rating is None or last.rating is None or last.low is None or first.high is None:
            return f"{last.name} is the new model; its rating is not known"
        gain = f"{first.rating:.0f} to {last.rating:.0f} on the panel"
        sure = last.low > first.high
        return f"{last.name} is {'better' if sure else 'not shown to be better'} than {first.name}: {gain}"


def _local(opponent: Contestant) -> str:
    """The directory of an opponent that works on this machine; a server's model may have a path, too."""
    told = str(opponent.backend.options.get("model", ""))
    if not told or crew.where(crew.BACKENDS, opponent.backend) == "elsewhere":
        return ""
    try:
        return told if Path(models.place(told)).is_dir() else ""
    except NotFound:
        return ""


def _given(inputs: Path, there: tuple[RunFolder, ...], whose: frozenset[str]) -> None:
    if there:
        fights.reused(inputs, there, whose)


def _before(told: Report, name: str) -> str:
    """The version that a version was made from: the last one before it that was taken."""
    taken = [one.version for one in told.stages if one.fate == "taken"]
    order = [version.name for version in told.versions]
    earlier = [one for one in order[: order.index(name)] if one in taken or one == order[0]]
    return earlier[-1] if earlier else ""


def _curves(run: RunFolder) -> dict[str, tuple[tuple[float, float], ...]]:
    return {figure.name: figure.points for figure in Follower(run.events).look().figures}


def _curve(run: RunFolder, name: str) -> list[float]:
    return [y for _, y in _curves(run).get(name, ())]


def run(config: Config, desk: Desk) -> Report:
    """A whole run.

    Raises:
        ArenaError: a step failed; what was done is kept and the run can be resumed.
        Stopped: somebody asked for it.
    """
    needed = config.iterations * max(plan.part for plan in config.stages)
    if len(config.parts) < needed:
        raise ArenaError(
            f"{config.iterations} iterations need {needed} data parts, there are {len(config.parts)}"
        )
    for plan in config.stages:
        plugins.load("training.stages", plan.stage)
    return Loop(config, desk).run()
