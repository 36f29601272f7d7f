"""Requests around runs: dry run, launch, list, one run, control; and the app's side of live runs.

What only looks at run folders (`Runner`) needs no database. `Running` has one: it launches, and while the app
runs it starts what is queued and takes facts in every second. Leaves out working (`arena.jobs.worker`).
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, BadRequest, NoRoom
from arena.jobs import catalog, control, facts, folder, plan
from arena.jobs.control import Verb
from arena.jobs.events import Follower, Summary
from arena.jobs.facts import Place
from arena.jobs.folder import RunFolder, Spec
from arena.jobs.launcher import Launcher
from arena.jobs.plan import Dry, Launched, Plan
from arena.jobs.types import State
from arena.settings import Settings
from arena.store import boards, lineage, runs
from arena.store.database import Database

LOG = 8000
"""Characters of the log's end that are told."""
_BEAT, _SHARE = 1.0, 5.0
"""Seconds between two looks at the runs, and how many times as long as a look took."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a plan would do and cost, and what is wrong with it."""

    kind: str
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Launch:
    """Start a plan, or find the run that is there already of it."""

    kind: str
    config: dict[str, Any]
    again: bool = False
    """A new run even where there is one of the same plan."""
    inputs: Mapping[str, Path] = field(default_factory=dict)
    """Files that the run is given, by name."""
    hold: bool = False
    """Make its folder and start nothing: another machine works in it."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Which runs there are."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, by its id or a part of it that no other has."""

    id: str


@dataclass(frozen=True, slots=True)
class Control:
    """Pause, resume, stop, cancel, ask failed rows again, remove."""

    id: str
    verb: Verb


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the list."""

    id: str
    kind: str
    title: str
    board: str | None
    state: State
    created: str
    """UTC, ISO 8601."""
    step: str
    """The step that it is at, or was last."""
    done: int
    total: int | None
    rate: float | None
    """Rows per second of late."""
    left: float | None
    """Seconds to the end of the step."""
    failed: int
    """Rows that went wrong."""
    error: str
    """Why the run failed, where it did."""
    trouble: str | None
    """Why its facts cannot be taken in; None where nothing is wrong, or nobody asked the database."""
    may: tuple[Verb, ...]
    """What can be done with it now."""


@dataclass(frozen=True, slots=True)
class RunFound:
    """Run's answer."""

    line: RunLine
    config: dict[str, Any]
    summary: Summary
    log: str
    """The end of what its process said."""
    pulse: float | None
    """Seconds since it last showed life."""
    battles: int | None
    """Battles on its board; None where there is no board, or nobody asked the database."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """Control's answer."""

    id: str
    verb: Verb
    state: State


Request = DryRun | Launch | Runs | Run | Control
Result = Dry | Launched | tuple[RunLine, ...] | RunFound | Controlled


class Runner:
    """Looks at run folders and speaks to their processes. Safe to use from several threads."""

    def __init__(self, settings: Settings, packages: tuple[str, ...] = catalog.PACKAGES) -> None:
        self.home, self.packages = settings.runs, packages
        self.launcher = Launcher(settings.runs, settings.jobs, packages)
        self.short = ""
        """Why no run's facts can be taken in just now: the disk is full."""
        self._followers: dict[str, Follower] = {}
        self._looking = threading.Lock()

    def dry(self, request: DryRun) -> Dry:
        """Looks at a plan."""
        return plan.dry(self.home, Plan(request.kind, request.config), self.packages)

    def all(self) -> tuple[RunLine, ...]:
        """All runs, newest first."""
        lines = [self._line(run, None)[0] for run in folder.every(self.home)]
        return tuple(sorted(lines, key=lambda line: (line.created, line.id), reverse=True))

    def one(self, request: Run) -> RunFound:
        """One run."""
        run = folder.look_up(self.home, request.id)
        line, summary = self._line(run, None)
        pulse = run.pulse()
        return RunFound(
            line, run.spec().config, summary, tail(run.log), pulse if pulse < float("inf") else None, None
        )

    def control(self, request: Control) -> Controlled:
        """Does what a person asks of a run."""
        run = folder.find(self.home, request.id)
        state = control.control(run, request.verb)
        if request.verb in ("resume", "retry", "stop", "cancel"):
            self.launcher.tick()
            state = run.state()
        return Controlled(run.id, request.verb, state)

    def _line(self, run: RunFolder, had: runs.Known | None) -> tuple[RunLine, Summary]:
        spec, state = run.spec(), run.state()
        with self._looking:
            summary = self._followers.setdefault(run.id, Follower(run.events)).look()
        step = max(summary.steps, key=lambda step: step.last, default=None)
        failed = sum(failures.count for failures in summary.failures)
        moving = step is not None and state == "running"
        line = RunLine(
            id=run.id,
            kind=spec.kind,
            title=spec.title,
            board=spec.board,
            state=state,
            created=spec.created,
            step=step.name if step else "",
            done=step.done if step else 0,
            total=step.total if step else None,
            rate=step.rate if step and moving else None,
            left=step.left if step and moving else None,
            failed=failed,
            error=run.said("failed").strip(),
            trouble=(had.trouble if had else None)
            or (self.short if self.short and runs.left(run, had) else None),
            may=control.may(state, failed=failed > 0),
        )
        return line, summary


