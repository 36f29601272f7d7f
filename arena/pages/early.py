"""Puts our scripts and the page's name at the top of its HTML; Gradio would fetch them after its own start.

So they run first: before Gradio listens for the page to be left (static/arena.js). Style sheets stay after
Gradio's, where they win, and are only fetched early. Leaves out which files there are (`arena.pages.frame`).
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOP = b"<head>"


class Early:
    """Inserts `markup` after `<head>` of HTML answers, and names the page in `<html data-page>`."""

    def __init__(self, app: ASGIApp, markup: str) -> None:
        self.app, self.markup = app, markup.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its answer back."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Answer(send, self.markup, named(scope["path"])))


def named(path: str) -> str:
    """What the style sheets call a page: they are on every page, and each says which it is for."""
    return re.sub(r"[^a-z]", "", path) or "leaderboard"


class _Answer:
    """One answer on its way back. HTML is held until it is whole."""

    def __init__(self, send: Send, markup: bytes, page: str) -> None:
        self.send, self.markup, self.page = send, markup, page.encode()
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            html = headers.get("content-type", "").startswith("text/html")
            if html and "content-encoding" not in headers:
                self.start = message
                return
        elif self.start is not None:
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = self.body.replace(TOP, TOP + self.markup, 1)
            body = body.replace(b"<html", b'<html data-page="%b"' % self.page, 1)
            MutableHeaders(scope=self.start)["content-length"] = str(len(body))
            await self.send(self.start)
            message = {"type": "http.response.body", "body": body}
        await self.send(message)
