"""One of several machines that work on a run: `python -m training.joining FOLDER` on each of them.

On the first it is the run's worker; the folder is on storage that all share. Wherever a stage begins there,
in the run itself or in a step of it, the other machines start their processes, too, and wait for the next
one, until the run has ended. Leaves out what a stage is launched with (`training.launching`).
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

from arena.errors import ArenaError, NotFound
from arena.jobs import catalog, folder
from arena.jobs.folder import RunFolder
from training import launching, machines
from training.kinds import stage
from training.launching import CALL
from training.machines import Place

_LOOK = 0.5
_LOST = 60.0
"""Seconds without a worker on the first machine after which nobody is waited for."""


def calls(run: RunFolder) -> Iterator[tuple[RunFolder, str]]:
    """Where in a run a live worker asks for company, and what it calls that."""
    try:
        call = json.loads((run.path / "work" / CALL).read_text("utf-8"))
        if call["worker"] == run.said("pid") and run.alive():
            yield run, str(call["id"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    for step in folder.steps(run):
        yield from calls(step)


def follow(run: RunFolder, place: Place) -> bool:
    """Joins in wherever the first machine asks; whether the run was done in the end.

    Raises:
        NotFound: no such run.
    """
    if not run.sound():
        raise NotFound(f"{run.path}: no run folder")
    joined, begun, seen = set[str](), False, time.monotonic()
    while not run.has("done") and time.monotonic() - seen < _LOST:
        if run.alive():
            begun, seen = True, time.monotonic()
        elif begun and run.ended():
            break
        for where, call in calls(run):
            if call not in joined:
                joined.add(call)
                _join(where, place)
                seen = time.monotonic()
        time.sleep(_LOOK)
    return run.has("done")


def _join(run: RunFolder, place: Place) -> None:
    """This machine's processes of a stage, until they have ended or the first machine is gone."""
    settings = stage.options(catalog.config("stage", run.spec().config))
    process = launching.start(launching.command(settings, run.path, place))
    seen = time.monotonic()
    while process.poll() is None and time.monotonic() - seen < _LOST:
        if run.alive():
            seen = time.monotonic()
        time.sleep(_LOOK)
    _end(process)


def _end(process: "Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()  # accelerate ends all of them
    process.wait()


def main(words: list[str]) -> int:
    """Works on the run in that folder, or follows it."""
    try:
        place, run = machines.here(), RunFolder(Path(words[0]).absolute())
        if place.rank == 0:
            worker = [sys.executable, "-m", "arena.jobs.worker", str(run.path)]
            os.execv(sys.executable, worker)  # noqa: S606 - our own module, no shell
        return 0 if follow(run, place) else 1
    except ArenaError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
