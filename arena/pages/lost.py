"""What a browser sees at an address where no page is: the way back. Programs get the plain 404 as before."""

import html

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena.pages.markup import Markup, empty, tag

LOOK = (
    "* { box-sizing: border-box } "
    "body { margin: 0; background: var(--ground); font-family: system-ui, sans-serif }"
)
DARK = "matchMedia('(prefers-color-scheme: dark)').matches && document.body.classList.add('dark')"


class Lost:
    """Puts a page in a 404's place, where a person asked; `head` and `bar` are those of all pages."""

    def __init__(self, app: ASGIApp, head: str, bar: Markup) -> None:
        self.app, self.head, self.bar = app, head, bar

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its answer back."""
        person = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        if not person or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Answer(send, page(scope["path"], self.head, self.bar).encode()))


def page(path: str, head: str, bar: Markup) -> str:
    """The whole page."""
    inside = empty(
        f"No page at {path[:80]}",
        "Choose one above, ",
        tag("a", "see what each is for", href="/help"),
        ", or go to the ",
        tag("a", "leaderboard", href="/"),
        ".",
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>No page at {html.escape(path[:80])}</title>{head}"
        f"<style>{LOOK}</style></head>"
        f'<body><script>{DARK}</script><div class="gradio-container"><main class="fillable">'
        f'<div class="html-container">{bar}<br>{inside}</div></main></div></body></html>'
    )


class _Answer:
    """One answer on its way back."""

    def __init__(self, send: Send, body: bytes) -> None:
        self.send, self.body = send, body
        self.instead = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 404:
            self.instead = True
            headers = MutableHeaders(scope=message)
            headers["content-type"] = "text/html; charset=utf-8"
            headers["content-length"] = str(len(self.body))
        elif self.instead and message["type"] == "http.response.body":
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": self.body}
        await self.send(message)
