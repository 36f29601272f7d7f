"""A winner in five grades, A>>B to B>>A, as Arena-Hard has it: the judge first writes its own answer.

"Much better" has strength 2; how much that counts is chosen when ranking. The prompt is ours
(`prompts/pairwise_label.txt`). Leaves out scores (`pairwise_score`).
"""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from arena.judges.asking import settings, template, verdict
from arena.judges.asking.judge import Asking
from arena.judges.asking.settings import Asked
from arena.judges.reading import forms
from arena.judges.types import Judge
from arena.preflight import Finding

KIND, VERSION = "pairwise_label", 1
NEEDED = frozenset({"question", "answer_1", "answer_2"})
KNOWN = NEEDED | {"code"}


@dataclass(frozen=True, slots=True)
class Config(Asked):
    """Which model judges, and how it is asked."""

    prompt: str = "pairwise_label"
    """A prompt that comes with the program, by name, or a text file of your own with [system] and [user]."""
    max_tokens: Annotated[int, Ge(1)] = 2048
    """Longest reply, the judge's own answer included; one that reaches it is `truncated`."""


def open(config: Config) -> Judge:  # noqa: A001 - the entry point's name
    """The judge, its model loaded or its server known."""
    asked = template.load(config.prompt, NEEDED, KNOWN)
    asker = settings.asker(config, forms.GRADES_SCHEMA)
    return Asking(settings.title(config, KIND), asker, forms.GRADES, verdict.of_label, asked)


def identity(config: Config) -> str:
    """Content key of model, prompt and settings."""
    return settings.identity(config, KIND, VERSION, template.load(config.prompt, NEEDED, KNOWN))


def check(config: Config) -> tuple[Finding, ...]:
    """What can be known to be wrong with the model or the prompt."""
    return settings.check(config, {config.prompt: (NEEDED, KNOWN)})
