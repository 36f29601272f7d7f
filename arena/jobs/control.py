"""What a person can do with a run: pause, resume, stop, cancel, ask failed rows again, remove.

Works on the folder and the process of it alone, so it does the same from the app and the command line.
Leaves out starting what is queued (`arena.jobs.launcher`).
"""

import os
import shutil
import signal
import socket
import time
from typing import Literal, get_args

from arena.errors import BadRequest
from arena.jobs import facts, folder
from arena.jobs.desk import Again
from arena.jobs.facts import Place
from arena.jobs.folder import ENDS, RunFolder
from arena.jobs.types import State

Verb = Literal["pause", "resume", "stop", "cancel", "retry", "remove"]
VERBS: tuple[Verb, ...] = get_args(Verb)

_MAY: dict[Verb, tuple[State, ...]] = {
    "pause": ("running",),
    "resume": ("paused", "stopped", "dead", "failed", "cancelled"),
    "stop": ("running", "paused", "stopping", "queued", "dead"),
    "cancel": ("running", "paused", "stopping", "queued", "dead", "stopped", "failed"),
    "retry": ("done", "stopped", "dead", "failed", "cancelled"),
    "remove": ("done", "stopped", "dead", "failed", "cancelled", "queued"),
}
"""In which states a verb does something."""


def may(state: State, failed: bool = True) -> tuple[Verb, ...]:
    """The verbs that do something now; `failed`: whether any row failed."""
    return tuple(verb for verb in VERBS if state in _MAY[verb] and (verb != "retry" or failed))


def control(run: RunFolder, verb: Verb) -> State:
    """Does it; the state after it.

    Raises:
        BadRequest: the run is not in a state for it.
    """
    state = run.state()
    if state not in _MAY[verb]:
        able = ", ".join(may(state)) or "nothing"
        raise BadRequest(f"run {run.id} is {state}: {verb} does nothing to it; possible are: {able}")
    if verb == "pause":
        run.put("pause")
    elif verb == "resume":
        resume(run)
    elif verb == "retry":
        _retry(run)
    elif verb == "remove":
        _unmanned(run)
        shutil.rmtree(run.path)
        return state
    else:
        _leave(run, state, verb)
    return run.state()


def resume(run: RunFolder) -> None:
    """Lets a paused run go on, and puts one that ended early into the queue again."""
    if run.state() == "paused":
        run.drop("pause")
        return
    run.put("queued", f"{time.time_ns():020d}")
    run.drop(*ENDS, "asked", "pause", "pid")


def _retry(run: RunFolder) -> None:
    good: set[str] = set()
    bad: set[str] = set()
    end, again = Place(), Again.of(run)
    for head in facts.heads(run.outputs):
        end = head.end
        (bad if head.failed else good).add(head.id)
    if not bad - good:
        raise BadRequest(f"run {run.id}: no row failed, so there is none to ask again")
    Again(again.attempt + 1, end).note(run)
    resume(run)


def _leave(run: RunFolder, state: State, verb: Verb) -> None:
    """Stop or cancel: an end marker at once where nothing works, else a word to the worker."""
    end = "cancelled" if verb == "cancel" else "stopped"
    if state not in ("running", "paused", "stopping"):
        run.put(end)
        run.drop("queued", "asked", *(other for other in ENDS if other != end))
        for step in _orphans(run):
            _ask(step, "stop")
        return
    _ask(run, verb)


def _unmanned(run: RunFolder) -> None:
    """Refuses while steps still work, and asks them to stop."""
    left = _orphans(run)
    for step in left:
        _ask(step, "stop")
    if left:
        raise BadRequest(
            f"run {run.id}: its step {left[0].id} still works and was asked to stop: remove it after that"
        )


def _orphans(run: RunFolder) -> list[RunFolder]:
    """Steps that work on though the process that began them is gone, as one that was killed."""
    found = []
    for step in folder.steps(run):
        found += [step] if step.alive() else _orphans(step)
    return found


def _ask(run: RunFolder, word: str) -> None:
    """A word to the worker of a run, wherever it is; here also a signal."""
    run.put("asked", word)
    worker = run.worker()
    if worker is not None and worker.host == socket.gethostname():
        try:
            os.kill(worker.pid, signal.SIGTERM)
        except ProcessLookupError:  # it has ended meanwhile
            return
