"""Puts our scripts at the top of every page's HTML; Gradio would fetch them only after its own start.

So they run first: before Gradio listens for the page to be left (static/arena.js). Style sheets stay after
Gradio's, where they win, and are only fetched early. Leaves out which files there are (`arena.pages.frame`).
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOP = b"<head>"
YEAR = "public, max-age=31536000, immutable"
"""Files whose address changes with their content are never asked for again."""


class Early:
    """Inserts `markup` after `<head>` of HTML answers, and lets browsers keep stamped files."""

    def __init__(self, app: ASGIApp, markup: str) -> None:
        self.app, self.markup = app, markup.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its answer back."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        kept = scope["path"].startswith("/assets/") or (
            scope["path"].startswith("/look/") and scope["query_string"] != b""
        )
        await self.app(scope, receive, _Answer(send, self.markup, kept=kept))


class _Answer:
    """One answer on its way back. HTML is held until it is whole."""

    def __init__(self, send: Send, markup: bytes, *, kept: bool) -> None:
        self.send, self.markup, self.kept = send, markup, kept
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if self.kept and message["status"] in (200, 304):
                headers["cache-control"] = YEAR
            html = headers.get("content-type", "").startswith("text/html")
            if html and "content-encoding" not in headers:
                self.start = message
                return
        elif self.start is not None:
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = self.body.replace(TOP, TOP + self.markup, 1)
            MutableHeaders(scope=self.start)["content-length"] = str(len(body))
            await self.send(self.start)
            message = {"type": "http.response.body", "body": body}
        await self.send(message)
