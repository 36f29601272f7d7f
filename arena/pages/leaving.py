"""Ends the app when it is asked to: an interrupt is never lost, whatever Python was doing when it came.

Leaves out what is then closed (`arena.pages.serve`).
"""

import signal
import socket
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

HEARD = (signal.SIGTERM, signal.SIGINT)
"""Both by name: a shell's background job is started deaf to the second."""


class Leaving:
    """Hears the signals: breaks off what is being opened, ends a server that runs.

    Python drops what is raised inside a finalizer: being asked is kept, and looked at before serving begins.
    """

    def __init__(self) -> None:
        self.asked = False
        self._server: uvicorn.Server | None = None

    def listen(self) -> None:
        """Hears the signals from now on; only in the main thread."""
        for word in HEARD:
            signal.signal(word, self._heard)

    def serve(self, server: "uvicorn.Server", ear: socket.socket) -> None:
        """Runs a server until one asks, or not at all where one already has."""
        self._server = server
        try:
            if not self.asked:
                server.run(sockets=[ear])
        finally:
            self._server = None

    def _heard(self, _: int, __: FrameType | None) -> None:
        self.asked = True
        if self._server is None:
            raise KeyboardInterrupt
        self._server.should_exit = True
