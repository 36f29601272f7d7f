"""What people ask of flywheels: all of them, one with every step live, rows of a stage, a person's choice.

A guest of the arena's service (`arena.service.guests`). Leaves out how it is shown (`training.pages`) and
what became of a single battle (`arena.service.lineage`).
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from arena.errors import BadRequest, NotFound
from arena.jobs import catalog, folder
from arena.jobs.events import Figure, Follower, Summary
from arena.jobs.folder import RunFolder
from arena.service.guests import Asked
from arena.service.lineage import Descent, family
from arena.service.requests import BattleFound
from arena.service.running import Run, RunFound, RunLine
from arena.service.service import Service
from arena.store import journal
from training import heads
from training.flywheel import course, fought, gain, panels, report
from training.flywheel.config import Config
from training.flywheel.course import StageLine
from training.flywheel.gain import Gains
from training.flywheel.panels import Category, Flip, Panel
from training.flywheel.report import Report, StageReport
from training.flywheel.rows import DROPPED, PREVIEW, ROWS
from training.types import Preview

KIND = "iteration"
PAGE = 20
"""Rows of a page."""
FLIPS = 60
"""Turned battles that are told."""


@dataclass(frozen=True, slots=True)
class Iterations(Asked):
    """All flywheel runs."""


@dataclass(frozen=True, slots=True)
class IterationLine:
    """One flywheel run in the list."""

    line: RunLine
    name: str
    current: str
    """The version that stands; empty before the first is rated."""
    verdict: str
    stages: int
    """Stages that are done."""
    planned: int


@dataclass(frozen=True, slots=True)
class Iteration(Asked):
    """One flywheel run, by its id or a part of it; `stage` (`i1-dpo`) to see what that stage changed."""

    run: str
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The target's answer to a prompt before and after a stage."""

    prompt: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StageSeen:
    """A stage from near: how it learnt."""

    name: str
    figures: tuple[Figure, ...]
    answers: tuple[Answer, ...]
    preview: Preview | None
    log: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed on the panel between two versions."""

    before: str
    after: str
    board: str
    flips: tuple[Flip, ...]
    """The first of them."""
    won: int
    """From loss to win."""
    lost: int
    categories: tuple[Category, ...]
    run: str
    """The run that fought them."""
    gains: Gains | None = None
    """In rating, plain and at equal style."""


@dataclass(frozen=True, slots=True)
class IterationFound:
    """Iteration's answer."""

    found: RunFound
    stages: tuple[StageLine, ...]
    report: Report | None
    stage: StageSeen | None
    moved: Moved | None
    choice: str | None
    """The version that a person chose, where somebody did."""
    family: tuple[Descent, ...]
    """Its checkpoints."""
    whole: Moved | None = None
    """What moved from the first version to the one that stands, whichever stage is open."""


@dataclass(frozen=True, slots=True)
class Rows(Asked):
    """Rows of a stage (`i1-dpo`), or what it dropped and why."""

    run: str
    step: str
    which: Literal["kept", "dropped"] = "kept"
    page: int = 1
    row: str | None = None
    """Id of a row whose page is wanted."""
    category: str | None = None
    """Only rows of this category."""


@dataclass(frozen=True, slots=True)
class RowsFound:
    """Rows' answer."""

    run: str
    step: str
    which: Literal["kept", "dropped"]
    page: int
    pages: int
    total: int
    rows: tuple[Mapping[str, Any], ...]
    """As they stand in the file."""
    board: str
    """Where their battles are."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Of what was dropped."""


@dataclass(frozen=True, slots=True)
class Fight(Asked):
    """A battle as it stands in a run's own steps, whether or not a board has it."""

    run: str
    battle: str


@dataclass(frozen=True, slots=True)
class Promote(Asked):
    """A person's choice of the version to go on with."""

    run: str
    version: str


@dataclass(frozen=True, slots=True)
class Promoted:
    """Promote's answer."""

    run: str
    version: str
    model: str
    """Its directory, a copy that outlives the run."""
    head: str
    """The lineage that it stands for: what `arena iterate --start` calls it."""


REQUESTS: dict[str, tuple[type[Any], Any]] = {
    "iterations": (Iterations, tuple[IterationLine, ...]),
    "iteration": (Iteration, IterationFound),
    "rows": (Rows, RowsFound),
    "fight": (Fight, BattleFound),
    "promote": (Promote, Promoted),
}


