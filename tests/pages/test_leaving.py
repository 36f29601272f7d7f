"""An interrupt ends the app whenever it comes: real processes, asked at the moments that are hard to hear."""

import signal
import subprocess
import sys

import pytest

from arena.pages.leaving import HEARD

SERVER = """
import gc, signal, sys
import uvicorn
from arena.pages import serve
from arena.pages.leaving import Leaving

async def app(scope, receive, send):
    return

class Dying:
    def __init__(self):
        self.myself = self

    def __del__(self):
        signal.raise_signal(sign)

sign, moment = int(sys.argv[1]), sys.argv[2]
leaving = Leaving()
leaving.listen()
config = uvicorn.Config(app, interface="asgi3", log_level="error", lifespan="off", ws="none")
if moment == "finalizer":
    Dying()
    gc.collect()
if moment == "loading":
    load = config.load
    config.load = lambda: (signal.raise_signal(sign), load())
with serve.bound("127.0.0.1", 0) as ear:
    if moment == "opening":
        try:
            signal.raise_signal(sign)
        except KeyboardInterrupt:
            print("broken off")
    leaving.serve(uvicorn.Server(config), ear)
print("asked" if leaving.asked else "not asked")
"""


@pytest.mark.parametrize("moment", ["opening", "finalizer", "loading"])
@pytest.mark.parametrize("sign", HEARD)
def test_a_signal_at_a_bad_moment_is_kept(sign: signal.Signals, moment: str) -> None:
    command = [sys.executable, "-c", SERVER, str(int(sign)), moment]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[-2] == "asked"
    assert ("broken off" in done.stdout) == (moment == "opening")
