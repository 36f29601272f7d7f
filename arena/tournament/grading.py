"""Grades single answers, as MT-Bench has it: prompts -> answers -> a grade for each turn, as units of facts.

All models answer, one after the other, then the grader grades. Started again with the facts that were kept,
it goes on where it was. An answer that lacks a turn gets a grade without a score, so nothing is missing
unseen. Leaves out where facts go (`arena.jobs`) and what they add up to (`arena.tournament.scores`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, TypeVar

from annotated_types import Ge, Le

from arena import plugins, referee
from arena.backends.types import Backend, Sampling
from arena.errors import BadRequest
from arena.judges.types import Grader, Paper
from arena.keys import key
from arena.plugins import Choice
from arena.tournament import answering
from arena.tournament.answering import Row, Tries
from arena.tournament.config import Contestant
from arena.tournament.crew import BACKENDS, JUDGES
from arena.tournament.facts import Failure, Unit
from arena.tournament.reading import PROMPTS, together
from arena.types import Fact, Grade, Prompt, Reference, Response

T = TypeVar("T")

Asked = tuple[Prompt, tuple[Reference, ...]]
"""A prompt and its reference answers."""


@dataclass(frozen=True, slots=True)
class Grading:
    """A whole benchmark of single grades."""

    board: str
    """Board that the grades go to; name it by the grader where several grade the same."""
    prompts: Choice
    """A file of `arena.prompts` and its options."""
    models: tuple[Contestant, ...]
    grader: Choice
    """A file of `arena.judges` that grades single answers, and its options."""
    sampling: Sampling = Sampling()
    """How models answer."""
    temperatures: dict[str, Annotated[float, Ge(0)]] = field(default_factory=dict)
    """Temperature by category of prompt, where it differs."""
    retries: Annotated[int, Ge(0), Le(10)] = 2
    """How often a failed answer or an unread grade is asked for again."""
    unit: Annotated[int, Ge(1)] = 64
    """Rows that are answered or graded together; at most this many are lost when the machine dies."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random."""
    about: dict[str, str] = field(default_factory=dict)
    """Title and notes for people; decides nothing."""

    def sampled(self, model: Contestant, prompt: Prompt) -> Sampling:
        """How a model answers a prompt: a model's own settings come before the category's."""
        if model.sampling is not None:
            return model.sampling
        told = [self.temperatures[name] for name in prompt.categories if name in self.temperatures]
        return replace(self.sampling, temperature=told[0]) if told else self.sampling


def grade(
    config: Grading, past: Iterable[Fact], attempt: int = 0, check: Callable[[], None] = lambda: None
) -> Iterator[Unit]:
    """Everything that happens, unit by unit. `past` are the facts that this run told before it was stopped.

    `check` is called every moment; what it raises ends the run. `attempt` is how often a person had the
    failed rows asked for again.

    Raises:
        ArenaError: a model or the grader cannot work at all; what was done by then was told.
    """
    bench = _Bench(config, attempt, check)
    bench.recall(past)
    for model in config.models:
        yield from bench.answers(model)
    yield from bench.grades()


