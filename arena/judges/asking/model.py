"""A model that is asked for verdicts: its backend, how its words are chosen, and one reply for each question.

Leaves out what is asked and how the reply is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from arena import plugins
from arena.backends.types import Ask, Backend, Message, Reply, Sampling
from arena.errors import ArenaError
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding

BACKENDS = "arena.backends"


class Item(Protocol):
    """What a judge is asked about: a game, or a paper to be graded."""

    @property
    def id(self) -> str:
        """Id of what is to be given."""
        ...

    @property
    def seed(self) -> int:
        """Of this try."""
        ...

    @property
    def tried(self) -> int:
        """How often it was asked before without a readable reply."""
        ...


T = TypeVar("T", bound=Item)


@dataclass(frozen=True, slots=True)
class Asker:
    """An opened backend and how it is asked."""

    backend: Backend
    sampling: Sampling
    retry_temperature: float
    schema: str | None

    def replies(self, questions: Sequence[tuple[T, tuple[Message, ...]]]) -> Iterator[tuple[T, Reply]]:
        """One reply for each question, when it is ready.

        Asked again, a question is answered at `retry_temperature` at least: the likeliest words were
        unreadable before and would be the same.
        """
        waiting = {item.id: item for item, _ in questions}
        for temperature in sorted({self._temperature(item) for item, _ in questions}):
            asks = [
                Ask(item.id, messages, item.seed)
                for item, messages in questions
                if self._temperature(item) == temperature
            ]
            sampling = replace(self.sampling, temperature=temperature)
            for reply in self.backend.answer(asks, sampling, self.schema):
                yield waiting.pop(reply.id), reply
        for item in waiting.values():
            yield item, Reply(item.id, "", "error", error="the backend gave no reply")

    def _temperature(self, item: Item) -> float:
        least = self.retry_temperature if item.tried else 0.0
        return max(self.sampling.temperature, least)


def open_backend(choice: Choice) -> Backend:
    """The backend of a choice, ready to answer."""
    opened: Backend = plugins.load(BACKENDS, choice.name).open(plugins.config(BACKENDS, choice))
    return opened


def identity(choice: Choice, sampling: Sampling, *parts: str) -> str:
    """Content key of a judge that asks a model: the model, how it is asked, and whatever else decides."""
    model: str = plugins.load(BACKENDS, choice.name).identity(plugins.config(BACKENDS, choice))
    return key("judge", model, sampling.digest, *parts)


def check(choice: Choice) -> tuple[Finding, ...]:
    """What the backend finds, told as the judge's."""
    try:
        found: tuple[Finding, ...] = plugins.load(BACKENDS, choice.name).check(
            plugins.config(BACKENDS, choice)
        )
    except ArenaError as error:
        return (Finding("red", "judge", str(error)),)
    return tuple(replace(finding, subject=f"judge: {finding.subject}") for finding in found)


def holds_schema(choice: Choice) -> bool:
    """Whether the backend can hold replies to a JSON schema, as far as it says."""
    try:
        return bool(getattr(plugins.load(BACKENDS, choice.name), "HOLDS_SCHEMA", True))
    except ArenaError:
        return True  # told already


def named(choice: Choice, kind: str) -> str:
    """How boards show a judge that was given no name: its model's, and the kind of judge."""
    return f"{_model(choice.options) or choice.name}/{kind}"


def _model(options: Mapping[str, Any]) -> str:
    return str(options.get("model", "")).removeprefix("shipped:").rstrip("/").rpartition("/")[2]
