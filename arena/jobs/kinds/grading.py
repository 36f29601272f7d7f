"""A benchmark of single grades, as MT-Bench: models answer, a grader gives each turn 1 to 10.

The grades go to a board, where two grades of one prompt make a battle; `outputs/scores.csv` has the means by
model, turn and category. Stopped or killed, it goes on where it was. Leaves out ranking (`arena.ratings`).
"""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from arena import plugins
from arena.cells import inert
from arena.errors import ArenaError
from arena.jobs import facts
from arena.jobs.types import Cost, Desk
from arena.plugins import Choice
from arena.preflight import Finding
from arena.tournament import answering
from arena.tournament.crew import BACKENDS, JUDGES, where
from arena.tournament.facts import Unit
from arena.tournament.grading import Grading, grade
from arena.tournament.preflight import PLACEHOLDER
from arena.tournament.reading import PROMPTS, together
from arena.tournament.scores import Score, scores
from arena.types import Fact, Grade, Prompt

Config = Grading
VERSION = 1
_CHARACTERS, _RUBRIC, _GRADE = 4.0, 400, 200
"""Characters per token; tokens of the grader's rubric and of a grade with its reasons."""
_BYTES, _ROW = 4.5, 600
"""Bytes on disk per token of text, and of everything around a row."""


def title(config: Grading) -> str:
    """For people."""
    return config.about.get("title") or f"{config.board}: single grades of {len(config.models)} models"


def gpu(config: Grading) -> bool:
    """Whether anything works on this machine: servers hold their own."""
    models = [where(BACKENDS, model.backend) for model in config.models]
    return any(place != "elsewhere" for place in (*models, where(JUDGES, config.grader)))


def reuses(config: Grading) -> tuple[str, ...]:
    """No answers from elsewhere: a benchmark samples by category."""
    del config
    return ()


def check(config: Grading) -> tuple[Finding, ...]:
    """Everything that can be known to go wrong."""
    if unset := tuple(_unset(config)):
        return unset
    found = [*_looked("prompts", PROMPTS, config.prompts), *_looked("grader", JUDGES, config.grader)]
    for model in config.models:
        found += _looked(f"model {model.name}", BACKENDS, model.backend)
    for name, count in Counter(model.name for model in config.models).items():
        if count > 1:
            found.append(Finding("red", f"model {name}", f"{count} models have this name: give each its own"))
    if not config.models:
        found.append(Finding("red", "models", "there are none: name one at least"))
    if _gives(config.grader) != "grades":
        text = f"{config.grader.name} judges games, not single answers: choose single_score"
        found.append(Finding("red", "grader", text))
    return tuple(found)


def _unset(config: Grading) -> Iterator[Finding]:
    choices = [("prompts", config.prompts), ("grader", config.grader)]
    choices += [(f"model {model.name}", model.backend) for model in config.models]
    for subject, choice in choices:
        for name, text in _texts(choice):
            if PLACEHOLDER.fullmatch(text.strip()):
                yield Finding("red", subject, f"{name} is not set yet: it stands for {text}")


def _texts(choice: Choice) -> Iterator[tuple[str, str]]:
    for name, value in choice.options.items():
        if isinstance(value, dict):
            yield from _texts(Choice(name, value.get("options", value)))
        elif isinstance(value, str):
            yield name, value


def _looked(subject: str, package: str, choice: Choice) -> tuple[Finding, ...]:
    try:
        return tuple(plugins.load(package, choice.name).check(plugins.config(package, choice)))
    except ArenaError as error:
        return (Finding("red", subject, str(error)),)


def _gives(choice: Choice) -> str:
    try:
        return str(getattr(plugins.load(JUDGES, choice.name), "GIVES", "verdicts"))
    except ArenaError:
        return "grades"  # told already


def plan(config: Grading) -> tuple[Cost, ...]:
    """What it would ask and cost."""
    prompts = list(_prompts(config))
    turns = sum(len(prompt.turns) for prompt in prompts)
    tokens = sum(len(turn) for prompt in prompts for turn in prompt.turns) / _CHARACTERS
    written = sum((model.sampling or config.sampling).max_tokens for model in config.models) * turns
    grades = turns * len(config.models)
    read = round(2 * (tokens * len(config.models) + written) + grades * (_RUBRIC + _GRADE))
    size = _BYTES * (written + grades * _GRADE) + _ROW * (grades + len(prompts) * len(config.models))
    most = "at most: every answer as long as max_tokens allows"
    return (
        Cost("prompts", len(prompts), "", "counted"),
        Cost("answers", turns * len(config.models), "", "turns, one per model"),
        Cost("grades", grades, "", "one per turn and model"),
        Cost("answer tokens", written, "", most),
        Cost("judge tokens", read, "", most),
        Cost("disk", round(size / 1e6, 1), "MB", most),
    )


def _prompts(config: Grading) -> Iterator[Prompt]:
    options = plugins.config(PROMPTS, config.prompts)
    read = plugins.load(PROMPTS, config.prompts.name).read(options, config.board)
    return (prompt for prompt, _ in together(read))


def run(config: Grading, desk: Desk) -> None:
    """Runs it and appends every unit; the figures are written last."""
    desk.note(title(config))
    steps: set[str] = set()
    past = chain(_cut(desk), desk.facts())
    for unit in grade(config, past, desk.attempt, desk.check):
        desk.append(unit.facts)
        _tell(unit, desk, steps)
        desk.check()
    grades = {fact.id: fact for fact in desk.facts() if isinstance(fact, Grade)}
    found = scores(grades.values(), {prompt.id: prompt.categories for prompt in _prompts(config)})
    _write(found, desk.folder / "outputs" / "scores.csv")
    for score in found:
        if score.of == "all":
            desk.note(_line(score), "grades")


def _cut(desk: Desk) -> Iterator[Fact]:
    """Of what a person asks for again: the answers that are graded as they stand."""
    if desk.attempt:
        yield from answering.cut(fact for _, fact in facts.read(desk.folder / "outputs"))


def _tell(unit: Unit, desk: Desk, steps: set[str]) -> None:
    if unit.step not in steps:
        steps.add(unit.step)
        desk.step(unit.step, unit.total)
    desk.progress(unit.step, unit.done, unit.total)
    for failure in unit.failures:
        desk.failure(failure.kind, failure.text, unit.step)


def _line(score: Score) -> str:
    failed = f", {score.failed:,} not read" if score.failed else ""
    if score.mean is None:
        return f"{score.model}: no grade could be read{failed}"
    return f"{score.model}: {score.mean:.2f} ({score.low:.2f} to {score.high:.2f}, n = {score.n:,}{failed})"


def _write(found: tuple[Score, ...], path: Path) -> None:
    draft = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("model", "of", "mean", "low", "high", "n", "failed"))
        for s in found:
            middle = "" if s.mean is None else round(s.mean, 4)
            writer.writerow(
                (inert(s.model), inert(s.of), middle, round(s.low, 4), round(s.high, 4), s.n, s.failed)
            )
    draft.replace(path)