def tail(path: Path) -> str:
    """The end of a text file, from the beginning of a line."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LOG))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return text if size <= LOG else text.partition("\n")[2]


class Running(Runner):
    """The same with a database: launches, and while the app runs feeds boards from what is at work."""

    def __init__(
        self,
        database: Database,
        finished: Callable[[str], None],
        packages: tuple[str, ...] = catalog.PACKAGES,
    ) -> None:
        """`finished` is told the board of each run that ended as done, all of its facts in."""
        super().__init__(database.settings, packages)
        self._database, self._finished = database, finished
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def live(self) -> None:
        """From now on queued runs are started and facts taken in, until `close`."""
        self._thread = threading.Thread(target=self._watch, name="runs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends the watch; runs go on."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def step(self) -> int:
        """Takes in what is new, starts what can be started; how many facts.

        What is in the way of facts keeps no queued run waiting, but for a full disk: there each would fail.
        """
        try:
            count = self._took()
        except NoRoom:
            raise
        except Exception:
            self.launcher.tick()
            raise
        self.launcher.tick()
        return count

    def _took(self) -> int:
        """Takes in what is new, and tells of the boards whose run is done."""
        lineage.catch_up(self._database, self.home)  # first: a battle that is shown knows what it became
        caught = runs.catch_up(self._database, self.home, stubborn=False)
        for name in caught.finished:
            board = folder.at(self.home, name).spec().board
            if board is not None:
                self._finished(board)
        return caught.facts

    def launch(self, request: Launch) -> Launched:
        """Starts a plan, or finds its run.

        Raises:
            BadRequest: the pre-flight found something red; the message has all of it.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        asked = Plan(request.kind, request.config, request.inputs)
        done = plan.launch(
            self.home, asked, self.packages,
            again=request.again, hold=request.hold, prepare=self._prepare,
        )  # fmt: skip
        run = RunFolder(self.home / done.id)
        runs.look(self._database, run, run.state())
        runs.admit(self._database, done.id)
        self.launcher.tick()
        return Launched(done.id, done.fate, run.state(), done.findings)

    def _prepare(self, spec: Spec, models: tuple[str, ...], inputs: Path) -> None:
        there = next((board for board in boards.every(self._database) if board.name == spec.board), None)
        if there is not None and there.shipped:
            raise BadRequest(f"board {there.name!r} came with the program and stays as it is: name another")
        if there is not None and models:
            found = runs.answers(self._database, there.name, models)
            if not facts.write(inputs / "known.jsonl", found):
                (inputs / "known.jsonl").unlink()

    def all(self) -> tuple[RunLine, ...]:
        """All runs, newest first."""
        known = runs.known(self._database)
        lines = [self._line(run, known.get(run.id))[0] for run in folder.every(self.home)]
        return tuple(sorted(lines, key=lambda line: (line.created, line.id), reverse=True))

    def one(self, request: Run) -> RunFound:
        """One run."""
        run = folder.look_up(self.home, request.id)
        found = super().one(Run(run.id))
        line, summary = self._line(run, runs.one(self._database, run.id))
        board = next((b for b in boards.every(self._database) if b.name == line.board), None)
        battles = board.battles if board else (0 if line.board else None)
        return RunFound(line, found.config, summary, found.log, found.pulse, battles)

    def control(self, request: Control) -> Controlled:
        """Does what a person asks of a run.

        Raises:
            BadRequest: the run is not in a state for it, or its facts are on a board and it is to be removed.
        """
        run = folder.find(self.home, request.id)
        if request.verb != "remove":
            return super().control(request)
        every = (run, *folder.steps(run))
        for one in every:
            self._unfed(one)
        done = super().control(request)
        for one in every:  # only now: what is refused leaves all as it was
            runs.forget(self._database, one.id)
        return done

    def _unfed(self, run: RunFolder) -> None:
        """Refuses to remove a run whose facts are on a board."""
        had = runs.one(self._database, run.id)
        names = {board.name for board in boards.every(self._database)}
        if had is not None and not had.dropped and had.place > Place() and had.board in names:
            raise BadRequest(
                f"run {run.id}: board {had.board!r} holds its facts; remove the board first "
                f"(arena boards --remove {had.board}), then the run"
            )

    def _watch(self) -> None:
        said = ""
        while True:
            begun = time.monotonic()
            wrong = self._stepped()
            if wrong and wrong != said:
                sys.stderr.write(f"arena: runs: {wrong}\n")
            said = wrong
            pause = max(_BEAT, _SHARE * (time.monotonic() - begun))
            if self._over.wait(pause):
                return

    def _stepped(self) -> str:
        """One step; what was in its way. Nothing ends the watch: what is in its way now may be gone then."""
        try:
            self.step()
        except NoRoom as error:
            self.short = str(error)
            return self.short
        except (ArenaError, OSError) as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - the last stop of a thread: told, with its traceback
            traceback.print_exc()
            return f"{type(error).__name__}: {error}"
        self.short = ""
        return ""
