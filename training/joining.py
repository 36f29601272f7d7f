"""One of several machines that work on a run: `python -m training.joining FOLDER` on each of them.

On the first it is the run's worker; the folder is on storage that all share. Wherever a stage begins there,
in the run itself or in a step of it, the other machines start their processes, too, and wait for the next
one, until the run has ended. Leaves out what a stage is launched with (`training.launching`).
"""

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

from arena.errors import ArenaError, NotFound
from arena.jobs import catalog, folder
from arena.jobs.folder import FRESH, RunFolder
from training import launching, machines
from training.kinds import stage
from training.launching import CALL
from training.machines import Place

_LOOK = 0.5
_LOST = 60.0
"""Seconds without a worker on the first machine after which nobody is waited for."""


class Watch:
    """Who lives, whatever the clocks of two machines say: whose heart was seen to beat of late."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._beats = clock, dict[Path, tuple[int, float]]()

    def alive(self, run: RunFolder) -> bool:
        """Whether a run's worker lives; where its clock is off, not before its second beat."""
        worker = run.worker()
        if run.alive() or worker is None or worker.host == socket.gethostname():
            return run.alive()
        try:
            beat = (run.path / "heartbeat").stat().st_mtime_ns
        except OSError:
            return False
        last, seen = self._beats.get(run.path, (beat, float("-inf")))
        self._beats[run.path] = (beat, seen if beat == last else self._clock())
        return self._clock() - self._beats[run.path][1] < FRESH


def calls(
    run: RunFolder, alive: Callable[[RunFolder], bool] = RunFolder.alive
) -> Iterator[tuple[RunFolder, str]]:
    """Where in a run a live worker asks for company, and what it calls that."""
    try:
        call = json.loads((run.path / "work" / CALL).read_text("utf-8"))
        if call["worker"] == run.said("pid") and alive(run):
            yield run, str(call["id"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    for step in folder.steps(run):
        yield from calls(step, alive)


def follow(run: RunFolder, place: Place) -> bool:
    """Joins in wherever the first machine asks; whether the run was done in the end.

    Raises:
        NotFound: no such run.
    """
    if not run.sound():
        raise NotFound(f"{run.path}: no run folder")
    joined, begun, seen, watch = set[str](), False, time.monotonic(), Watch()
    while not run.has("done") and time.monotonic() - seen < _LOST:
        if watch.alive(run):
            begun, seen = True, time.monotonic()
        elif begun and run.ended():
            break
        for where, call in calls(run, watch.alive):
            if call not in joined:
                joined.add(call)
                _join(where, place, watch)
                seen = time.monotonic()
        time.sleep(_LOOK)
    return run.has("done")


def _join(run: RunFolder, place: Place, watch: Watch) -> None:
    """This machine's processes of a stage, until they have ended or the first machine is gone."""
    settings = stage.options(catalog.config("stage", run.spec().config))
    process = launching.start(launching.command(settings, run.path, place))
    seen = time.monotonic()
    while process.poll() is None and time.monotonic() - seen < _LOST:
        if watch.alive(run):
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
