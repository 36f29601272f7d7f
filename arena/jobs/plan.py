"""Making a run of a plan, once: the same plan again finds the run that is there.

A run's id comes of its content key, so two tabs, or two machines, that launch one plan make one folder.
Leaves out starting it (`arena.jobs.launcher`).
"""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from arena.errors import ArenaError, BadRequest
from arena.jobs import catalog, control, folder
from arena.jobs.folder import RunFolder, Spec
from arena.jobs.types import Cost, State
from arena.keys import file_hash, key
from arena.preflight import Finding, worst

Fate = Literal["new", "running", "resumed", "finished"]
"""What a launch came to: a new run, one that is under way (or queued) already, one that goes on, one that is
done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    kind: str
    config: dict[str, Any]
    """The kind's `Config` as JSON; what is missing keeps its default."""
    inputs: Mapping[str, Path] = field(default_factory=dict)
    """Files to be copied into `inputs/`, by name; part of what makes the plan this plan."""


@dataclass(frozen=True, slots=True)
class Launched:
    """What a launch came to."""

    id: str
    fate: Fate
    state: State
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Dry:
    """What a plan would do and cost."""

    kind: str
    title: str
    config: dict[str, Any]
    """With all defaults written out."""
    findings: tuple[Finding, ...]
    costs: tuple[Cost, ...]
    run: str | None = None
    """The run that is there already of this plan."""
    state: State | None = None


def dry(runs: Path, plan: Plan, packages: tuple[str, ...] = catalog.PACKAGES) -> Dry:
    """Looks at a plan without making anything; costs only where nothing is red.

    Raises:
        BadRequest: no such kind, or the config does not fit it.
    """
    module, config = _read(plan, packages)
    findings = tuple(module.check(config))
    costs = () if worst(findings) == "red" else tuple(module.plan(config))
    there = _there(runs, plan.kind, _key(module, config, plan)) if worst(findings) != "red" else None
    found = (there.id, there.state()) if there else (None, None)
    findings += beside(runs, plan, packages) if worst(findings) != "red" else ()
    title = catalog.title(module, config)
    return Dry(plan.kind, title, catalog.plain(config), findings, costs, *found)


def launch(
    runs: Path,
    plan: Plan,
    packages: tuple[str, ...] = catalog.PACKAGES,
    *,
    again: bool = False,
    hold: bool = False,
    prepare: Callable[[Spec, tuple[str, ...], Path], None] | None = None,
) -> Launched:
    """Puts a plan into the queue, or finds its run; with `again` a new run is made in any case.

    With `hold` it waits, stopped, for whoever works in its folder: a cluster's scheduler, another machine.
    `prepare` may put files into a new run's inputs; it is told the models whose answers are of use.

    Raises:
        BadRequest: no such kind, the config does not fit it, or the pre-flight found something red.
    """
    module, config = _read(plan, packages)
    try:
        identity = _key(module, config, plan)
    except ArenaError:  # something is missing: the pre-flight tells it with all else
        _pass(plan, module.check(config))
        raise
    there = _there(runs, plan.kind, identity)
    if there is not None and not again:
        return _attached(there, lambda: _moved(there, module, config, plan), hold=hold)
    findings = (*_pass(plan, module.check(config)), *beside(runs, plan, packages))
    spec = Spec(
        kind=plan.kind,
        config=catalog.plain(config),
        title=catalog.title(module, config),
        created=datetime.now(UTC).replace(tzinfo=None).isoformat(),
        key=identity,
        version=catalog.version(module),
        board=catalog.board(config),
        gpu=catalog.gpu(module, config),
    )
    draft = _draft(runs, spec, plan.inputs, hold=hold)
    try:
        if prepare is not None:
            prepare(spec, catalog.reuses(module, config), draft.inputs)
        return _settled(draft, runs, _stem(plan.kind, identity), findings, again=again, hold=hold)
    finally:
        shutil.rmtree(draft.path, ignore_errors=True)


def beside(runs: Path, plan: Plan, packages: tuple[str, ...] = catalog.PACKAGES) -> tuple[Finding, ...]:
    """What the runs that are there mean for a plan.

    Raises:
        ArenaError: no such kind, the config does not fit it, or something that it names is missing.
    """
    module, config = _read(plan, packages)
    return catalog.beside(module, config, folder.every(runs), _key(module, config, plan))


def _pass(plan: Plan, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, where none of them is red."""
    found = tuple(findings)
    red = [f"{finding.subject}: {finding.text}" for finding in found if finding.level == "red"]
    if red:
        raise BadRequest(f"{plan.kind} cannot start: {'; '.join(red)}")
    return found


def _read(plan: Plan, packages: tuple[str, ...]) -> tuple[Any, Any]:
    return catalog.load(plan.kind, packages), catalog.config(plan.kind, plan.config, packages)


def _key(module: Any, config: Any, plan: Plan) -> str:
    given = key(*(part for name, path in sorted(plan.inputs.items()) for part in (name, file_hash(path))))
    return catalog.identity(module, config, given if plan.inputs else "")


def _stem(kind: str, identity: str) -> str:
    return f"{kind.replace('_', '-')}-{identity[:8]}"


def _there(runs: Path, kind: str, identity: str) -> RunFolder | None:
    """The latest run of a plan."""
    same = [
        RunFolder(path) for path in runs.glob(f"{_stem(kind, identity)}*") if (path / "config.json").is_file()
    ]
    told = [(run.spec().created, run) for run in same if run.spec().key == identity]
    return max(told, key=lambda entry: entry[0])[1] if told else None


def _draft(runs: Path, spec: Spec, inputs: Mapping[str, Path], *, hold: bool) -> RunFolder:
    draft = RunFolder(runs / f".making-{uuid4().hex}")
    draft.make(spec)
    for name, path in inputs.items():
        shutil.copyfile(path, draft.inputs / name)
    if not hold:
        draft.put("queued", f"{time.time_ns():020d}")
    return draft


def _settled(
    draft: RunFolder, runs: Path, stem: str, findings: tuple[Finding, ...], *, again: bool, hold: bool
) -> Launched:
    """Gives the draft its name; where somebody was faster with the same plan, theirs is it."""
    for number in count(1):
        final = RunFolder(runs / (stem if number == 1 else f"{stem}-{number}"))
        try:
            draft.path.rename(final.path)
        except OSError:
            if not final.has("config.json"):
                raise
            if not again and final.spec().key == draft.spec().key:
                return _attached(final, tuple, hold=hold)
            continue
        return Launched(final.id, "new", final.state(), findings)
    raise AssertionError("numbers do not end")


def _moved(run: RunFolder, module: Any, config: Any, plan: Plan) -> tuple[Finding, ...]:
    """Gives a run that is to go on the settings of now: they come to the same, but perhaps elsewhere."""
    old = run.spec()
    new = replace(old, config=catalog.plain(config), gpu=catalog.gpu(module, config))
    if new == old:
        return ()
    findings = _pass(plan, module.check(config))
    run.put("config.json", json.dumps(asdict(new), ensure_ascii=False, indent=1))
    return findings


def _attached(run: RunFolder, moved: Callable[[], tuple[Finding, ...]], *, hold: bool) -> Launched:
    state = run.state()
    if state == "done":
        return Launched(run.id, "finished", state)
    if state in ("queued", "running", "paused", "stopping"):
        return Launched(run.id, "running", state)
    findings = moved()
    if hold:
        return Launched(run.id, "new", state, findings)
    control.resume(run)
    return Launched(run.id, "resumed", run.state(), findings)
