"""Settings that all judges who ask a model have."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from arena.backends.types import Sampling
from arena.errors import ArenaError
from arena.judges.asking import model, template
from arena.judges.asking.model import Asker
from arena.judges.asking.template import Template
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding


@dataclass(frozen=True, slots=True)
class Asked:
    """How a model is asked to judge."""

    backend: Choice
    """What answers: a file of `arena.backends` and its options."""
    prompt: str = ""
    """A prompt that comes with the program, by name, or a text file of your own with [system] and [user]."""
    name: str = ""
    """The judge's name on boards; empty: the model's name and the kind of judge."""
    temperature: Annotated[float, Ge(0)] = 0.0
    """0 takes the likeliest words."""
    retry_temperature: Annotated[float, Ge(0)] = 0.5
    """At least this when a reply could not be read and the model is asked again."""
    max_tokens: Annotated[int, Ge(1)] = 1024
    """Longest reply; one that reaches it is `truncated`, never guessed at."""
    structured: bool = True
    """Hold replies to a JSON schema where the backend can; where it cannot, they are read as they come."""


def asker(config: Asked, schema: str) -> Asker:
    """The opened model."""
    return Asker(
        model.open_backend(config.backend), sampling(config), config.retry_temperature,
        schema if config.structured else None,
    )  # fmt: skip


def sampling(config: Asked) -> Sampling:
    """How the first try is sampled."""
    return Sampling(config.temperature, max_tokens=config.max_tokens)


def title(config: Asked, kind: str) -> str:
    """The judge's name on boards."""
    return config.name or model.named(config.backend, kind)


def identity(config: Asked, kind: str, version: int, *templates: Template) -> str:
    """Content key of a judge: kind and version, model, sampling, prompts."""
    return model.identity(
        config.backend, sampling(config), kind, str(version), str(config.retry_temperature),
        str(config.structured), title(config, kind), key("prompts", *(found.text for found in templates)),
    )  # fmt: skip


def check(config: Asked, prompts: dict[str, tuple[frozenset[str], frozenset[str]]]) -> tuple[Finding, ...]:
    """What is wrong with the backend, and with the prompts: name -> (needed, known) placeholders."""
    found = list(model.check(config.backend))
    if config.structured and not model.holds_schema(config.backend):
        text = f"{config.backend.name} does not hold replies to a schema: they are read as they come"
        found.append(Finding("amber", "judge", f"{text} (structured: false says so)"))
    for name, (needed, known) in prompts.items():
        try:
            template.load(name, needed, known)
        except ArenaError as error:
            found.append(Finding("red", "judge prompt", str(error)))
    return tuple(found)