class Guest:
    """Answers from run folders. Safe to use from several threads."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._followers: dict[str, Follower] = {}
        self._panels: dict[str, Panel] = {}
        self._gains: dict[tuple[str, str, str, int], Gains | None] = {}
        self._looking = threading.Lock()

    def perform(self, request: Asked) -> Any:
        """Answers any of the requests."""
        if isinstance(request, Iterations):
            return self.all()
        if isinstance(request, Iteration):
            return self.one(request)
        if isinstance(request, Rows):
            return self.rows(request)
        if isinstance(request, Fight):
            return fought.battle(self._run(request.run)[0], request.battle)
        if isinstance(request, Promote):
            return self.promote(request)
        raise BadRequest(f"{type(request).__name__} is asked of somebody else")

    def all(self) -> tuple[IterationLine, ...]:
        """All flywheel runs, newest first."""
        return tuple(self._line(line) for line in self.service.runs.all() if line.kind == KIND)

    def _line(self, line: RunLine) -> IterationLine:
        run = folder.at(self.service.runs.home, line.id)
        told, config = report.read(run.outputs) or Report(""), run.spec().config
        planned = int(config.get("iterations", 1)) * len(config.get("stages", ()))
        done, name = len(told.stages), str(config.get("name", ""))
        return IterationLine(line, name, told.current, told.verdict, done, planned)

    def one(self, request: Iteration) -> IterationFound:
        """One flywheel run.

        Raises:
            NotFound: there is no such run, or it is of another kind.
        """
        run, config = self._run(request.run)
        found = self.service.runs.one(Run(run.id))
        told = report.read(run.outputs)
        lines = course.stages(run, config, told, self._look)
        seen = next((line for line in lines if line.name == request.stage), None)
        choice = journal.choices(self.service.settings.journal).get(run.id)
        return IterationFound(
            found,
            lines,
            told,
            self._stage(run, seen) if seen else None,
            self._moved(run, config, told, seen) if told else None,
            choice,
            family(self.service.database, run.id),
            self._between(run, config, told, told.versions[0].name, choice or told.current)
            if told and told.versions
            else None,
        )

    def _run(self, name: str) -> tuple[RunFolder, Config]:
        run = folder.look_up(self.service.runs.home, name)
        spec = run.spec()
        if spec.kind != KIND:
            raise NotFound(f"run {run.id} is a {spec.kind}, no iteration; see it with arena runs {run.id}")
        config: Config = catalog.config(KIND, spec.config, self.service.runs.packages)
        return run, config

    def _look(self, run: RunFolder) -> Summary:
        with self._looking:
            return self._followers.setdefault(run.id, Follower(run.events)).look()

    def _stage(self, run: RunFolder, line: StageLine) -> StageSeen:
        """How a stage learnt: curves, sample answers, rows, log."""
        step = folder.step(run, f"{line.name}-train")
        seen = self._look(step) if step.has("config.json") else Summary()
        log = step.said("log.txt").strip().splitlines()[-12:]
        return StageSeen(
            line.name, seen.figures, tuple(_answers(seen)), preview(run, line.name), "\n".join(log)
        )

    def _moved(self, run: RunFolder, config: Config, told: Report, seen: StageLine | None) -> Moved | None:
        """From the version before to the one after: of one stage, else of the whole run."""
        names = [version.name for version in told.versions]
        if len(names) < 2:
            return None
        before, after = names[0], told.current if told.current != names[0] else names[-1]
        if seen is not None and seen.came is not None and seen.came.version in names:
            after = seen.came.version
            before = earlier(told, after)
        elif seen is not None:
            return None
        return self._between(run, config, told, before, after)

    def _between(self, run: RunFolder, config: Config, told: Report, before: str, after: str) -> Moved | None:
        """What moved on the panel from one version to another; None where they are one."""
        if before == after:
            return None
        steps = (folder.step(run, f"i{v.iteration}-{v.stage}-panel") for v in told.versions)
        fought = panels.joined(self._panel(step) for step in steps if step.has("done"))
        turned = panels.flips(fought, before, after)
        won = sum(flip.won for flip in turned)
        cells = panels.categories(fought, before, after)
        board = f"{config.name}-panel"
        brought, lost = self._gained(run, fought, before, after), len(turned) - won
        return Moved(before, after, board, turned[:FLIPS], won, lost, cells, run.id, brought)

    def _gained(self, run: RunFolder, fought: Panel, before: str, after: str) -> Gains | None:
        """Fitted once for what was fought."""
        known = (run.id, before, after, len(fought.bouts))
        if known not in self._gains:
            self._gains[known] = gain.gains(fought, before, after)
        return self._gains[known]

    def _panel(self, run: RunFolder) -> Panel:
        """What was fought in a finished panel run; read once."""
        with self._looking:
            if run.id not in self._panels:
                self._panels[run.id] = panels.panel([run])
            return self._panels[run.id]

    def rows(self, request: Rows) -> RowsFound:
        """A page of a stage's rows, or of what it dropped.

        Raises:
            NotFound: the stage has chosen no rows yet, or has none of that id.
        """
        run, config = self._run(request.run)
        place = run.outputs / "rows" / request.step
        if "/" in request.step or not (place / ROWS).is_file():
            raise NotFound(f"{run.id}: {request.step} has chosen no rows; its stages are i1-sft, i1-dpo, ...")
        text = (place / (ROWS if request.which == "kept" else DROPPED)).read_text("utf-8")
        found = [json.loads(line) for line in text.splitlines()]
        reasons = Counter(row["reason"] for row in found) if request.which == "dropped" else Counter[str]()
        if request.category:
            found = [row for row in found if row.get("category") == request.category]
        page = max(1, request.page)
        if request.row and request.which == "kept":
            at = next((at for at, row in enumerate(found) if row["id"] == request.row), None)
            if at is None:
                raise NotFound(f"{run.id} {request.step}: no row {request.row!r}")
            page = at // PAGE + 1
        pages = max(1, -(-len(found) // PAGE))
        page = min(page, pages)
        shown = tuple(found[(page - 1) * PAGE : page * PAGE])
        ordered = dict(reasons.most_common())
        return RowsFound(
            run.id,
            request.step,
            request.which,
            page,
            pages,
            len(found),
            shown,
            f"{config.name}-battles",
            ordered,
        )

    def promote(self, request: Promote) -> Promoted:
        """Notes a person's choice, and makes it the model that its lineage's name leads to.

        Raises:
            BadRequest: the run has no such version.
        """
        run, config = self._run(request.run)
        told = report.read(run.outputs) or Report("")
        known = {version.name: version.model for version in told.versions}
        if request.version not in known:
            there = ", ".join(known) or "none yet"
            raise BadRequest(f"{run.id} has no version {request.version!r}: there are {there}")
        settings = self.service.settings
        settings.models.mkdir(parents=True, exist_ok=True)
        model = heads.promote(settings.models, config.name, request.version, known[request.version])
        journal.choose(settings.journal, run.id, f"{config.name}-panel", request.version)
        return Promoted(run.id, request.version, model, config.name)


def _answers(seen: Summary) -> Iterator[Answer]:
    """Sample answers (`before: PROMPT -> ANSWER`, then `after: ...`) put side by side."""
    found: dict[str, Answer] = {}
    for sample in seen.samples:
        when, _, rest = sample.text.partition(": ")
        prompt, arrow, answer = rest.rpartition(" -> ")
        if arrow and when in ("before", "after"):
            had = found.get(prompt, Answer(prompt, "", ""))
            found[prompt] = replace(had, before=answer) if when == "before" else replace(had, after=answer)
    yield from found.values()


def preview(run: RunFolder, step: str) -> Preview | None:
    """What a stage's selection holds; None before it was made."""
    try:
        return Preview(**json.loads((run.outputs / "rows" / step / PREVIEW).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def earlier(told: Report, name: str) -> str:
    """The version that a version was compared with: the last one before it that was taken, else the first."""
    taken = {stage.version for stage in told.stages if stage.fate == "taken"}
    order = [version.name for version in told.versions]
    before = [one for one in order[: order.index(name)] if one in taken or one == order[0]]
    return before[-1] if before else name


def stage_of(told: Report, version: str) -> StageReport | None:
    """The stage that made a version; None for the first."""
    return next((stage for stage in told.stages if stage.version == version), None)
