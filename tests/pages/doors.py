"""Serves the app of a home and says first what it offers: `python doors.py HOME`.

One line of JSON: address, token, routes, and the first event of each handler with the ids of its inputs.
A process of its own, since Gradio leaves event loops open. Run by test_endpoints.py.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount, Route

from arena.pages import frame, serve
from arena.service.service import Service
from arena.settings import Settings

TOKEN = "the token"  # noqa: S105


def main(home: Path) -> None:
    """Serves until it is ended."""
    settings = Settings(home=home, wait=0)
    with Service(settings, "test") as service:
        app = frame.mounted(service, TOKEN, settings, only_loopback=True)
        ear = serve.bound("127.0.0.1", 0)
        inner = next(r.app for r in app.routes if isinstance(r, Mount) and hasattr(r.app, "get_blocks"))
        url = serve.address("127.0.0.1", ear.getsockname()[1])
        told = {"url": url, "token": TOKEN, "routes": routes(app, inner), "events": events(inner)}
        print(json.dumps(told), flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none")).run(sockets=[ear])


def routes(app: FastAPI, inner: Any) -> list[str]:
    """`GET /path` of every route, ours and Gradio's; a path with and without its last slash is one."""
    found = set()
    for route in [*app.routes, *inner.routes]:
        if isinstance(route, Route):
            path = route.path.rstrip("/") or "/"
            found |= {f"{method} {path}" for method in (route.methods or {"GET"}) - {"HEAD"}}
        elif isinstance(route, Mount) and route.path:
            found.add(f"GET {route.path}/*")
    return sorted(found)


def events(inner: Any) -> dict[str, tuple[int, list[str]]]:
    """Handlers of events by name, each with the first event that it is asked by."""
    found: dict[str, tuple[int, list[str]]] = {}
    for number, event in inner.get_blocks().fns.items():
        if event.fn is not None and event.name is not None:
            name = f"{event.fn.__module__}:{event.fn.__qualname__}".replace(".<locals>", "")
            found.setdefault(name, (number, [part.elem_id or "" for part in event.inputs]))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
