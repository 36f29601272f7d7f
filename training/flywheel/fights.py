"""The tournaments of a flywheel: on a data part, on the panel, and new against old.

On the panel a new model meets every opponent; the opponents' own answers and games are played once, with I0,
and taken over. Leaves out playing (`arena.tournament`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from arena import plugins
from arena.jobs import facts
from arena.jobs.folder import RunFolder
from arena.plugins import Choice
from arena.referee import ANSWERED
from arena.tournament.config import Contestant, Tournament
from arena.tournament.reading import PROMPTS
from arena.types import Fact, Prompt, Reference, Response
from training.flywheel.config import Config

_TITLES = {"battles": "battles to learn from", "panel": "the panel", "gate": "new against old"}
KNOWN = "known.jsonl"
"""Where a tournament looks for answers that are there already."""


def contestant(config: Config, name: str, model: str) -> Contestant:
    """A version of the target, as it fights."""
    backend = Choice(config.backend.name, {**config.backend.options, "model": model})
    return Contestant(name, backend, config.system, config.family)


def on_part(config: Config, target: Contestant, part: int, samples: int) -> Tournament:
    """The target and all opponents on a data part."""
    return replace(
        _base(config, "battles", drawn(config.parts[part - 1], config.seed), config.judge),
        models=(target, *config.opponents),
        target=target.name,
        pairing=config.pairing,
        samples=samples,
        canaries=config.canaries,
    )


def drawn(part: Choice, seed: int) -> Choice:
    """A data part; where it is drawn by chance and names no seed, the flywheel's decides its prompts."""
    options = plugins.config(PROMPTS, part)
    if "seed" in part.options or not hasattr(options, "seed"):
        return part
    return Choice(part.name, {**part.options, "seed": seed})


def on_panel(config: Config, target: Contestant, *, first: bool) -> Tournament:
    """A version of the target against every opponent; the first time opponents meet each other, too."""
    return replace(
        _base(config, "panel", config.panel, config.evaluator or config.judge),
        models=(target, *config.opponents),
        target=target.name,
        pairing=Choice("all_pairs" if first else "star"),
    )


def on_gate(config: Config, new: Contestant, old: Contestant) -> Tournament:
    """New against old, on prompts apart from the panel."""
    return replace(
        _base(config, "gate", config.gate_prompts or config.panel, config.evaluator or config.judge),
        models=(new, old),
        target=new.name,
    )


def _base(config: Config, board: str, prompts: Choice, judge: Choice) -> Tournament:
    return Tournament(
        board=f"{config.name}-{board}",
        prompts=prompts,
        models=(),
        judge=judge,
        sampling=config.sampling,
        canaries=0,
        unit=config.unit,
        executor=config.executor,
        ray=config.ray,
        anchor=config.anchor,
        anchor_value=config.anchor_value,
        seed=config.seed,
        about={"title": f"{config.about.get('title', config.name)}: {_TITLES[board]}"},
    )


def plain(tournament: Tournament) -> dict[str, Any]:
    """As a step's config."""
    found: dict[str, Any] = TypeAdapter(Tournament).dump_python(tournament, mode="json")
    return found


def reused(inputs: Path, runs: Iterable[RunFolder], models: frozenset[str]) -> int:
    """Puts some models' answers from earlier runs into a step's inputs, cut ones too; how many facts."""

    def each() -> Iterable[Fact]:
        seen: set[str] = set()
        for run in runs:
            for _, fact in facts.read(run.outputs):
                wanted = isinstance(fact, Prompt | Reference) or (
                    isinstance(fact, Response) and fact.model in models and fact.status in ANSWERED
                )
                if wanted and fact.id not in seen:  # type: ignore[union-attr]
                    seen.add(fact.id)  # type: ignore[union-attr]
                    yield fact

    return facts.write(inputs / KNOWN, each())


def warned(config: Config) -> Mapping[str, str]:
    """What the roles of judges are, and what is wrong with them."""
    if config.evaluator is None:
        return {"judges": "one judge selects the rows and grades the result: it may favour its student"}
    if config.evaluator == config.judge:
        return {"judges": "selection judge and evaluation judge are the same"}
    return {}
