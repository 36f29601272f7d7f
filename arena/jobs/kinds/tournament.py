"""A tournament: models answer prompts, a judge decides both games of each battle, a plan says who meets whom.

Stopped or killed, it goes on where it was; nothing is answered or judged twice. Leaves out the ranking, which
the board does at once of whatever is there.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from arena import plugins
from arena.jobs import catalog, facts
from arena.jobs.folder import RunFolder
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from arena.tournament import answering, cost, crew, panel, parting, preflight
from arena.tournament.config import Tournament
from arena.tournament.facts import Unit
from arena.tournament.play import Scene, play
from arena.tournament.users import USERS
from arena.types import Fact, Response

Config = Tournament
VERSION = 1


def title(config: Tournament) -> str:
    """For people."""
    return config.about.get("title") or f"{config.board}: {len(config.models)} models"


def check(config: Tournament) -> tuple[Finding, ...]:
    """Everything that can be known to go wrong."""
    return preflight.check(config)


def plan(config: Tournament) -> tuple[Cost, ...]:
    """What it would play and cost."""
    return tuple(Cost(line.what, line.value, line.unit, line.note) for line in cost.estimate(config))


def identity(config: Tournament) -> str:
    """What decides the facts: settings without words for people, and what models, judge, prompts, users hold.

    A model is what it answers with, not the folder where that lies: moved, or copied, it is the same. So is a
    tournament on one machine or on many. The stop rule counts where there is one.
    """
    bare = tuple(replace(model, backend=Choice(model.backend.name)) for model in config.models)
    told = catalog.plain(replace(config, about={}, models=bare))
    silent = {"executor", "ray"} | (set() if config.separate else {"separate", "level"})
    settings = catalog.ordered({name: value for name, value in told.items() if name not in silent})
    held = [answering.who(model, config.seed) for model in config.models]
    for package, choice in (("arena.judges", config.judge), ("arena.prompts", config.prompts)):
        held.append(_held(package, choice))
    plan = getattr(plugins.load("arena.pairing", config.pairing.name), "VERSION", None)
    held += [_held(USERS, user) for user in config.users]
    rules = [f"pairing {plan}"] if plan else []
    rules += [f"stop {parting.VERSION}"] if config.separate else []
    return key("tournament", settings, *held, *rules)


def _held(package: str, choice: Choice) -> str:
    found: str = plugins.load(package, choice.name).identity(plugins.config(package, choice))
    return found


def gpu(config: Tournament) -> bool:
    """Whether anything works on this machine: servers hold their own, and Ray a cluster's."""
    if config.executor == "ray" and config.ray.address != "local":
        return False
    return any(place != "elsewhere" for place in crew.places(config))


def reuses(config: Tournament) -> tuple[str, ...]:
    """All contestants: their answers to the same prompts under the same settings are asked once."""
    return tuple(model.name for model in config.models)


@dataclass(slots=True)
class _Count:
    """What was told, for the last note."""

    failed: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)

    def note(self) -> str:
        """One line."""
        told = [f"{done:,} {step}" for step, (done, _) in sorted(self.rows.items())]
        failed = [f"{number:,} {kind}" for kind, number in sorted(self.failed.items())]
        return f"played: {', '.join(told) or 'nothing'}; failed: {', '.join(failed) or 'none'}"


def run(config: Tournament, desk: Desk) -> None:
    """Plays it and appends every unit."""
    spec = RunFolder(desk.folder).spec()
    scene = Scene(
        scratch=desk.folder / "work",
        run=desk.folder.name,
        when=datetime.fromisoformat(spec.created),
        past=chain(desk.facts(), _cut(config, desk)),
        given=chain(panel.given(config), facts.known(desk.inputs / "known.jsonl")),
        attempt=desk.attempt,
        check=desk.check,
    )
    desk.note(title(config))
    count = _Count()
    for unit in play(config, scene):
        desk.append(unit.facts)
        _tell(unit, desk, count)
        desk.check()
    desk.note(count.note())


def _cut(config: Tournament, desk: Desk) -> Iterator[Fact]:
    """Of what a person asks for again: the answers that were judged as they stand."""
    if desk.attempt and config.truncated == "judge":
        yield from answering.cut(fact for _, fact in facts.read(desk.folder / "outputs"))


def _tell(unit: Unit, desk: Desk, count: _Count) -> None:
    if unit.step not in count.rows:
        desk.step(unit.step, unit.total)
    for note in unit.notes:
        desk.note(note, unit.step)
    count.rows[unit.step] = (unit.done, unit.total)
    desk.progress(unit.step, unit.done, unit.total)
    for failure in unit.failures:
        count.failed[failure.kind] += 1
        desk.failure(failure.kind, failure.text, unit.step)
    if unit.step == "answers" and (sample := _sample(unit)):
        count.shown += 1
        if count.shown % 10 == 1:
            desk.sample(sample, "answers")


def _sample(unit: Unit) -> str:
    """An answer to look at while it plays."""
    for fact in unit.facts:
        if isinstance(fact, Response) and fact.turns:
            return f"{fact.model}: {fact.turns[-1][:400]}"
    return ""
