"""What a kind of job is, what it is told and what it tells: the seam between work and run folders.

A kind is one file of `arena.jobs.kinds` (or `training.kinds`) with a module docstring, a `Config`
dataclass, `check(config) -> tuple[Finding, ...]`, `plan(config) -> tuple[Cost, ...]` (the dry run) and
`run(config, desk) -> None`. `run` works in a child process and writes nothing outside of `desk.folder`.
Asked to stop, `desk.check()` raises `Stopped`, which the kind lets pass; started again on the same folder,
it goes on where it was. A kind may also say (`arena.jobs.catalog` has what holds where it does not)

    VERSION = 1                      of its algorithm: another one is another plan
    identity(config) -> str          content key of what decides the result, instead of all settings
    title(config) -> str             for people
    gpu(config) -> bool              whether it would hold a GPU where there is one
    reuses(config) -> tuple[str, ...]    names of models whose answers on the run's board are put into
                                     `inputs/known.jsonl` when the run is made (`arena.jobs.facts.known`)
    beside(config, runs) -> tuple[Finding, ...]    what other runs of the kind mean for it

A failed row is a fact with a status. When a person asks for the failed ones again, `known()` and `facts()`
leave them out, and the fact with the same id that comes then takes their place on the board.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from arena.types import Fact

State = Literal["queued", "running", "paused", "stopping", "stopped", "done", "failed", "cancelled", "dead"]
"""Derived from files, never stored. `dead`: it was running and its process is gone; it can be resumed."""


class Stopped(Exception):
    """The person asked the job to stop; what was done is kept."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of `events.jsonl`."""

    at: float
    """Seconds since 1970."""
    kind: Literal["begin", "step", "progress", "note", "failure", "figure", "sample", "end"]
    """begin: a worker took the run up; end: it left, `text` says how."""
    step: str = ""
    """Which part of the job: `answers`, `games`, `sft`, ..."""
    text: str = ""
    """Of notes, failures, samples and the end."""
    done: int | None = None
    """How far a step is; of a failure, how many it stands for."""
    total: int | None = None
    name: str = ""
    """Of a figure: `loss`, `reward`, ...; of a failure its kind: `unparsed`, `timeout`, ..."""
    x: float | None = None
    """Of a figure: step or iteration; of a begin: how often failed rows were asked for again before."""
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of a dry run."""

    what: str
    """`battles`, `games`, `answers`, `prompt tokens`, `minutes`, `disk`, ..."""
    value: float
    unit: str = ""
    note: str = ""
    """Where the figure comes from: counted, or a probe of so many rows."""


class Desk(Protocol):
    """What a job works with: its folder, and where it says how far it is."""

    folder: Path
    """The run folder; the job may write `outputs/` and `work/` in it."""
    attempt: int
    """How often a person asked for the failed rows again: put into their seeds, they are drawn anew."""

    @property
    def inputs(self) -> Path:
        """Read-only files that were put there when the run was made."""
        ...

    def check(self) -> None:
        """Waits while the job is paused. Raises `Stopped` where it was asked to stop."""
        ...

    def append(self, facts: Iterable[Fact]) -> None:
        """Appends facts to `outputs/facts-*.jsonl`, whole: on disk when this returns."""
        ...

    def known(self) -> frozenset[str]:
        """Ids of all facts that `append` was ever given in this folder, but failures to be asked again."""
        ...

    def facts(self) -> Iterable[Fact]:
        """All facts that `append` was ever given, in that order, but failures to be asked again."""
        ...

    def step(self, name: str, total: int | None = None) -> None:
        """A part of the job begins."""
        ...

    def progress(self, step: str, done: int, total: int | None = None) -> None:
        """How far a part is; may be called often, is written at most twice a second."""
        ...

    def note(self, text: str, step: str = "") -> None:
        """One line for people."""
        ...

    def failure(self, kind: str, text: str, step: str = "") -> None:
        """One row went wrong (and is data); counted by kind."""
        ...

    def figure(self, name: str, x: float, y: float, step: str = "") -> None:
        """One point of a curve."""
        ...

    def sample(self, text: str, step: str = "") -> None:
        """A sample answer, for people to read."""
        ...
