"""Files that a page loads, from memory: ours as one style sheet and one script, Gradio's as they are.

A page asks for some seventy at once; from disk, and compressed for a browser on the same machine, they took
longer than all else. Their addresses change with their content. Leaves out pages and answers.
"""

import mimetypes
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

KEPT = {"cache-control": "public, max-age=31536000, immutable"}


def bundle(folders: Mapping[str, Path]) -> dict[str, bytes]:
    """All style sheets as one and all scripts as one, the last folder first, named by their content."""
    made = {}
    for ending, between in ((".css", b"\n"), (".js", b"\n;\n")):
        found = [
            path for folder in reversed(tuple(folders.values())) for path in sorted(folder.glob(f"*{ending}"))
        ]
        content = between.join(path.read_bytes() for path in found)
        made[f"/look/{sha256(content).hexdigest()[:12]}{ending}"] = content
    return made


class Files:
    """Answers for the files `made` and those of `folders`; everything else is passed on.

    With `near` the browser is on this machine: nothing is compressed for it.
    """

    def __init__(
        self, app: ASGIApp, made: Mapping[str, bytes], folders: Mapping[str, Path], *, near: bool
    ) -> None:
        self.app, self.near = app, near
        self.known = dict(made)
        self.there = {
            f"{place}/{path.name}": path
            for place, folder in folders.items()
            for path in folder.iterdir()
            if path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A file's answer, or the app's."""
        if scope["type"] == "http":
            if scope["method"] == "GET" and (content := self.content(scope["path"])) is not None:
                kind = mimetypes.guess_type(scope["path"])[0] or "application/octet-stream"
                return await Response(content, media_type=kind, headers=KEPT)(scope, receive, send)
            if self.near:
                del MutableHeaders(scope=scope)["accept-encoding"]
        return await self.app(scope, receive, send)

    def content(self, path: str) -> bytes | None:
        """What a file holds; read once."""
        if path not in self.known and path in self.there:
            self.known[path] = self.there[path].read_bytes()
        return self.known.get(path)
