"""How users speak: in sentences that come with the program, or through a model that is told what to do.

`texts/NAME.txt` holds the sentences, one a line, `texts/NAME.prompt.txt` what a model is told; {conversation}
is where the user's turns go. Leaves out what each user is for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le

from arena import plugins
from arena.backends.types import Ask, Backend, Message, Reply, Sampling, Where
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding
from arena.types import Prompt
from arena.users.types import Said

BACKENDS = "arena.backends"
VERSION = 1
_TEXTS = Path(__file__).parent / "texts"
_TRIES = 3
"""How often a model is asked that says nothing."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """How often, and through what."""

    turns: Annotated[int, Ge(1), Le(8)] = 1
    """Further turns of the user."""
    backend: Choice | None = None
    """A model that speaks for the user; None: sentences that come with the program."""
    temperature: Annotated[float, Ge(0)] = 0.7
    """Of that model."""
    max_tokens: Annotated[int, Ge(1)] = 200
    """Longest turn of that model."""


def sentences(name: str) -> tuple[str, ...]:
    """The sentences of a user."""
    text = (_TEXTS / f"{name}.txt").read_text("utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def told(name: str) -> str:
    """What a model is told that speaks for a user."""
    return (_TEXTS / f"{name}.prompt.txt").read_text("utf-8")


def identity(name: str, config: Speaking) -> str:
    """Content key of sentences or model, and settings."""
    if config.backend is None:
        return key("user", VERSION, name, config.turns, key("content", *sentences(name)))
    said: str = plugins.load(BACKENDS, config.backend.name).identity(plugins.config(BACKENDS, config.backend))
    return key("user", VERSION, name, config.turns, told(name), said, _sampling(config).digest)


def check(name: str, config: Speaking) -> tuple[Finding, ...]:
    """What is known of its model."""
    if config.backend is None:
        return (Finding("green", f"user {name}", f"{len(sentences(name))} sentences"),)
    module = plugins.load(BACKENDS, config.backend.name)
    found: tuple[Finding, ...] = module.check(plugins.config(BACKENDS, config.backend))
    return found


def where(config: Speaking) -> Where:
    """Where its model works."""
    if config.backend is None:
        return "elsewhere"
    says = getattr(plugins.load(BACKENDS, config.backend.name), "where", None)
    found: Where = says(plugins.config(BACKENDS, config.backend)) if says else "here"
    return found


def opened(name: str, config: Speaking) -> "Sentences | Speaker":
    """The user."""
    if config.backend is None:
        return Sentences(name, sentences(name), config.turns)
    backend = plugins.load(BACKENDS, config.backend.name).open(plugins.config(BACKENDS, config.backend))
    return Speaker(backend, told(name), config)


def _sampling(config: Speaking) -> Sampling:
    return Sampling(config.temperature, max_tokens=config.max_tokens)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Draws from sentences: the same ones for the same prompt, none twice in a conversation."""

    name: str
    known: tuple[str, ...]
    turns: int
    exact: bool = False

    def say(self, prompts: Sequence[Prompt]) -> Iterator[Said]:
        """One draw for each prompt."""
        for prompt in prompts:
            order = sorted(self.known, key=lambda sentence: key(self.name, prompt.id, sentence))
            yield Said(prompt.id, tuple(order[turn % len(order)] for turn in range(self.turns)))

    def close(self) -> None:
        """Holds nothing."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Asks a model, turn by turn."""

    backend: Backend
    text: str
    config: Speaking

    @property
    def exact(self) -> bool:
        """As its model."""
        return self.backend.exact

    def say(self, prompts: Sequence[Prompt]) -> Iterator[Said]:
        """A conversation as far as it goes; one that fails says why."""
        talks: dict[str, tuple[str, ...]] = {prompt.id: () for prompt in prompts}
        failed: dict[str, str] = {}
        for turn in range(self.config.turns):
            due = [prompt for prompt in prompts if prompt.id not in failed]
            for tried in range(_TRIES):
                replies = {reply.id: reply for reply in self._asked(due, talks, (turn, tried))}
                failed.update({prompt.id: _why(replies.get(prompt.id)) for prompt in due})
                for name in [name for name, why in failed.items() if not why]:
                    del failed[name]
                    talks[name] += (replies[name].text.strip(),)
                due = [prompt for prompt in due if prompt.id in failed]
                if not due:
                    break
        for prompt in prompts:
            yield Said(prompt.id, talks[prompt.id], failed.get(prompt.id, ""))

    def _asked(
        self, due: Sequence[Prompt], talks: dict[str, tuple[str, ...]], nth: tuple[int, int]
    ) -> Iterator[Reply]:
        asks = []
        for prompt in due:
            said = "\n\n".join(f"User: {turn}" for turn in (*prompt.turns, *talks[prompt.id]))
            text = self.text.replace("{conversation}", said)
            seed = int(key("user", prompt.id, *nth)[:8], 16) >> 1
            asks.append(Ask(prompt.id, (Message("user", text),), seed))
        return self.backend.answer(asks, _sampling(self.config))

    def close(self) -> None:
        """Closes the model."""
        self.backend.close()


def _why(reply: Reply | None) -> str:
    if reply is None:
        return "the model gave no reply"
    if reply.status == "ok" and reply.text.strip():
        return ""
    return reply.error or ("the model said nothing" if reply.status == "ok" else reply.status)
