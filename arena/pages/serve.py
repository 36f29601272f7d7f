"""The app as a process: one socket, one service, pages and the command line's door on one server.

Listens on loopback; anything wider needs a password. Leaves out what pages show (`arena.pages.frame`).
"""

import gc
import ipaddress
import os
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from arena.errors import BadRequest, Busy
from arena.pages.leaving import Leaving
from arena.settings import Settings

if TYPE_CHECKING:
    from arena.service.service import Service

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def serve(settings: Settings) -> None:
    """Runs the app until it is interrupted.

    Raises:
        BadRequest: `host` is not loopback and nobody has a password.
        Busy: the port, or the database, is taken.
    """
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)  # else each event counts all before it anew
    os.environ["GRADIO_TEMP_DIR"] = str(settings.scratch.absolute() / "uploads")
    if not loopback(settings.host) and not (settings.password or settings.operator_password):
        raise BadRequest(
            f"--host {settings.host}: others could reach the app; set ARENA_PASSWORD (user arena, who looks) "
            "or ARENA_OPERATOR_PASSWORD (user operator, who also launches), or leave --host out"
        )
    with bound(settings.host, settings.port) as ear:
        url = address(settings.host, ear.getsockname()[1])
        leaving = Leaving()
        leaving.listen()
        with suppress(KeyboardInterrupt):
            _run(settings, ear, url, leaving)
        print("stopped", file=sys.stderr)


def loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises Busy where the port is taken, BadRequest for no such address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ear = socket.socket(family, socket.SOCK_STREAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ear.bind((host, port))
        ear.listen(128)
    except (OSError, OverflowError) as error:
        ear.close()
        if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno in _TAKEN):
            raise Busy(
                f"port {port} on {host} is taken: stop what uses it, or choose another with --port"
            ) from error
        raise BadRequest(f"cannot listen on {host}, port {port}: {error}") from error
    return ear


_TAKEN = (48, 98, 10013, 10048)
"""EADDRINUSE of BSD, Linux and Windows."""


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the app."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{port}"


def _said(line: str) -> None:
    print(line, flush=True)


def _run(settings: Settings, ear: socket.socket, url: str, leaving: Leaving) -> None:
    from arena.pages import warm
    from arena.service.service import Service

    with Service(settings, "the app", print) as service:
        warming = warm.begin(service)
        try:
            _open(service, settings, ear, url, leaving)
        finally:
            warming.join()


def _open(service: "Service", settings: Settings, ear: socket.socket, url: str, leaving: Leaving) -> None:
    import uvicorn

    from arena.pages.frame import mounted
    from arena.service import first

    owner = service.database.owner.serve(settings.owner, url)
    service.live()
    app = mounted(service, owner.token or "", settings, only_loopback=loopback(settings.host))
    print(f"The arena is open: {url}", flush=True)
    if settings.pocket:
        threading.Thread(target=first.begin, args=(service, _said), name="first start", daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, ws="none")
    gc.collect()
    gc.freeze()  # what the pages are made of stays: looking through it for garbage held up a click for 0.2 s
    leaving.serve(uvicorn.Server(config), ear)
