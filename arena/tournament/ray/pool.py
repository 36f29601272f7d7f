"""A pool of actors: as many as there is work and room for, each with one task; who dies costs its batch.

A batch whose actor, node or process died goes to the front of the queue and to another actor. Everything on
Ray is done by one thread. Leaves out what an actor does (`arena.tournament.ray.actors`).
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from queue import Empty, Queue, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any, Generic, TypeVar

import arena
from arena.errors import ArenaError, named
from arena.tournament.cluster import Cluster, Node, counted, room, wanted, widest
from arena.tournament.config import Tournament
from arena.tournament.crew import places
from arena.tournament.hands import Hands
from arena.tournament.lanes import AHEAD, Done, Lane, Work
from arena.tournament.ray import nodes
from arena.tournament.ray.actors import Actor, Hello, Refusal
from arena.tournament.ray.connecting import connected, mend
from arena.tournament.tasks import Answering, Found, Task

T = TypeVar("T")

_TICK, _IDLE, _LEAVE = 0.05, 30.0, 2.0
"""Seconds between looks, until an actor without work goes, and for an actor to close what it holds."""


@dataclass(slots=True)
class _Job(Generic[T]):
    """A piece of work, and how many actors died over it."""

    lane: "_ActorLane[T]"
    work: Work[T]
    deaths: int = 0

    @property
    def model(self) -> int | None:
        """Whose work it is; None: the judge's."""
        return self.work.task.model if isinstance(self.work.task, Answering) else None


@dataclass(slots=True)
class _Member(Generic[T]):
    """An actor of the pool: starting until it says hello, then idle or at a job."""

    handle: Any
    ref: Any
    """What it was asked last; None: idle."""
    begun: Any = None
    """Answered by an actor that lives when its job comes to it."""
    job: _Job[T] | None = None
    hello: Hello | None = None
    held: set[int | None] = field(default_factory=set)
    """The models that it was asked for."""
    since: float = field(default_factory=monotonic)
    """When it began to be idle."""

    @property
    def place(self) -> str:
        """Where it works, for people."""
        return f"{self.hello.host} (pid {self.hello.pid})" if self.hello else "a node"


class _ActorLane(Lane[T]):
    """A lane of the pool; all its lanes share the actors."""

    def __init__(self, jobs: "SimpleQueue[_Job[T]]", out: "Queue[Done[T]]", ahead: int) -> None:
        super().__init__(out, ahead)
        self._jobs = jobs

    def _begin(self, work: Work[T]) -> None:
        self._jobs.put(_Job(self, work))


