"""Any backend, with every reply kept in a file: what was answered once is not asked again.

A reply is known by everything that it depends on: the backend's identity, the conversation, the sampling
settings, the seed and the schema. Errors are not kept, so they are asked again. The inner backend is opened
when the first reply is missing; a run that is wholly known needs no model, server or key. `recorded` replays
such a file without its backend.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from arena import plugins
from arena.backends.types import Ask, Backend, Recording, Reply, Sampling, Where
from arena.errors import Unreadable
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from arena.settings import Settings

_PACKAGE = "arena.backends"


@dataclass(frozen=True, slots=True)
class Config:
    """What answers, and where its replies are kept."""

    inner: Choice
    """The backend that answers."""
    file: str
    """File of replies, `.jsonl`; a plain name is a file in the folder `recordings` of the home folder."""


def identity(config: Config) -> str:
    """That of the inner backend: recorded or not, the answers are its."""
    inner = plugins.config(_PACKAGE, config.inner)
    said: str = plugins.load(_PACKAGE, config.inner.name).identity(inner)
    return said


def check(config: Config) -> tuple[Finding, ...]:
    """What the inner backend finds, and whether the file can be written."""
    inner = plugins.config(_PACKAGE, config.inner)
    found: tuple[Finding, ...] = plugins.load(_PACKAGE, config.inner.name).check(inner)
    path = _path(config)
    there = path if path.exists() else next(folder for folder in path.parents if folder.exists())
    fits = path.is_file() if there == path else there.is_dir()
    if not fits or not os.access(there, os.W_OK):
        return (*found, Finding("red", "recordings", f"{path} cannot be written: name another file"))
    return found


def where(config: Config) -> Where:
    """Where the inner backend works."""
    says = getattr(plugins.load(_PACKAGE, config.inner.name), "where", None)
    found: Where = says(plugins.config(_PACKAGE, config.inner)) if says else "here"
    return found


def open(config: Config) -> "Recorder":  # noqa: A001 - the entry point's name everywhere
    """Reads what was recorded; the inner backend waits until it is needed.

    Raises:
        Unreadable: the file is there and holds something else.
    """
    path = _path(config)
    path.parent.mkdir(parents=True, exist_ok=True)
    return Recorder(config, path, identity(config), _known(path))


def _path(config: Config) -> Path:
    path = Path(config.file).expanduser()
    return path if path.is_absolute() or len(path.parts) > 1 else Settings().recordings / path


def _known(path: Path) -> dict[bytes, int]:
    """Where in the file each reply begins. A last line torn by a crash is cut off."""
    known: dict[bytes, int] = {}
    if not path.exists():
        return known
    parse, place = TypeAdapter(Recording), 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                os.truncate(path, place)
                break
            try:
                known[_short(parse.validate_json(line).recording)] = place
            except ValidationError as error:
                raise Unreadable(f"{path}: no recording at byte {place}: name another file") from error
            place += len(line)
    return known


def _short(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()


@dataclass(slots=True)
class Recorder:
    """A backend that remembers."""

    config: Config
    path: Path
    identity: str
    known: dict[bytes, int]
    inner: Backend | None = None
    exact: bool = field(default=False, init=False)

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """Known replies first, then the others as they come; each is in the file before it is given."""
        missing = []
        for ask in asks:
            place = self.known.get(_short(self._key(ask, sampling, schema)))
            if place is None:
                missing.append(ask)
            else:
                yield self._read(place, ask)
        if not missing:
            return
        if self.inner is None:
            self.inner = _opened(self.config.inner)
        waiting = {ask.id: ask for ask in missing}
        for reply in self.inner.answer(missing, sampling, schema):
            if reply.status != "error":
                self._keep(waiting[reply.id], sampling, schema, reply)
            yield reply

    def close(self) -> None:
        """Closes the inner backend, where it was opened."""
        if self.inner is not None:
            self.inner.close()
            self.inner = None

    def _key(self, ask: Ask, sampling: Sampling, schema: str | None) -> str:
        chat = (part for message in ask.messages for part in (message.role, message.content))
        return key("recording", self.identity, sampling.digest, ask.seed, schema, *chat)

    def _read(self, place: int, ask: Ask) -> Reply:
        with self.path.open("rb") as file:
            file.seek(place)
            reply = TypeAdapter(Recording).validate_json(file.readline()).reply
        return Reply(ask.id, reply.text, reply.status, reply.tokens, reply.prompt_tokens, reply.milliseconds)

    def _keep(self, ask: Ask, sampling: Sampling, schema: str | None, reply: Reply) -> None:
        name = self._key(ask, sampling, schema)
        line = TypeAdapter(Recording).dump_json(Recording(name, ask.messages, ask.seed, reply)) + b"\n"
        # One write at the end of the file: lines of several processes do not mix.
        with self.path.open("ab", buffering=0) as file:
            file.write(line)
            self.known[_short(name)] = file.tell() - len(line)


def _opened(choice: Choice) -> Backend:
    opened: Backend = plugins.load(_PACKAGE, choice.name).open(plugins.config(_PACKAGE, choice))
    return opened
