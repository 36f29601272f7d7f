"""A benchmark of single grades, such as MT-Bench: the mean grade of a model, and by category.

Stopped, it goes on where it was; its facts stay with the step. Leaves out ranking models by their grades
(`arena battle mt-bench`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from annotated_types import Ge

from arena import plugins
from arena.backends.types import Sampling
from arena.jobs import facts
from arena.jobs.types import Desk
from arena.plugins import Choice
from arena.preflight import Finding
from arena.tournament.config import Contestant
from arena.tournament.grading import Grading, grade
from arena.tournament.reading import PROMPTS, together
from arena.tournament.scores import scores
from arena.types import Grade

TEMPERATURES = {
    "writing": 0.7, "roleplay": 0.7, "extraction": 0.0, "math": 0.0, "coding": 0.0, "reasoning": 0.0,
    "stem": 0.1, "humanities": 0.1,
}  # fmt: skip
"""FastChat's, by MT-Bench's categories."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the benchmark."""

    prompts: Choice
    """A file of `arena.prompts` and its options: `file` with FastChat's question.jsonl is MT-Bench."""
    grader: Choice
    """A file of `arena.judges` that grades single answers (single_score), and its options."""
    name: str = "MT-Bench"
    """What the figure is called."""
    backend: Choice = Choice("transformers")
    """What the model answers through; its `model` becomes the one that is measured."""
    sampling: Sampling = Sampling(temperature=0.7, max_tokens=1024)
    """How it answers."""
    temperatures: dict[str, Annotated[float, Ge(0)]] = field(default_factory=lambda: dict(TEMPERATURES))
    """Temperature by category of prompt, where it differs."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random."""


def look(config: Config) -> Iterator[Finding]:
    """Whether prompts and grader are there."""
    for subject, package, choice in (
        ("prompts", PROMPTS, config.prompts),
        ("grader", "arena.judges", config.grader),
    ):
        module = plugins.load(package, choice.name)
        found = module.check(plugins.config(package, choice))
        yield from (replace(one, subject=f"{config.name} {subject}") for one in found)
        if subject == "grader" and getattr(module, "GIVES", "verdicts") != "grades":
            yield Finding("red", f"{config.name} grader", f"{choice.name} judges games: choose single_score")


def measure(config: Config, model: str, desk: Desk) -> Mapping[str, float]:
    """The mean grade with its interval, and the means by turn and category."""
    backend = Choice(config.backend.name, {**config.backend.options, "model": model})
    plan = Grading(
        board="check",
        prompts=config.prompts,
        models=(Contestant("model", backend),),
        grader=config.grader,
        sampling=config.sampling,
        temperatures=config.temperatures,
        seed=config.seed,
    )
    place = desk.folder / "work" / "grades"
    _play(plan, place, desk)
    options = plugins.config(PROMPTS, config.prompts)
    asked = together(plugins.load(PROMPTS, config.prompts.name).read(options, plan.board))
    categories = {prompt.id: prompt.categories for prompt, _ in asked}
    found: dict[str, float] = {}
    for score in scores((fact for _, fact in facts.read(place) if isinstance(fact, Grade)), categories):
        if score.mean is None:
            continue
        name = config.name if score.of == "all" else f"{config.name}, {score.of}"
        found[name] = score.mean
        if score.of == "all":
            found |= {f"{name}, low": score.low, f"{name}, high": score.high}
    return found


def _play(plan: Grading, place: Path, desk: Desk) -> None:
    past = [fact for _, fact in facts.read(place)] if place.is_dir() else []
    with facts.Shards(place) as shards:
        for unit in grade(plan, past, desk.attempt, desk.check):
            shards.append(unit.facts)
            desk.progress(unit.step, unit.done, unit.total)
            for failure in unit.failures:
                desk.failure(failure.kind, failure.text, unit.step)
