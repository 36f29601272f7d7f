"""The command line's way into a running app: `POST /arena/VERB` with the token of the owner note.

Also keeps strangers out: pages load nothing from elsewhere. Leaves out what a verb does (`arena.service`).
"""

import secrets

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena import wire
from arena.errors import ArenaError
from arena.service.service import Service

POLICY = "; ".join(
    f"{what} {sources}"
    for what, sources in {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }.items()
)
"""What a page may load: its own files. Gradio needs inline scripts. A remote image is refused."""


def hang(app: FastAPI, service: Service, token: str) -> None:
    """Adds the route to an app."""

    @app.post("/arena/{verb}")
    async def perform(verb: str, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return _error(
                403, "BadRequest", "wrong token: the owner note in the home folder has the right one"
            )
        body = await request.body()
        return await run_in_threadpool(answer, service, verb, body)


def answer(service: Service, verb: str, body: bytes) -> Response:
    """The reply to one request: 200 with the result, or 400 with the error's name and text."""
    try:
        result = service.perform(wire.decode_request(verb, body))
    except ArenaError as error:
        return _error(400, type(error).__name__, str(error))
    return Response(wire.encode(result), media_type="application/json")


def _error(status: int, name: str, text: str) -> Response:
    return Response(wire.encode({"error": name, "text": text}), status, media_type="application/json")


class Guard:
    """Puts `POLICY` on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its answer back with the headers."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = POLICY
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, told)
