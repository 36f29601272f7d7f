"""A run folder: what lies where, and the state of the run, derived from its files.

    config.json     what is to be done: kind, settings, title, content key
    inputs/         files that were put there when the run was made; read-only
    outputs/        facts-NNNNN.jsonl, checkpoints, reports
    steps/          runs that this one does one after the other, such as a flywheel's; named ID.STEP
    work/           scratch of the job
    events.jsonl    how far it is     log.txt     what the process said
    pid             which process     heartbeat   touched while it lives
    queued pause asked retry          what people asked for
    cpu             processor seconds of all attempts that came to an end, steps included
    stopped cancelled failed done     how it ended, written last

Nothing but these files says how a run is, so a folder can be copied to another machine, gone on with there
and copied back. Leaves out working (`arena.jobs.worker`) and asking (`arena.jobs.control`).
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from arena.errors import NotFound, Unreadable
from arena.jobs.life import Birth, lives
from arena.jobs.types import State

ENDS: tuple[State, ...] = ("done", "failed", "cancelled", "stopped")
"""Markers of a run that ended, the stronger first."""
STEPS = "steps"
"""Folder of the runs inside a run."""
FRESH = 20.0
"""Seconds for which a heartbeat stands for a process that cannot be asked: one of another machine."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a run is to do: its `config.json`."""

    kind: str
    """A file of the packages of kinds."""
    config: dict[str, Any]
    """The kind's `Config` as JSON."""
    title: str
    created: str
    """UTC, ISO 8601."""
    key: str
    """Content key of kind, version, settings and inputs: the same plan has the same."""
    version: int
    """The kind's algorithm version."""
    board: str | None
    """Board that its facts go to, where it makes facts for one."""
    gpu: bool
    """Whether it holds the GPU while it works."""


@dataclass(frozen=True, slots=True)
class Worker:
    """The process of a run: its `pid` file."""

    pid: int
    started: float
    host: str
    since: float = 0.0
    boot: str = ""
    """Its beginning once more, by a clock that nobody sets (`arena.jobs.life`)."""

    @classmethod
    def of(cls, pid: int) -> "Worker":
        """The worker that this process is.

        Raises:
            psutil.Error: it has ended.
        """
        born = Birth.of(pid)
        return cls(pid, born.started, socket.gethostname(), born.since, born.boot)

    def note(self) -> str:
        """What stands in the `pid` file."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run folder; cheap to make, reads when asked."""

    path: Path

    @property
    def id(self) -> str:
        """The run's id: the folder's name."""
        return self.path.name

    @property
    def inputs(self) -> Path:
        """Files that were given."""
        return self.path / "inputs"

    @property
    def outputs(self) -> Path:
        """What comes of it."""
        return self.path / "outputs"

    @property
    def events(self) -> Path:
        """Lines of `arena.jobs.types.Event`."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """What the worker printed."""
        return self.path / "log.txt"

    def spec(self) -> Spec:
        """What it is to do.

        Raises:
            Unreadable: `config.json` is missing or damaged.
        """
        try:
            return Spec(**json.loads((self.path / "config.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise Unreadable(
                f"{self.path / 'config.json'}: not the config of a run ({error}): put it back from a backup, "
                "or move the folder away"
            ) from error

    def sound(self) -> bool:
        """Whether it says what it is to do."""
        try:
            self.spec()
        except Unreadable:
            return False
        return True

    def make(self, spec: Spec) -> None:
        """Lays the folder out."""
        for name in ("inputs", "outputs", "work"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        self.put("config.json", json.dumps(asdict(spec), ensure_ascii=False, indent=1))

    def put(self, name: str, text: str = "") -> None:
        """Writes a small file whole."""
        beside = self.path / f".{name}.{os.getpid()}"
        try:
            with beside.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path / name)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def end(self, how: State, text: str) -> None:
        """Writes an end marker; where the disk has no room for its text, an empty one."""
        try:
            self.put(how, text)
        except OSError:
            (self.path / how).touch()

    def has(self, name: str) -> bool:
        """Whether a marker is there."""
        return (self.path / name).exists()

    def said(self, name: str) -> str:
        """What a marker holds; empty where it is not there."""
        try:
            return (self.path / name).read_text("utf-8")
        except OSError:
            return ""

    def drop(self, *names: str) -> None:
        """Takes markers away."""
        for name in names:
            (self.path / name).unlink(missing_ok=True)

    def worker(self) -> Worker | None:
        """The process that works in it or did last."""
        try:
            return Worker(**json.loads(self.said("pid")))
        except (ValueError, TypeError):
            return None

    def alive(self) -> bool:
        """Whether its process runs: that very one, told by its birth; one of another machine by its pulse."""
        worker = self.worker()
        if worker is None:
            return False
        if worker.host != socket.gethostname():
            return self.pulse() < FRESH
        return lives(worker.pid, Birth(worker.started, worker.since, worker.boot))

    def pulse(self) -> float:
        """Seconds since the last heartbeat; infinite where there was none, or one of a time to come.

        A clock that was wrong must not let a dead run of another machine seem alive until that time.
        """
        try:
            age = time.time() - (self.path / "heartbeat").stat().st_mtime
        except OSError:
            return float("inf")
        return max(0.0, age) if age > -FRESH else float("inf")

    def cpu(self) -> float:
        """Processor seconds that it took so far, its steps included; none where it was killed."""
        try:
            return float(self.said("cpu"))
        except ValueError:
            return 0.0

    def ended(self) -> State | None:
        """How it ended, where an end marker is there."""
        return next((end for end in ENDS if self.has(end)), None)

    def state(self) -> State:
        """How the run is."""
        end = self.ended()
        if end is not None:
            return end
        if self.alive():
            if self.has("asked"):
                return "stopping"
            return "paused" if self.has("pause") else "running"
        if self.has("queued"):
            return "queued"
        if self.has("asked"):  # it ended before it could say so
            return "cancelled" if self.said("asked") == "cancel" else "stopped"
        return "dead" if self.has("pid") else "stopped"


def every(runs: Path) -> Iterator[RunFolder]:
    """All run folders, by name; one whose config cannot be read is none."""
    if not runs.is_dir():
        return
    for path in sorted(runs.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        run = RunFolder(path)
        if run.sound():
            yield run


def broken(runs: Path) -> Iterator[RunFolder]:
    """The folders that are no runs because their config cannot be read."""
    places = sorted(runs.iterdir()) if runs.is_dir() else []
    for run in (RunFolder(path) for path in places if not path.name.startswith(".") and path.is_dir()):
        if not run.sound():
            yield run


def steps(run: RunFolder) -> Iterator[RunFolder]:
    """The runs inside a run, by name."""
    yield from every(run.path / STEPS)


def within(run: RunFolder) -> Iterator[RunFolder]:
    """The runs inside a run, each followed by those inside it: a study's cells, and their steps."""
    for one in steps(run):
        yield one
        yield from within(one)


