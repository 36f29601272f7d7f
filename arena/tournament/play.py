"""Plays a tournament: pairing -> answers -> games -> outcomes, told as units of facts.

Answers and games are done in lanes beside each other, a little ahead of what is told. Started again with the
facts that were kept, it goes on where it was: ids come from content, so what is there is not done again, and
a unit that was cut short is asked again whole where the engine is exact. Writes nothing but scratch; leaves
out where facts go.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Event

from arena import plugins
from arena.pairing.types import Plan
from arena.tournament import answering, judging, parting, users
from arena.tournament.config import Tournament
from arena.tournament.control import Canaries
from arena.tournament.crew import JUDGES
from arena.tournament.facts import Failure, Unit
from arena.tournament.hands import Hands, Here
from arena.tournament.judging import Bout, Court
from arena.tournament.lanes import Done, Lane, collect
from arena.tournament.ledger import Ledger
from arena.tournament.outcomes import Outcomes
from arena.tournament.planning import Planner, Round
from arena.tournament.ray.pool import Pool
from arena.tournament.reading import Reader, field_of
from arena.tournament.tasks import Answering, Found, Judging
from arena.types import Fact

PAIRING = "arena.pairing"

_WAIT, _END = 0.2, 5.0
"""Seconds between looks for a stop, and at most for the lanes to end."""

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """What surrounds a tournament and decides nothing of who wins."""

    scratch: Path
    """Folder for scratch files; those of an earlier start are overwritten."""
    run: str | None = None
    """Id of the run, for the battles."""
    when: datetime | None = None
    """When the run was made, for the battles: the same after a resume."""
    past: Iterable[Fact] = ()
    """The facts that this run told before it was stopped: not told again."""
    given: Iterable[Fact] = ()
    """Responses known from elsewhere (a panel's): told, but not asked for."""
    attempt: int = 0
    """How often a person asked for the failed rows again: they are drawn anew."""
    check: Check = field(default=lambda: None)
    """Called every moment; what it raises ends the tournament."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What a piece of work gave: a unit of answers by its number, or a unit of games."""

    unit: int | None
    facts: tuple[Fact, ...]
    rows: int
    failures: tuple[Failure, ...] = ()


def play(config: Tournament, scene: Scene) -> Iterator[Unit]:
    """Everything that happens, unit by unit. Closing the generator stops it within seconds.

    Raises:
        ArenaError: a backend or the judge cannot work at all; what was done by then was told.
    """
    game = _Play(config, scene)
    try:
        yield from game.run()
    finally:
        game.close()


def _hands(config: Tournament, out: "Queue[Done[_Result]]", halt: Event) -> Hands[_Result]:
    return Pool(config, out, halt) if config.executor == "ray" else Here(config, out, halt)


class _Play:
    """One tournament being played. All but the work in the lanes happens in the thread that iterates."""

    def __init__(self, config: Tournament, scene: Scene) -> None:
        self._config, self._scene = config, scene
        who = tuple(answering.who(model, config.seed) for model in config.models)
        judge = plugins.load(JUDGES, config.judge.name).identity(plugins.config(JUDGES, config.judge))
        self._court = Court(config, judge, scene.run, scene.when, scene.attempt)
        self._ledger = Ledger(scene.scratch / "tournament.sqlite")
        self._planner = Planner(config, who, self._ledger)
        self._halt = Event()
        self._out: Queue[Done[_Result]] = Queue()
        self._hands = _hands(config, self._out, self._halt)
        self._lanes: dict[str, Lane[_Result]] = {}
        self._waiting: dict[str, deque[int]] = {}
        self._finished: set[int] = set()
        self._next = 0
        self._needs: tuple[int, frozenset[int]] = (-1, frozenset())
        self._answers = self._games = self._extra = self._planned = 0
        self._canaries = Canaries(self._court, self._ledger)

    def run(self) -> Iterator[Unit]:
        """Everything, round by round."""
        for facts, own in ((self._scene.given, False), (self._scene.past, True)):
            for _ in self._ledger.recall(facts, own=own, keep=users.made):
                self._scene.check()
        options = plugins.config(PAIRING, self._config.pairing)
        reader = Reader(self._config, self._ledger, self._scene.check)
        yield from reader.units()
        chosen = parting.drawn(self._config, field_of(self._config, reader.entries))
        pairing = plugins.load(PAIRING, self._config.pairing.name)
        plan: Plan = pairing.open(options, chosen)
        watch = parting.Watch(self._config, len(chosen.prompts))
        self._planned = int(pairing.estimate(options, chosen)) if self._config.separate else 0
        for pairs in plan.rounds():
            first = self._planner.pairs
            for part in watch.parts(pairs):
                this = self._planner.spool(part, self._scene.check)
                yield from self._round(this)
                watch.see(Outcomes(this.pairs, self._court, self._ledger))
            if watch.apart is not None:
                break
            plan.settle(Outcomes(range(first, self._planner.pairs), self._court, self._ledger))
        notes = (*self._hands.notes(), *self._canaries.notes(), *watch.note(self._planned))
        self._planned = 0
        yield Unit("games", (), self._games, self._total(), notes=notes)

    def _round(self, this: Round) -> Iterator[Unit]:
        order = sorted(this.units, key=lambda unit: (self._planner.models[unit], unit))
        for unit in order if self._hands.alone else this.units:
            lane = self._hands.lanes[self._planner.models[unit]]
            self._waiting.setdefault(lane, deque()).append(unit)
        self._next = this.pairs.start
        self._canaries.choose(this.pairs)
        while self._feed(this) or any(lane.held for lane in self._lanes.values()):
            self._scene.check()
            self._hands.tend()
            done = collect(self._out, _WAIT)
            if done is not None:
                yield self._told(done)

    def _feed(self, this: Round) -> bool:
        """Gives work to lanes that take it; whether more is waiting."""
        for name, units in self._waiting.items():
            lane = self._lane(name)
            while units and lane.free:
                self._answer(lane, units.popleft())
        judge = self._lane(self._hands.judge_lane)
        while self._next < this.pairs.stop and judge.free and self._ready(this):
            self._judge(judge, this)
        if judge.free and (bout := self._canaries.bout(self._next)):
            self._extra += bout.expected
            self._give(judge, bout)
        return self._next < this.pairs.stop or self._canaries.waiting or any(self._waiting.values())

    def _lane(self, name: str) -> Lane[_Result]:
        if name not in self._lanes:
            self._lanes[name] = self._hands.lane(name)
        return self._lanes[name]

    # Answers

    def _answer(self, lane: Lane[_Result], number: int) -> None:
        asked = self._ledger.unit(number)
        read = {row.prompt: self._ledger.prompt(row.prompt) for row in asked}
        told: list[Fact] = []
        for prompt, references in read.values():
            told += (prompt, *references)
        before = tuple(told)
        rows = [answering.Row(row.id, read[row.prompt][0], row.sample) for row in asked]
        there = [self._ledger.response(row.id) for row in rows]
        missing = [row for row, text in zip(rows, there, strict=True) if text is None]
        if missing:
            task = Answering(self._planner.models[number], tuple(rows), tuple(missing), self._scene.attempt)
            lane.give(task, partial(self._answered, number, before, task))
        else:
            texts = tuple(text for text in there if text is not None)
            lane.pass_on(_Result(number, before + texts, len(rows)))

    def _answered(self, number: int, before: tuple[Fact, ...], task: Answering, found: Found) -> _Result:
        """What a unit of answers came to."""
        name, wanted = self._config.models[task.model].name, {row.id for row in task.missing}
        failed = tuple(
            Failure(answered.response.status, f"{name}: {answered.error or 'max_tokens reached'}")
            for answered in found.answers
            if answered.response.status != "ok" and answered.response.id in wanted
        )
        facts = before + tuple(answered.response for answered in found.answers)
        return _Result(number, facts, len(task.rows), failed)

    # Games

    def _ready(self, this: Round) -> bool:
        """Whether the answers of the next unit of battles are there."""
        if (
            self._hands.alone
            and self._hands.judge_lane == "here"
            and not self._finished.issuperset(this.units)
        ):
            return False
        if self._needs[0] != self._next:
            pairs = self._ledger.pairs(self._next, self._end(this))
            names = {name for pair in pairs for name in (pair.answer_a, pair.answer_b)}
            self._needs = (self._next, frozenset(map(self._ledger.unit_of, names)))
        return self._finished.issuperset(self._needs[1])

    def _end(self, this: Round) -> int:
        return min(self._next + max(1, self._config.unit // self._config.games), this.pairs.stop)

    def _judge(self, lane: Lane[_Result], this: Round) -> None:
        bout = self._court.bout(self._ledger.pairs(self._next, self._end(this)), self._ledger)
        self._next = self._end(this)
        self._give(lane, bout)

    def _give(self, lane: Lane[_Result], bout: Bout) -> None:
        if bout.missing:
            lane.give(Judging(bout.games, bout.missing), partial(self._judged, bout))
        else:
            lane.pass_on(_Result(None, bout.facts, bout.expected))

    def _judged(self, bout: Bout, found: Found) -> _Result:
        """What a unit of games came to."""
        wanted = {game.id for game in bout.missing}
        failed = judging.failures([verdict for verdict in found.verdicts if verdict.id in wanted])
        return _Result(None, bout.facts + found.verdicts, bout.expected, failed)

    # Telling

    def _told(self, done: Done[_Result]) -> Unit:
        if done.error is not None:
            raise done.error
        result = done.result
        if result is None:
            raise RuntimeError("a lane gave neither a result nor an error")
        facts, notes = self._ledger.fresh(result.facts), self._hands.notes()
        if result.unit is None:
            self._games += result.rows
            return Unit("games", facts, self._games, self._total(), result.failures, notes)
        self._finished.add(result.unit)
        self._answers += result.rows
        return Unit("answers", facts, self._answers, self._planner.answers, result.failures, notes)

    def _total(self) -> int:
        return max(self._planner.pairs, self._planned) * self._config.games + self._extra

    def close(self) -> None:
        """Stops the lanes and lets go of everything."""
        self._halt.set()
        self._hands.close(_END)
        self._ledger.close()