class Pool(Hands[T]):
    """Actors on Ray."""

    def __init__(self, config: Tournament, out: "Queue[Done[T]]", halt: Event) -> None:
        super().__init__(_loaded(config))  # its crew opens nothing here: it says which lanes there are
        self._out, self._halt = out, halt
        self._new: SimpleQueue[_Job[T]] = SimpleQueue()
        self._jobs: deque[_Job[T]] = deque()
        self._members: list[_Member[T]] = []
        self._told: deque[str] = deque()
        self._thread: Thread | None = None
        self._ray: Any = None
        self._mended = False
        self._stillborn = 0
        self._empty_since: float | None = None

    def lane(self, name: str) -> Lane[T]:  # noqa: ARG002 - all alike
        """A lane, long enough for every actor to have work."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="ray", daemon=True)
            self._thread.start()
        return _ActorLane(self._new, self._out, self._config.ray.most + AHEAD)

    def tend(self) -> None:
        """Mends what connecting did to this process."""
        if self._ray is not None and not self._mended:
            self._mended = True
            mend()

    def notes(self) -> tuple[str, ...]:
        """What happened to actors since the last call."""
        return tuple(self._told.popleft() for _ in range(len(self._told)))

    def close(self, seconds: float) -> None:
        """Ends the actors; a cluster of our own goes with them."""
        self._halt.set()
        if self._thread is not None:
            self._thread.join(seconds + 2 * _LEAVE)

    # In the thread

    def _run(self) -> None:
        try:
            with self._open():
                while not self._halt.is_set():
                    self._take()
                    self._grow()
                    self._deal()
                    self._hear()
                    self._shrink()
        except ConnectionError as error:  # as Ray's client tells it, reached by ray://
            address, said = self._config.ray.address, _last(error)
            self._fail(
                ArenaError(f"the connection to Ray at {address} broke ({said}): look at it, then resume")
            )
        except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that gave the work
            self._fail(error)

    @contextmanager
    def _open(self) -> Iterator[None]:
        cluster = self._config.ray
        there = nodes.seen(cluster)
        fits = room(cluster, there)
        self._told.append(
            f"Ray at {cluster.address}: {counted(len(there), 'node')}, room for {counted(fits, 'actor')}"
        )
        if not fits:
            self._told.append(f"no node has room for {wanted(cluster)} yet ({widest(there)}): waiting")
        with connected(cluster) as self._ray:
            try:
                yield
            finally:
                if (
                    self._ray.is_initialized()
                ):  # after a lost connection a call would start a cluster of its own
                    self._dismiss()

    def _take(self) -> None:
        """New work; waits a moment where there is nothing else to wait for."""
        busy = self._jobs or any(member.ref is not None for member in self._members)
        with suppress(Empty):
            if not busy:
                self._jobs.append(self._new.get(timeout=_TICK))
            while True:
                self._jobs.append(self._new.get_nowait())

    def _grow(self) -> None:
        cluster = self._config.ray
        unborn = sum(member.job is None for member in self._members)
        want = max(len(self._jobs) - unborn, cluster.least - len(self._members) if self._jobs else 0)
        for _ in range(min(want, cluster.most - len(self._members))):
            self._members.append(self._started())
        if any(member.hello for member in self._members) or not self._jobs:
            self._empty_since = None
            return
        self._empty_since = self._empty_since or monotonic()
        if monotonic() - self._empty_since > cluster.patience:
            raise ArenaError(_nobody(cluster, nodes.seen(cluster)))

    def _started(self) -> _Member[T]:
        cluster = self._config.ray
        made = self._ray.remote(Actor).options(
            num_cpus=cluster.cpus, num_gpus=cluster.gpus, max_restarts=0, max_task_retries=0,
            scheduling_strategy="SPREAD",
        )  # fmt: skip
        handle = made.remote(self._config, arena.__version__)
        return _Member(handle, handle.hello.remote())

    def _deal(self) -> None:
        """Work to idle actors, where it can be to one that holds the model already."""
        idle = [member for member in self._members if member.hello and member.ref is None]
        while idle and self._jobs:
            job = self._jobs.popleft()
            member = min(idle, key=lambda member: job.model not in member.held)
            idle.remove(member)
            member.held.add(job.model)
            member.begun = member.handle.hello.remote()  # it does one thing after the other
            member.job, member.ref = job, member.handle.do.remote(job.work.task)

    def _hear(self) -> None:
        refs = {member.ref: member for member in self._members if member.ref is not None}
        if not refs:
            return
        ready, _ = self._ray.wait(list(refs), num_returns=1, timeout=_TICK)
        for ref in ready:
            self._heard(refs[ref])

    def _heard(self, member: _Member[T]) -> None:
        """What an actor says, or that it will never say anything again."""
        errors = self._ray.exceptions
        try:
            said: Hello | Found | Refusal = self._ray.get(member.ref)
        except errors.RayTaskError as error:
            raise RuntimeError(f"{_last(error)} (in an actor on {member.place})") from error
        except errors.RayError as error:
            if getattr(error, "actor_init_failed", False):
                raise ArenaError(f"an actor cannot start: {_last(error)}") from error
            self._lost(member, error)
            return
        if isinstance(said, Refusal):
            raise named(said.name, said.text)
        job, member.job, member.ref, member.since = member.job, None, None, monotonic()
        if isinstance(said, Hello):
            member.hello, self._stillborn = said, 0
        elif job is not None:
            self._out.put(_done(job, said))

    def _lost(self, member: _Member[T], error: Exception) -> None:
        """An actor died: its batch is the next to be asked again."""
        self._members.remove(member)
        self._kill(member)
        job, most = member.job, self._config.ray.retries
        self._stillborn += job is None
        if job is not None:
            job.deaths += self._began(member)
            self._jobs.appendleft(job)
            rows, lost = _rows(job.work.task), self._ray.exceptions.ActorUnavailableError
            why = "the connection to it broke" if isinstance(error, lost) else _last(error)
            self._told.append(f"the actor on {member.place} is gone ({why}): its {rows} are asked again")
        if max(self._stillborn, job.deaths if job else 0) > most:
            what = f"over the same batch of {_rows(job.work.task)}" if job else "before they could begin"
            raise ArenaError(f"{most + 1} actors died {what}; the last one: {_last(error)}")

    def _began(self, member: _Member[T]) -> bool:
        """Whether an actor that died lived to begin its job; who died idle says nothing of it."""
        try:
            ready, _ = self._ray.wait([member.begun], timeout=0)
            return bool(ready and self._ray.get(ready))
        except self._ray.exceptions.RayError:
            return False

    def _shrink(self) -> None:
        """Lets go of who has had nothing to do for a while, or was not needed after all."""
        if self._jobs:
            return
        for member in [*self._members]:
            rested = member.hello and member.ref is None and monotonic() - member.since > _IDLE
            if (rested or not member.hello) and len(self._members) > self._config.ray.least:
                self._members.remove(member)
                self._leave([member])

    def _dismiss(self) -> None:
        self._leave(self._members)
        self._members = []

    def _leave(self, members: list[_Member[T]]) -> None:
        """Has idle actors close what they hold, then ends them all."""
        errors = self._ray.exceptions
        with suppress(errors.RayError):
            refs = [member.handle.close.remote() for member in members if member.hello and member.ref is None]
            if refs:
                self._ray.wait(refs, num_returns=len(refs), timeout=_LEAVE)
        for member in members:
            self._kill(member)

    def _kill(self, member: _Member[T]) -> None:
        with suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(member.handle)

    def _fail(self, error: BaseException) -> None:
        """Tells the error to whoever waits; after a stop nobody does."""
        at_work = [member.job for member in self._members if member.job]
        while not self._halt.is_set():
            with suppress(Empty):
                job = (at_work or self._jobs or [self._new.get(timeout=_TICK)])[0]
                self._out.put(Done(job.lane, error=error))
                return


def _loaded(config: Tournament) -> Tournament:
    """With GPUs asked for, an actor holds one model at a time, whatever this machine has."""
    here = [place for place in places(config) if place != "elsewhere"]
    if config.loading == "auto" and config.ray.gpus > 0 and len(here) > 1:
        return replace(config, loading="alone")
    return config


def _nobody(cluster: Cluster, there: Sequence[Node]) -> str:
    """Why no actor is there after all patience."""
    waited, takes = f"in {cluster.patience:g} s", wanted(cluster)
    if room(cluster, there):
        text = f"no actor came up {waited}, though there is room for one with {takes} where nothing else runs"
        return f"{text}: look whether the nodes are busy, or raise ray.patience"
    text = f"Ray had no room for an actor with {takes} {waited} ({widest(there)})"
    return f"{text}: lower ray.cpus or ray.gpus, add nodes, or raise ray.patience"


def _done(job: _Job[T], said: Found) -> Done[T]:
    try:
        return Done(job.lane, job.work.then(said))
    except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that gave the work
        return Done(job.lane, error=error)


def _rows(task: Task) -> str:
    return f"{len(task.rows)} answers" if isinstance(task, Answering) else f"{len(task.games)} games"


def _last(error: Exception) -> str:
    """The line of Ray's error that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:300]
