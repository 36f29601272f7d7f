"""Several servers of one model: each gets rows as it copes; those of one that is gone go to the others.

Each is asked through a backend of its own (`inner`, such as `openai`) that differs in its address alone. The
identity is that of the first server, so that servers may come and go between two starts of a run. Leaves out
starting them.
"""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from math import inf
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep
from typing import Annotated, Any

from annotated_types import Ge

from arena import plugins
from arena.backends.types import Ask, Backend, Reply, Sampling, Where
from arena.errors import ArenaError, BadRequest
from arena.fields import describe
from arena.plugins import Choice
from arena.preflight import Finding

_LOG = logging.getLogger(__name__)
_PACKAGE = "arena.backends"
_PIECE = 8
"""Rows that a server is given at a time, at most."""
_SHARES = 4
"""Pieces in which each server's part of a batch is given, at least."""
_REST, _PAUSE = 120.0, 1.0
"""Seconds until a server that was gone is tried again, and until all are once all are gone."""


@dataclass(frozen=True, slots=True)
class Config:
    """How one server is asked, and where the others are."""

    inner: Choice
    """The backend that asks a server; its `base_url` is the first one's."""
    others: tuple[str, ...]
    """Addresses of the other servers, each up to and including `/v1`."""
    patience: Annotated[float, Ge(0)] = 30.0
    """Seconds to wait for a server that is gone before the others take its rows; `inner` has no say."""
    wait: Annotated[float, Ge(0)] = 600.0
    """Seconds to wait for any of them once all are gone, before giving up."""


def identity(config: Config) -> str:
    """That of the first server alone."""
    said: str = plugins.load(_PACKAGE, config.inner.name).identity(plugins.config(_PACKAGE, config.inner))
    return said


def check(config: Config) -> tuple[Finding, ...]:
    """What is found at each; one that is not there is no obstacle as long as another is."""
    module = plugins.load(_PACKAGE, config.inner.name)
    each = [tuple(module.check(plugins.config(_PACKAGE, choice))) for choice in _choices(config)]
    gone = ["red" in {finding.level for finding in found} for found in each]
    if all(gone):
        return tuple(finding for found in each for finding in found)
    return tuple(
        replace(finding, level="amber", text=f"{finding.text}; the others take its rows")
        if finding.level == "red"
        else finding
        for found in each
        for finding in found
    )


def where(config: Config) -> Where:
    """Where the inner backend works."""
    says = getattr(plugins.load(_PACKAGE, config.inner.name), "where", None)
    found: Where = says(plugins.config(_PACKAGE, config.inner)) if says else "here"
    return found


def open(config: Config) -> "Servers":  # noqa: A001 - the entry point's name everywhere
    """Opens a client of each.

    Raises:
        BadRequest: the inner backend asks no server, or an option does not fit.
    """
    module = plugins.load(_PACKAGE, config.inner.name)
    opened = [
        _Server(
            str(choice.options["base_url"]),
            module.open(plugins.config(_PACKAGE, choice)),
            int(getattr(plugins.config(_PACKAGE, choice), "concurrency", _PIECE)),
        )
        for choice in _choices(config, patience=config.patience)
    ]
    return Servers(opened, config.patience, config.wait)


def _choices(config: Config, **more: Any) -> list[Choice]:
    inner = plugins.config(_PACKAGE, config.inner)
    usual = {entry.name: entry.default for entry in describe(type(inner))}.get("patience")
    if getattr(inner, "patience", usual) != usual:
        raise BadRequest("servers: patience of inner is not used: set patience and wait of servers instead")
    if not isinstance(first := getattr(inner, "base_url", None), str):
        raise BadRequest(f"servers: inner {config.inner.name} has no base_url: choose openai")
    urls = dict.fromkeys(url.rstrip("/") for url in (first, *config.others))
    return [replace(config.inner, options={**config.inner.options, **more, "base_url": url}) for url in urls]


