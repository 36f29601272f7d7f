"""One answer alone, from 1 to 10, as MT-Bench has it: turn by turn, with a reference where there is one.

The second turn is graded in sight of the first. The prompts are ours (`prompts/single_score*.txt`). A grade
compares by itself only on average; two of one prompt make a battle, by query. Leaves out which papers there
are (`arena.tournament.grading`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena.backends.types import Message, Reply
from arena.judges.asking import settings, shown, template
from arena.judges.asking.model import Asker
from arena.judges.asking.settings import Asked
from arena.judges.asking.template import Template, fill
from arena.judges.reading import forms
from arena.judges.reading.parse import read
from arena.judges.reading.types import Reading
from arena.judges.types import Grader, Paper
from arena.preflight import Finding
from arena.types import Grade

KIND, VERSION = "single_score", 1
GIVES = "grades"
NEEDED = frozenset({"question", "answer"})
KNOWN = NEEDED | {"code", "turn"}
GUIDED = NEEDED | {"reference"}


@dataclass(frozen=True, slots=True)
class Config(Asked):
    """Which model grades, and how it is asked."""

    prompt: str = "single_score"
    """Prompt of papers without a reference answer: by name, or a text file with [system] and [user]."""
    guided: str = "single_score_guided"
    """Prompt of papers with one."""


@dataclass(frozen=True, slots=True)
class Single:
    """The grader."""

    name: str
    asker: Asker
    plain: Template
    guided: Template

    @property
    def exact(self) -> bool:
        """As the backend is."""
        return self.asker.backend.exact

    def grade(self, papers: Sequence[Paper]) -> Iterator[Grade]:
        """One grade for each paper, when it is ready."""
        told = {paper.id: shown.paper(paper) for paper in papers}
        questions = [(paper, self._messages(paper, told[paper.id][0])) for paper in papers]
        for paper, reply in self.asker.replies(questions):
            yield self._graded(paper, reply, read(reply, forms.GRADE, told[paper.id][1]))

    def _messages(self, paper: Paper, values: shown.Values) -> tuple[Message, ...]:
        return fill(self.guided if paper.reference else self.plain, values)

    def _graded(self, paper: Paper, reply: Reply, reading: Reading[float]) -> Grade:
        """A reply that could not be read is kept whole, as what the grader said."""
        said = reading.explanation if reading.status == "ok" else reply.text or reply.error
        who = (paper.prompt.id, paper.response.model, self.name, paper.turn)
        return Grade(paper.id, *who, reading.value, said or None, reading.status)

    def close(self) -> None:
        """Lets go of the backend."""
        self.asker.backend.close()


def open(config: Config) -> Grader:  # noqa: A001 - the entry point's name
    """The grader, its model loaded or its server known."""
    plain = template.load(config.prompt, NEEDED, KNOWN)
    guided = template.load(config.guided, GUIDED, GUIDED | KNOWN)
    return Single(settings.title(config, KIND), settings.asker(config, forms.GRADE_SCHEMA), plain, guided)


def identity(config: Config) -> str:
    """Content key of model, prompts and settings."""
    plain = template.load(config.prompt, NEEDED, KNOWN)
    return settings.identity(
        config, KIND, VERSION, plain, template.load(config.guided, GUIDED, GUIDED | KNOWN)
    )


def check(config: Config) -> tuple[Finding, ...]:
    """What can be known to be wrong with the model or the prompts."""
    return settings.check(config, {config.prompt: (NEEDED, KNOWN), config.guided: (GUIDED, GUIDED | KNOWN)})
