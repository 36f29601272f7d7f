"""Two scores from 1 to 10 beside a reference answer that the judge is told is right.

For prompts with one right answer (mathematics, reasoning, code). A game whose prompt has no reference is
judged by the plain prompt. Leaves out where references come from (`arena.prompts`).
"""

from dataclasses import dataclass

from arena.judges.asking import settings, template, verdict
from arena.judges.asking.judge import Asking
from arena.judges.asking.settings import Asked
from arena.judges.reading import forms
from arena.judges.types import Judge
from arena.preflight import Finding

KIND, VERSION = "reference_guided", 1
NEEDED = frozenset({"question", "answer_1", "answer_2"})
KNOWN = NEEDED | {"code"}
GUIDED = NEEDED | {"reference"}


@dataclass(frozen=True, slots=True)
class Config(Asked):
    """Which model judges, and how it is asked."""

    prompt: str = "reference_guided"
    """Prompt of games with a reference answer: by name, or a text file with [system] and [user]."""
    plain: str = "pairwise_score"
    """Prompt of games without one."""


def open(config: Config) -> Judge:  # noqa: A001 - the entry point's name
    """The judge, its model loaded or its server known."""
    guided = template.load(config.prompt, GUIDED, GUIDED | KNOWN)
    plain = template.load(config.plain, NEEDED, KNOWN)
    asker = settings.asker(config, forms.PAIR_SCHEMA)
    return Asking(settings.title(config, KIND), asker, forms.PAIR, verdict.of_scores, plain, guided)


def identity(config: Config) -> str:
    """Content key of model, prompts and settings."""
    guided = template.load(config.prompt, GUIDED, GUIDED | KNOWN)
    return settings.identity(config, KIND, VERSION, guided, template.load(config.plain, NEEDED, KNOWN))


def check(config: Config) -> tuple[Finding, ...]:
    """What can be known to be wrong with the model or the prompts."""
    return settings.check(config, {config.prompt: (GUIDED, GUIDED | KNOWN), config.plain: (NEEDED, KNOWN)})