@dataclass(slots=True)
class _Server:
    """One of them."""

    url: str
    backend: Backend
    concurrency: int
    gone: float = float("-inf")
    """When it was last found gone."""


@dataclass(slots=True)
class _Batch:
    """Rows that are being answered by all."""

    sampling: Sampling
    schema: str | None
    pieces: deque[list[Ask]]
    told: "SimpleQueue[Reply | BaseException | None]" = field(default_factory=SimpleQueue)
    """Replies, errors of servers, and None for each thread that ends."""
    over: Event = field(default_factory=Event)


class Servers:
    """All of them as one backend."""

    exact = False

    def __init__(self, servers: list[_Server], patience: float, wait: float) -> None:
        self._servers, self._patience, self._wait = servers, patience, wait

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """One reply for each ask, as they come.

        Raises:
            ArenaError: no server can answer any more; what the last one said.
        """
        missing = {ask.id: ask for ask in asks}
        error: BaseException | None = None
        until, patient = inf, True
        while missing:
            before, began = error, monotonic()
            servers = [one for one in self._servers if began - one.gone > _REST]
            if not servers:
                if error is not None and (began > until or not patient):
                    raise error
                servers = self._again(pause=error is not None)
            for said in self._round(list(missing.values()), servers, (sampling, schema)):
                if isinstance(said, Reply):
                    del missing[said.id]
                    until = inf
                    yield said
                else:
                    error = said
            if error is before or not isinstance(error, ArenaError):
                break  # all were asked, and these it has no reply for; or a defect
            until = min(until, monotonic() + self._wait)
            patient = len(servers) < len(self._servers) or monotonic() - began >= self._patience
        if error is not None and not isinstance(error, ArenaError):
            raise error

    def _again(self, *, pause: bool) -> list[_Server]:
        """All of them, as if none had been gone."""
        if pause:
            sleep(min(_PAUSE, self._wait))
        for server in self._servers:
            server.gone = float("-inf")
        return self._servers

    def _round(
        self, asks: list[Ask], servers: list[_Server], how: tuple[Sampling, str | None]
    ) -> Iterator[Reply | BaseException]:
        """What these servers say, until all is answered or all of them are gone."""
        size = max(1, min(_PIECE, -(-len(asks) // (_SHARES * len(servers)))))
        pieces = [asks[start : start + size] for start in range(0, len(asks), size)]
        batch = _Batch(*how, deque(pieces))
        fair = -(-len(pieces) // len(servers))
        threads = [
            Thread(target=_work, args=(server, batch), name=f"servers {server.url}", daemon=True)
            for server in servers
            for _ in range(min(fair, -(-server.concurrency // size)))
        ]
        try:
            for thread in threads:
                thread.start()
            left = len(threads)
            while left:
                said = batch.told.get()
                if said is None:
                    left -= 1
                else:
                    yield said
        finally:
            batch.over.set()

    def close(self) -> None:
        """Closes all clients."""
        for server in self._servers:
            server.backend.close()


def _work(server: _Server, batch: _Batch) -> None:
    """In a thread: takes piece after piece until none is left or the server is gone."""
    try:
        while not batch.over.is_set() and not server.gone > monotonic() - _REST:
            try:
                piece = batch.pieces.popleft()
            except IndexError:
                break
            _ask(server, batch, piece)
    except ArenaError as error:
        if server.gone <= monotonic() - _REST:
            _LOG.warning("%s: the other servers take its rows", error)
        server.gone = monotonic()
        batch.told.put(error)
    except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that asked
        batch.told.put(error)
    finally:
        batch.told.put(None)


def _ask(server: _Server, batch: _Batch, piece: list[Ask]) -> None:
    missing = {ask.id: ask for ask in piece}
    try:
        with closing(server.backend.answer(piece, batch.sampling, batch.schema)) as replies:  # type: ignore[type-var]
            for reply in replies:
                missing.pop(reply.id, None)
                batch.told.put(reply)
                if batch.over.is_set():
                    return
    except ArenaError:
        batch.pieces.append(list(missing.values()))  # for whoever has time
        raise
