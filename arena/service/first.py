"""A first start: where there is no pocket board yet, the pocket tournament plays in the background, once.

So that there is something real to browse without a click: tiny models that come with the program, judged on
answers that a program can check. Leaves out playing (`arena.jobs`) and the true skill, which is shipped.
"""

from collections.abc import Callable

from arena import presets
from arena.errors import ArenaError
from arena.jobs.folder import every
from arena.service.running import Control, Launch
from arena.service.service import Service
from arena.store import boards, journal

PRESET = "pocket"


def begin(service: Service, told: Callable[[str], None]) -> str | None:
    """Starts it, where it was never started and its board was not removed, or its process is gone; its id.

    What stands in its way (a part that is not installed) is told and stops nothing else.
    """
    try:
        preset = presets.load(PRESET, (), service.settings.home)
        board = preset.config["board"]
        here = {found.name for found in boards.every(service.database)}
        played = [run for run in every(service.settings.runs) if run.spec().board == board]
        if board in journal.removals(service.settings.journal):
            return None
        if dead := next((run for run in played if run.state() == "dead"), None):
            service.runs.control(Control(dead.id, "resume"))
            told(f"the pocket arena goes on in the background: run {dead.id}")
            return dead.id
        if board in here or played:
            return None
        done = service.runs.launch(Launch(preset.kind, preset.config))
    except ArenaError as error:
        told(f"the pocket arena does not play: {error}")
        return None
    told(f"the pocket arena plays in the background: board {board!r} fills while it does")
    return done.id