class _Bench:
    """A run. Holds the prompts and the answers in memory: a benchmark has thousands, not millions."""

    def __init__(self, config: Grading, attempt: int, check: Callable[[], None]) -> None:
        self._config, self._attempt, self._check = config, attempt, check
        options = plugins.config(PROMPTS, config.prompts)
        read = plugins.load(PROMPTS, config.prompts.name).read(options, config.board)
        self._asked: tuple[Asked, ...] = tuple(together(read))
        self._references = {prompt.id: found for prompt, found in self._asked}
        self._who = {model.name: answering.who(model, config.seed) for model in config.models}
        self._told: set[str] = set()
        self._responses: dict[str, Response] = {}
        self._done = 0

    def recall(self, past: Iterable[Fact]) -> None:
        """Takes in what was told before."""
        for fact in past:
            if isinstance(fact, Response):
                self._responses[fact.id] = fact
            if isinstance(fact, Prompt | Reference | Response | Grade):
                self._told.add(fact.id)

    def _fresh(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Those that were not told before, which now are."""
        found = []
        for fact in facts:
            if isinstance(fact, Prompt | Reference | Response | Grade) and fact.id not in self._told:
                self._told.add(fact.id)
                found.append(fact)
        return tuple(found)

    def _stop(self) -> bool:
        self._check()
        return False

    # Answers

    def answers(self, model: Contestant) -> Iterator[Unit]:
        """One model's answers; its backend is opened only if some are missing."""
        backend: Backend | None = None
        try:
            for sampling, rows in self._rows(model):
                missing = [row for row in rows if row.id not in self._responses]
                failures: tuple[Failure, ...] = ()
                if missing:
                    backend = backend or _opened(model)
                    failures = self._answer(model, backend, sampling, rows if backend.exact else missing)
                self._done += len(rows)
                facts = [fact for row in rows for fact in self._facts(row)]
                total = len(self._asked) * len(self._config.models)
                yield Unit("answers", self._fresh(facts), self._done, total, failures)
                self._check()
        finally:
            if backend is not None:
                backend.close()

    def _rows(self, model: Contestant) -> Iterator[tuple[Sampling, list[Row]]]:
        """Units of rows that are sampled alike."""
        alike: dict[Sampling, list[Row]] = {}
        for prompt, _ in self._asked:
            sampling = self._config.sampled(model, prompt)
            alike.setdefault(sampling, []).append(Row(self._name(model, prompt), prompt, 0))
        for sampling, rows in alike.items():
            for unit in _units(rows, self._config.unit):
                yield sampling, unit

    def _name(self, model: Contestant, prompt: Prompt) -> str:
        sampling = self._config.sampled(model, prompt)
        return answering.response_id(prompt.id, self._who[model.name], sampling, 0)

    def _answer(
        self, model: Contestant, backend: Backend, sampling: Sampling, rows: Sequence[Row]
    ) -> tuple[Failure, ...]:
        tries = Tries(self._config.retries, self._attempt)
        failures = []
        for found in answering.answer(rows, model, backend, sampling, tries, self._stop):
            response = self._responses.setdefault(found.response.id, found.response)
            if response is found.response and response.status != "ok":
                why = found.error or "max_tokens reached"
                failures.append(Failure(response.status, f"{model.name}: {why}"))
        return tuple(failures)

    def _facts(self, row: Row) -> tuple[Fact, ...]:
        return (row.prompt, *self._references[row.prompt.id], self._responses[row.id])

    # Grades

    def grades(self) -> Iterator[Unit]:
        """All grades; the grader is opened only if some are missing."""
        papers = list(self._papers())
        grader: Grader | None = None
        done = 0
        try:
            for unit in _units(papers, self._config.unit):
                facts: list[Grade] = []
                missing = [paper for paper in unit if paper.id not in self._told]
                if missing:
                    grader = grader or self._grader()
                    facts = self._mark(unit if grader.exact else missing, grader)
                done += len(unit)
                fresh = self._fresh(facts)
                failures = tuple(
                    _failure(fact) for fact in fresh if isinstance(fact, Grade) and fact.score is None
                )
                yield Unit("grades", fresh, done, len(papers), failures)
                self._check()
        finally:
            if grader is not None:
                grader.close()

    def _papers(self) -> Iterator[Paper]:
        options = plugins.config(JUDGES, self._config.grader)
        identity = plugins.load(JUDGES, self._config.grader.name).identity(options)
        drawn = (self._config.seed, self._attempt)
        for model in self._config.models:
            for prompt, references in self._asked:
                response = self._responses[self._name(model, prompt)]
                for turn in range(1, len(prompt.turns) + 1):
                    named = key("grade", self._config.board, identity, response.id, turn)
                    seed = int(key("grading", *drawn, named)[:8], 16) >> 1
                    right = references[0] if references else None
                    yield Paper(named, prompt, response, turn, seed, right)

    def _grader(self) -> Grader:
        choice = self._config.grader
        grader = plugins.load(JUDGES, choice.name).open(plugins.config(JUDGES, choice))
        if not hasattr(grader, "grade"):
            grader.close()
            raise BadRequest(f"grader {choice.name} judges games, not single answers: choose single_score")
        opened: Grader = grader
        return opened

    def _mark(self, papers: Sequence[Paper], grader: Grader) -> list[Grade]:
        """Grades of a unit; what was never answered is not shown to the grader."""
        there = [paper for paper in papers if paper.turn <= len(paper.response.turns)]
        found = {paper.id: _unanswered(paper, grader.name) for paper in papers if paper not in there}
        for grade in referee.mark(there, grader, self._config.retries):
            found[grade.id] = grade
            self._check()
        return [found[paper.id] for paper in papers]


def _unanswered(paper: Paper, grader: str) -> Grade:
    response = paper.response
    text = f"{response.model} gave no answer to turn {paper.turn}"
    status = "error" if response.status in ("ok", "truncated") else response.status
    return Grade(paper.id, paper.prompt.id, response.model, grader, paper.turn, None, text, status)


def _failure(grade: Grade) -> Failure:
    said = (grade.explanation or "no reply").strip().splitlines()
    return Failure(
        grade.status, f"{grade.model}, turn {grade.turn}: {said[0][:200] if said else 'an empty reply'}"
    )


def _opened(model: Contestant) -> Backend:
    options = plugins.config(BACKENDS, model.backend)
    backend: Backend = plugins.load(BACKENDS, model.backend.name).open(options)
    return backend


def _units(rows: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])
