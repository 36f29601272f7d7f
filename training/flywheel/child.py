"""A step of a flywheel as a run of its own, inside the flywheel's folder: `steps/NAME`.

A step is a process that ends before the next begins, so that memory and the accelerator are free for
certain. It is done once: found done, it is taken as it is; found done in another flywheel (one that differs
in what comes later only, also within a study), it is copied from there; found stopped or killed, it goes on;
found working (its parent was killed), it is waited for. Leaves out which steps there are
(`training.flywheel.loop`).
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import arena
from arena.errors import ArenaError
from arena.jobs import catalog, folder
from arena.jobs.events import Follower
from arena.jobs.folder import ENDS, RunFolder, Spec, Worker
from arena.jobs.types import Desk, Stopped
from arena.keys import file_hash, key
from training.stages import loading

_LOOK = 0.2
"""Seconds between two looks at a step."""
_GRACE = 30.0
"""Seconds that a step has to come to a stop before it is ended."""


ORIGIN = "origin"
"""Marker of a step that was taken over: the run that did it."""


def place(desk: Desk, name: str) -> RunFolder:
    """The folder of a step."""
    return folder.step(RunFolder(desk.folder), name)


def run(
    desk: Desk,
    name: str,
    kind: str,
    config: Mapping[str, Any],
    prepare: Callable[[Path], None] | None = None,
    *,
    of: str = "",
) -> RunFolder:
    """Does a step, or what is left of it. `prepare` fills a new step's inputs; `of` names what they are.

    Raises:
        ArenaError: the step failed, in its own words.
        Stopped: the flywheel was asked to stop, and the step has stopped.
    """
    step = place(desk, name)
    spec = _spec(kind, config, of)
    if step.has("config.json") and step.spec().key != spec.key:
        raise ArenaError(
            f"{step.path}: holds the work of other settings or of an older version; move it away, then resume"
        )
    if step.has("done"):
        return step
    if step.has("config.json"):
        _moved(step, spec)
    elif _taken_over(step, name, spec):
        desk.note(f"{name}: taken over from {origin(step)}, which did the same")
        return step
    else:
        _make(step, spec, prepare)
    _work(desk, step, name)
    return step


def _spec(kind: str, config: Mapping[str, Any], of: str) -> Spec:
    module = catalog.load(kind)
    options = catalog.config(kind, dict(config))
    return Spec(
        kind=kind,
        config=catalog.plain(options),
        title=catalog.title(module, options),
        created=datetime.now(UTC).replace(tzinfo=None).isoformat(),
        key=catalog.identity(module, options, of),
        version=catalog.version(module),
        board=catalog.board(options),
        gpu=catalog.gpu(module, options),
    )


def _taken_over(step: RunFolder, name: str, spec: Spec) -> bool:
    """Copies the finished step of that key from another flywheel, a study's too; whole or not at all.

    What it was to do is told in this flywheel's words, so that its parents are this one's models.
    """
    own = step.path.parents[1]
    runs = own.parents[2] if own.parent.name == folder.STEPS else own.parent
    for other in folder.with_steps(runs):
        found = folder.step(other, name)
        if other.path == own or not found.has("done") or not found.sound() or found.spec().key != spec.key:
            continue
        half = step.path.with_name(f".{step.path.name}.part")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(found.path, half, ignore=shutil.ignore_patterns("work", "pid", "heartbeat", ".lock"))
        RunFolder(half).put("config.json", json.dumps(asdict(spec), ensure_ascii=False, indent=1))
        RunFolder(half).put(ORIGIN, origin(found) or other.id)
        for inner in tuple(folder.steps(RunFolder(half))):  # a cell of a study: its steps are named after it
            inner.path.rename(inner.path.with_name(inner.id.replace(found.id, step.id, 1)))
        half.rename(step.path)
        return True
    return False


def origin(step: RunFolder) -> str:
    """The run that did a step which was taken over; empty where it was done here."""
    return step.said(ORIGIN).strip()


def seconds(step: RunFolder) -> float:
    """That a step was worked on, wherever that was: of each attempt from its first word to its last."""
    return Follower(step.events).look().worked


def _make(step: RunFolder, spec: Spec, prepare: Callable[[Path], None] | None) -> None:
    """Inputs first, `config.json` last: a folder without one was not begun."""
    for name in ("inputs", "outputs", "work"):
        (step.path / name).mkdir(parents=True, exist_ok=True)
    if prepare is not None:
        prepare(step.inputs)
    step.make(spec)


def _moved(step: RunFolder, spec: Spec) -> None:
    """Gives a step that is to go on the settings of now: they come to the same, but perhaps elsewhere."""
    old = step.spec()
    new = replace(spec, created=old.created)
    if new != old and not step.alive():
        step.put("config.json", json.dumps(asdict(new), ensure_ascii=False, indent=1))


def _work(desk: Desk, step: RunFolder, name: str) -> None:
    follower = Follower(step.events)
    process = None if step.alive() else _started(step)
    while (process is not None and process.poll() is None) or (process is None and step.alive()):
        _listen(desk, step)
        _relay(desk, follower, name)
        time.sleep(_LOOK)
    _relay(desk, follower, name)
    end = step.ended()
    if end == "done":
        return
    if end in ("stopped", "cancelled"):
        if process is not None:
            raise Stopped
        desk.check()
        _work(desk, step, name)  # another had asked it, before this parent was there
        return
    said = step.said("failed") or _last_words(step)
    raise ArenaError(f"{name}: {said}")


def _started(step: RunFolder) -> "subprocess.Popen[bytes]":
    step.drop(*ENDS, "asked", "pause", "pid")
    root = str(Path(arena.__file__).parent.parent)
    paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    with step.log.open("ab") as said:
        return subprocess.Popen(  # noqa: S603 - our own module, a path of our own
            [sys.executable, "-m", "arena.jobs.worker", str(step.path)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**loading.environment(), "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"},
        )


def _listen(desk: Desk, step: RunFolder) -> None:
    """Hands on a pause, and a stop. A pause of a parent that was killed in it is over, too."""
    if (desk.folder / "pause").exists():
        step.put("pause")
    try:
        desk.check()
    except Stopped:
        _halt(step)
        raise
    step.drop("pause")


def _halt(step: RunFolder) -> None:
    """Asks a step to stop and waits until it has."""
    step.put("asked", "stop")
    worker = step.worker()
    until = time.monotonic() + _GRACE
    _signal(step, worker, signal.SIGTERM)
    while step.alive() and time.monotonic() < until:
        time.sleep(_LOOK / 2)
    _signal(step, worker, signal.SIGKILL)


def _signal(step: RunFolder, worker: Worker | None, number: signal.Signals) -> None:
    """To a step's process, where it is one of this machine: elsewhere its number is somebody else's here."""
    if worker is not None and worker.host == socket.gethostname() and step.alive():
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(worker.pid, number)


def _relay(desk: Desk, follower: Follower, name: str) -> None:
    """How far the step is, under the step's name."""
    for part in follower.look().steps:
        desk.progress(f"{name}: {part.name}", part.done, part.total)


def _last_words(step: RunFolder) -> str:
    said = step.said("log.txt").strip().splitlines()
    return (
        f"its process ended before its work did ({said[-1][:200] if said else 'it said nothing'}); resume it"
    )


def files(*paths: Path) -> str:
    """What input files are, for a step's key."""
    return key("inputs", *(part for path in paths for part in (path.name, file_hash(path))))
