"""Asking the arena from outside the app: through the file when it is free, else through the app itself."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Protocol

from arena import wire
from arena.errors import Busy, named, room
from arena.service import requests as ask
from arena.service.service import Request, Result, Service
from arena.settings import Settings
from arena.store.owner import Owner

_PATIENCE = 24 * 3600.0
"""Seconds that one request may take: an import of gigabytes is one."""


class Arena(Protocol):
    """Whatever answers requests: a `Service` of our own, or a running app."""

    def perform(self, request: Request) -> Result:
        """Answers a request."""
        ...


class Remote:
    """A running app, asked over loopback with the token from its owner note."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner

    def perform(self, request: Request) -> Result:
        """Sends a request and reads the answer.

        Raises:
            ArenaError: as the app raised it. Busy: the app does not answer.
        """
        import httpx

        word = wire.verb(request)
        try:
            answer = httpx.post(
                f"{self.owner.url}/arena/{word}",
                content=wire.encode(_absolute(request)),
                timeout=_PATIENCE,
                trust_env=False,
                headers={"authorization": f"Bearer {self.owner.token}", "content-type": "application/json"},
            )
        except httpx.HTTPError as error:
            raise Busy(
                f"the app (process {self.owner.pid}) holds the database and does not answer: {error}"
            ) from error
        if answer.status_code != 200:
            told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            raise named(
                told.get("error", "ArenaError"), told.get("text", f"the app answered {answer.status_code}")
            )
        return wire.decode_result(word, answer.content)


def _absolute(request: Request) -> Request:
    if isinstance(request, ask.Import | ask.Survey | ask.Export):
        return replace(request, path=request.path.expanduser().resolve())
    return request


def app(settings: Settings) -> Remote | None:
    """The app that holds a home and takes requests; None where none does."""
    owner = Owner.read(settings.owner)
    return Remote(owner) if owner is not None and owner.url is not None else None


@contextmanager
def arena(settings: Settings, what: str) -> Iterator[Arena]:
    """The arena of a home folder, whoever holds it."""
    if (remote := app(settings)) is not None:
        yield remote
        return
    with room(settings.home), _opened(settings, what) as found:
        yield found


def _opened(settings: Settings, what: str) -> AbstractContextManager[Arena]:
    try:
        return Service(settings, what, keep=False)
    except Busy:
        if (remote := app(settings)) is not None:  # it was still opening when it was first looked for
            return nullcontext(remote)
        raise
