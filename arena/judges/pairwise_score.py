"""Two scores from 1 to 10 and an explanation, as in Arena Learning: the higher score wins.

The judge sees the whole conversation of each side and weighs coherence, factual accuracy, context awareness
and overall quality; it reasons before it scores. The paper's own words are not published: the prompt is ours
(`prompts/pairwise_score.txt`). Leaves out reference answers (`reference_guided`).
"""

from dataclasses import dataclass

from arena.judges.asking import settings, template, verdict
from arena.judges.asking.judge import Asking
from arena.judges.asking.settings import Asked
from arena.judges.reading import forms
from arena.judges.types import Judge
from arena.preflight import Finding

KIND, VERSION = "pairwise_score", 1
NEEDED = frozenset({"question", "answer_1", "answer_2"})
KNOWN = NEEDED | {"code"}


@dataclass(frozen=True, slots=True)
class Config(Asked):
    """Which model judges, and how it is asked."""

    prompt: str = "pairwise_score"
    """A prompt that comes with the program, by name, or a text file of your own with [system] and [user]."""


def open(config: Config) -> Judge:  # noqa: A001 - the entry point's name
    """The judge, its model loaded or its server known."""
    asked = template.load(config.prompt, NEEDED, KNOWN)
    asker = settings.asker(config, forms.PAIR_SCHEMA)
    return Asking(settings.title(config, KIND), asker, forms.PAIR, verdict.of_scores, asked)


def identity(config: Config) -> str:
    """Content key of model, prompt and settings."""
    return settings.identity(config, KIND, VERSION, template.load(config.prompt, NEEDED, KNOWN))


def check(config: Config) -> tuple[Finding, ...]:
    """What can be known to be wrong with the model or the prompt."""
    return settings.check(config, {config.prompt: (NEEDED, KNOWN)})
