"""Closes what Gradio offers and our pages do not use: monitoring, proxies, recordings, editors, its API.

What is closed answers 404 to everybody, the operator too. Leaves out who may use the rest
(`arena.pages.visitors`); `tests/pages/endpoints.csv` has all of it, and a test holds the app to that.
"""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

CLOSED = re.compile(
    r"/(openapi\.json|monitoring(/.*)?|pwa_icon(/.*)?|svelte/.*|"
    r"gradio_api/(openapi\.json|deep_link|dev/.*|runs/?|proxy=.*|stream/.*|process_recording|mcp(/.*)?|"
    r"custom_component/.*|component_server/?|token/?|(api|call)/.*|(undo-)?vibe-.*))"
)
"""Paths that nobody is answered at."""


class Narrow:
    """Answers 404 for what is closed; everything else is passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer to one request."""
        if scope["type"] == "http" and CLOSED.fullmatch(scope["path"]):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
            return
        await self.app(scope, receive, send)
