"""A stage trained by several processes, one for each accelerator: `accelerate launch`, and waiting for it.

The processes (`training.ranked`) do what one would do alone; the model that they leave is found done
afterwards. Leaves out what they agree on while they train (`training.stages.spread`).
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import arena
from arena.errors import ArenaError, BadRequest
from arena.jobs.types import Desk, Stopped
from training.stages.types import Training

HALT = "halt"
"""In `work`: asks the processes to stop after their step."""
SAID = "ranked"
"""In `work`: a folder with what went wrong, one file for each process."""
_LOOK = 0.2
_GRACE = 12.0
"""Seconds that they have to stop; a worker that does not end within a few more is ended itself."""


def wanted(settings: Training) -> bool:
    """Whether a stage asks for several processes."""
    return settings.processes > 1 or bool(settings.accelerate)


def fits(stage: str, settings: Training, *, alone: bool) -> None:
    """Whether a stage can be spread so.

    Raises:
        BadRequest: it trains in one process only, rows that do not divide, or no such file.
    """
    if not wanted(settings):
        return
    if alone:
        raise BadRequest(f"{stage} trains in one process: leave processes at 1 and accelerate empty")
    if settings.batch % settings.processes:
        raise BadRequest(
            f"{stage}: a batch of {settings.batch} rows does not divide among {settings.processes} processes"
        )
    if settings.accelerate and not Path(settings.accelerate).is_file():
        raise BadRequest(f"{settings.accelerate}: no such file; `accelerate config` writes one")


def command(settings: Training, folder: Path) -> list[str]:
    """What is run: arguments, never a shell."""
    told = [sys.executable, "-m", "accelerate.commands.launch"]
    if settings.accelerate:
        told += ["--config_file", str(Path(settings.accelerate).absolute())]
    else:
        told += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
        told += ["--multi_gpu", "--main_process_port", "0"]
    if settings.processes > 1:
        told += ["--num_processes", str(settings.processes)]
    return [*told, "--module", "training.ranked", str(folder)]


def run(settings: Training, desk: Desk) -> None:
    """Starts the processes and waits until they are done.

    Raises:
        Stopped: the person asked for it; they have stopped at a resume point.
        ArenaError: one of them could not go on, in its own words.
    """
    work = desk.folder / "work"
    said = work / SAID
    said.mkdir(parents=True, exist_ok=True)
    for old in (work / HALT, *said.iterdir()):
        old.unlink(missing_ok=True)
    told = command(settings, desk.folder)
    desk.note(f"accelerate launch: {settings.processes} processes")
    process = _started(told)
    try:
        while process.poll() is None:
            desk.check()
            time.sleep(_LOOK)
    except Stopped:
        (work / HALT).touch()
        _ended(process)
        raise
    if process.returncode:
        words = [path.read_text("utf-8") for path in sorted(said.iterdir())]
        lost = f"accelerate launch ended with {process.returncode} (the log has more); resume it"
        raise ArenaError(next(iter(words), lost))


def _started(told: list[str]) -> "subprocess.Popen[bytes]":
    root = str(Path(arena.__file__).parent.parent)
    paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(  # noqa: S603 - our own module, a folder of our own
        told,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"},
    )


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """Waits for the processes to stop by themselves, then ends them."""
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.terminate()  # accelerate ends all of them
        process.wait()