def with_steps(runs: Path) -> Iterator[RunFolder]:
    """All run folders, each followed by those inside it that can be seen (`shut`)."""
    for run in every(runs):
        yield run
        try:
            inside = tuple(steps(run))
        except OSError:
            continue
        yield from inside


def shut(runs: Path) -> Iterator[RunFolder]:
    """The runs of which this user may not list the outputs or the runs inside."""
    for run in every(runs):
        try:
            for place in (run.outputs, run.path / STEPS):
                if place.is_dir():
                    next(place.iterdir(), None)
        except OSError:
            yield run


def step(run: RunFolder, name: str) -> RunFolder:
    """The place of a step inside a run."""
    return RunFolder(run.path / STEPS / f"{run.id}.{name}")


def inner(id: str) -> bool:  # noqa: A002 - its name everywhere
    """Whether that is the id of a run inside another one."""
    return "." in id


def at(runs: Path, id: str) -> RunFolder:  # noqa: A002 - its name everywhere
    """The folder of a run, or of a run inside one, by its whole id; there may be none."""
    parent = id.partition(".")[0]
    return RunFolder(runs / id if parent == id else runs / parent / STEPS / id)


def look_up(runs: Path, name: str) -> RunFolder:
    """As `find`, and a run inside another by its whole id: to look at, not to steer.

    Raises:
        NotFound: there is none, or several.
    """
    inner = at(runs, name) if "." in name and "/" not in name else None
    return inner if inner is not None and inner.sound() else find(runs, name)


def find(runs: Path, name: str) -> RunFolder:
    """The run of that id, or the only one whose id has this part.

    Raises:
        NotFound: there is none, or several.
    """
    ids = [run.id for run in every(runs)]
    found = [known for known in ids if known == name] or [known for known in ids if name and name in known]
    if len(found) == 1:
        return RunFolder(runs / found[0])
    if not found and (torn := next((run for run in broken(runs) if name and name in run.id), None)):
        torn.spec()
    if not found:
        raise NotFound(f"no run {name!r}; `arena runs` lists them")
    raise NotFound(f"{name!r} may be {' or '.join(found[:4])}: give more of the id")
