"""What a backend is: the one seam between the arena and whatever generates text, one method wide.

A backend is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and three functions: `open(config) -> Backend`, `identity(config) -> str` (content key of what would
answer: same key, same answers to be expected) and `check(config) -> tuple[Finding, ...]` (what can be known
to be wrong without loading anything). A fourth, `where(config) -> Where`, may say where it works (`here`
where it does not). One that cannot hold replies to a JSON schema says `HOLDS_SCHEMA = False`. Backends do not
import each other. Leaves out conversations of several turns and retries (`arena.tournament.answering`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal, Protocol

from annotated_types import Ge, Gt, Le

from arena.keys import key
from arena.types import Status

Where = Literal["elsewhere", "here", "alone"]
"""Where a backend works: on a server; here beside others; here, and wants the accelerator alone."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model's next words are chosen."""

    temperature: Annotated[float, Ge(0)] = 0.7
    """0 takes the likeliest word each time."""
    top_p: Annotated[float, Gt(0), Le(1)] = 1.0
    """Share of probability that words are drawn from."""
    max_tokens: Annotated[int, Ge(1)] = 1024
    """Longest answer per turn; one that reaches it is `truncated`."""
    stop: tuple[str, ...] = ()
    """Texts at which an answer ends."""

    @property
    def digest(self) -> str:
        """Content key of the settings: part of every response's key."""
        return key("sampling", *(str(value) for value in asdict(self).values()))


@dataclass(frozen=True, slots=True)
class Ask:
    """One chat to be continued by one message."""

    id: str
    messages: tuple[Message, ...]
    seed: int
    """Of this row alone, so that a resumed run draws the same answer where the engine is deterministic."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of an `Ask`: text, or a status that says why there is none. Never an exception."""

    id: str
    text: str
    status: Status = "ok"
    """ok; truncated: `max_tokens` reached; refused: the server's filter; error: see `error`."""
    tokens: int | None = None
    """Of the reply."""
    prompt_tokens: int | None = None
    milliseconds: int | None = None
    error: str | None = None
    """One line: what happened."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A reply as `recorder` keeps it and `recorded` gives it again."""

    recording: str
    """Content key of all that the reply depends on. Stands first in the line, which is known by it."""
    messages: tuple[Message, ...]
    seed: int
    reply: Reply


class Backend(Protocol):
    """Something that answers."""

    exact: bool
    """The same batch gets the same replies, but a reply may depend on its whole batch (padding): a batch
    that was cut short is asked again whole. False: each row stands for itself; replies come when ready."""

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """One reply for each ask, in any order. `schema` is a JSON schema that the text must fit.

        Raises:
            ArenaError: nothing can be answered at all (server gone for good, model cannot be loaded).
        """
        ...

    def close(self) -> None:
        """Lets go of processes, memory and connections."""
        ...
