"""One of several processes that train a stage together: `accelerate launch --module training.ranked FOLDER`.

Each does what a process alone would do; the first one speaks for all, the others to a folder of their own in
`work`. One whose worker is gone ends at once: another may begin anew. Leaves out starting and stopping them
(`training.launching`).
"""

import os
import socket
import sys
import threading
import time
from pathlib import Path

from arena.errors import ArenaError
from arena.jobs import catalog
from arena.jobs.desk import FolderDesk
from arena.jobs.folder import RunFolder
from arena.jobs.types import Stopped
from training.kinds import stage
from training.launching import HALT, SAID
from training.stages import spread

_LOOK = 0.2
_OFTEN = 5
"""Looks for a stop between two looks for the worker."""
STOPPED, FAILED, LOST = 3, 1, 4


def seat(run: RunFolder, stop: threading.Event) -> FolderDesk:
    """Where this process works, and who it speaks to."""
    own = run
    if not spread.first():
        own = RunFolder(run.path / "work" / f"rank-{spread.rank()}")
        own.outputs.mkdir(parents=True, exist_ok=True)
    desk = FolderDesk(own, stop)
    desk.folder = run.path
    return desk


def main(words: list[str]) -> int:
    """Trains its share."""
    run = RunFolder(Path(words[0]))
    stop = threading.Event()
    threading.Thread(target=_listen, args=(run, stop), daemon=True).start()
    desk = seat(run, stop)
    try:
        config = catalog.config("stage", run.spec().config)
        stage.alone(config, desk, run.outputs / stage.MODEL)
        spread.meet()  # one that ends early takes the others with it
    except Stopped:
        spread.meet()
        return STOPPED
    except ArenaError as error:
        (run.path / "work" / SAID / f"{spread.rank():04d}").write_text(str(error), "utf-8")
        return FAILED
    finally:
        desk.close("trained")
        spread.leave()
    return 0


def _listen(run: RunFolder, stop: threading.Event) -> None:
    """Waits for a stop; ends the process where the worker that started it was killed."""
    worker, looks = run.said("pid"), 0
    while True:
        if (run.path / "work" / HALT).exists():
            stop.set()
        looks += 1
        if worker and looks % _OFTEN == 0 and _lost(run, worker):
            os._exit(LOST)
        time.sleep(_LOOK)


def _lost(run: RunFolder, worker: str) -> bool:
    """Whether that worker is gone, as far as can be told from here: clocks of two machines may differ."""
    found = run.worker()
    near = found is not None and found.host == socket.gethostname()
    return run.said("pid") != worker or (near and not run.alive())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
