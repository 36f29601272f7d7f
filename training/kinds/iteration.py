"""The flywheel: battles, rows of what was lost, SFT, DPO, reward model, PPO, panel, verdict; and again.

Each step is a process of its own in `steps/`; what the run came to is `outputs/report.json`. Stopped or
killed, it goes on at the step where it was. Leaves out the loop itself (`training.flywheel.loop`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from arena import models, plugins
from arena.backends import folders
from arena.errors import ArenaError, BadRequest
from arena.jobs import catalog
from arena.jobs.folder import RunFolder
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from arena.settings import Settings
from arena.tournament import cost, preflight
from training import roles, versions
from training.flywheel import clashes, costs, fights, loop, rows
from training.flywheel import config as settings
from training.flywheel.config import StagePlan
from training.kinds import stage
from training.kinds.check import CHECKS

Config = settings.Config
VERSION = 1
_PLACES = frozenset({"executor", "ray"})
"""Fields that say where something is done."""
_COPIES = 8
"""Times a model's weights that a stage may need on disk: the model and two resume points with optimizers."""


def title(config: Config) -> str:
    """For people."""
    return config.about.get("title") or f"{config.name}: {config.iterations} iteration(s)"


def identity(config: Config) -> str:
    """Settings without words for people, and the algorithms' versions: mended ones make another run.

    Where its battles are fought changes none of their facts, so it is the same on one machine or on many.
    """
    settled = catalog.plain(replace(config, about={}))
    told = catalog.ordered({name: value for name, value in settled.items() if name not in _PLACES})
    used = [("training.stages", plan.stage) for plan in config.stages]
    used.append(("arena.pairing", config.pairing.name))
    own = (f"{name} {getattr(plugins.load(package, name), 'VERSION', 1)}" for package, name in used)
    further = [one for plan in config.stages for one in versions.parts("training.stages", plan.stage)]
    rules = {rule.name for plan in config.stages for rule in rows.rules(plan, 1, "target", 0).rules}
    further += [one for rule in sorted(rules) for one in versions.of("training.selection", rule)]
    if config.sft_from == "start" and config.iterations > 1:
        further.append(f"anew {loop.ANEW}")
    return key("iteration", told, *own, *further)


def check(config: Config) -> tuple[Finding, ...]:
    """Everything that can be known to go wrong before the first battle."""
    return tuple(_found(config))


def beside(config: Config, runs: Iterable[RunFolder]) -> tuple[Finding, ...]:
    """Other flywheels of that name: on boards nothing tells their models apart."""
    same = [run.id for run in runs if run.spec().config.get("name") == config.name]
    if not same:
        return ()
    more = f" and {len(same) - 1} more" if len(same) > 1 else ""
    text = (
        f"{config.name} is {same[0]}'s{more}, too: they share the boards {config.name}-battles, -panel and "
        f"-gate and the names of models on them; take another `name` to have them apart"
    )
    return (Finding("amber", "name", text),)


def _found(config: Config) -> Iterator[Finding]:
    try:
        yield from (Finding("amber", "judges", text) for text in fights.warned(config).values())
        yield _parts(config)
        yield from map(_stage, config.stages)
        yield from clashes.found(config)
        for check in config.checks:
            yield from _measured(check)
        yield _disk(config)
        if wrong := folders.mismatch(Path(models.place(config.start))):
            yield Finding("red", "start", wrong)
        first = fights.contestant(config, f"{config.name}-i0", config.start)
        part = preflight.check(fights.on_part(config, first, 1, 1))
        yield from (one for one in part if (one.subject, one.level) != ("disk", "green"))
        panel = preflight.check(fights.on_panel(config, first, first=True))
        more = [one for one in panel if one.level != "green" and one not in part]
        yield from (replace(one, subject=f"panel: {one.subject}") for one in more)
        yield from _shared(config)
    except ArenaError as error:
        yield Finding("red", "plan", str(error))


def _parts(config: Config) -> Finding:
    needed = config.iterations * max(plan.part for plan in config.stages)
    there = len(config.parts)
    if there < needed:
        return Finding("red", "data parts", f"{there}; {config.iterations} iteration(s) need {needed}")
    return Finding("green", "data parts", f"{there}, {needed} are used")


def _stage(plan: StagePlan) -> Finding:
    try:
        module = plugins.load("training.stages", plan.stage)
        base = plugins.chosen(module.POCKET).options if plan.values == "pocket" else {}
        options = {**base, **plan.options}
        made = plugins.config("training.stages", plugins.Choice(plan.stage, options))
        stage.fits(plan.stage, made)
        rows.rules(plan, 1, "target", 0)
        for rule in plan.rules:
            plugins.config("training.selection", rule)
        if plan.blend is not None and roles.makes_reward(plan.stage):
            raise BadRequest("a reward model is not of the target's kind: leave blend out")
    except ArenaError as error:
        return Finding("red", f"stage {plan.stage}", str(error))
    return Finding("green", f"stage {plan.stage}", f"learning rate {made.lr:g}, {plan.values} values")


def _measured(choice: Choice) -> Iterable[Finding]:
    options = plugins.config(CHECKS, choice)
    look = getattr(plugins.load(CHECKS, choice.name), "look", None)
    return look(options) if look else (Finding("green", f"check {choice.name}", "is there"),)


def _shared(config: Config) -> Iterator[Finding]:
    """What the nodes of a cluster must see: models that are trained have no other name than their folder."""
    if config.executor == "ray" and config.ray.address != "local":
        text = "models that are trained lie in the run's folder: every node must see it under the same path"
        yield Finding("amber", "shared folder", text)


def _disk(config: Config) -> Finding:
    folder = Path(models.place(config.start))
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors")) if folder.is_dir() else 0
    stages = config.iterations * len(config.stages)
    needed, free = (stages + _COPIES) * size, Settings().free
    if free < needed:
        return Finding("red", "disk", f"{free / 1e9:,.1f} GB free, about {needed / 1e9:,.1f} GB are needed")
    return Finding("green", "disk", f"{free / 1e9:,.1f} GB free, about {needed / 1e9:,.2f} GB are needed")


def plan(config: Config, *, probe: bool = True) -> tuple[Cost, ...]:
    """Battles, games, answers, tokens and minutes of all tournaments, disk, stages; minutes with `probe`."""
    first = fights.contestant(config, f"{config.name}-i0", config.start)
    each = max(one.part for one in config.stages)
    fought = {
        (each * i + one.part, config.samples(one.part))
        for i in range(config.iterations)
        for one in config.stages
    }
    trained = config.iterations * sum(not roles.makes_reward(one.stage) for one in config.stages)
    sums: dict[str, Cost] = {}
    for tournament, times in (
        (fights.on_panel(config, first, first=True), 1),  # first: how wide intervals will be is said of it
        *((fights.on_part(config, first, part, samples), 1) for part, samples in sorted(fought)),
        (fights.on_panel(config, first, first=False), trained),
        (fights.on_gate(config, replace(first, name="new"), first), trained),
    ):
        costs.add(sums, cost.estimate(tournament, probe=probe), times)
    stages = Cost("stages", config.iterations * len(config.stages), "", "training time is not in the minutes")
    return (*sums.values(), stages)


def gpu(config: Config) -> bool:
    """Training does."""
    return bool(config.stages)


def run(config: Config, desk: Desk) -> None:
    """The whole loop."""
    loop.run(config, desk)
