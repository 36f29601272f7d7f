"""Small tournaments for the tests: recorded contestants of known skill, pocket prompts, the verifier."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

from pydantic import TypeAdapter

from arena.backends.types import Message, Recording, Reply, Sampling
from arena.plugins import Choice
from arena.prompts import pocket
from arena.tournament.config import Contestant, Tournament
from arena.tournament.facts import Unit
from arena.tournament.play import Scene, play
from arena.types import Battle, Fact, Prompt, Reference, Response, Verdict

SKILLS = {"strong": 0.9, "middle": 0.6, "weak": 0.2}
WHEN = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - naive UTC, as everywhere


def prompts(n: int = 24) -> Choice:
    return Choice("pocket", {"split": "panel", "n": n, "seed": 3})


def recorded(folder: Path, name: str, skill: float, source: Choice) -> Choice:
    """A contestant that gives the right answer with the probability `skill`, else a word."""
    path, chance = folder / f"{name}.jsonl", Random(name)  # noqa: S311 - a draw
    reference: Reference | None = None
    asked: Prompt | None = None
    with path.open("wb") as file:
        for item in pocket.read(pocket.Config(**source.options), "t"):
            asked, reference = (item, None) if isinstance(item, Prompt) else (asked, item)
            if asked and reference:
                said = [turn if chance.random() < skill else "no idea" for turn in reference.turns]
                file.writelines(_lines(asked, said))
    return Choice("recorded", {"path": str(path), "model": name})


def _lines(prompt: Prompt, said: list[str]) -> Iterable[bytes]:
    chat: tuple[Message, ...] = ()
    for turn, answer in zip(prompt.turns, said, strict=True):
        chat = (*chat, Message("user", turn))
        row = Recording(f"{prompt.id}/{len(chat)}", chat, 0, Reply("x", answer))
        yield TypeAdapter(Recording).dump_json(row) + b"\n"
        chat = (*chat, Message("assistant", answer))


def tournament(folder: Path, n: int = 24, **settings: object) -> Tournament:
    """Three recorded models, the verifier, units of eight rows."""
    source = prompts(n)
    models = tuple(Contestant(name, recorded(folder, name, skill, source)) for name, skill in SKILLS.items())
    plain = Tournament(
        "t", source, models, Choice("verifier"), sampling=Sampling(max_tokens=16), unit=8, canaries=0
    )
    return replace(plain, **settings)


def scene(folder: Path, **settings: object) -> Scene:
    return replace(Scene(folder / "work", "run-1", WHEN), **settings)


def played(config: Tournament, place: Scene) -> list[Unit]:
    return list(play(config, place))


def facts(units: Iterable[Unit]) -> list[Fact]:
    return [fact for unit in units for fact in unit.facts]


def plain(found: Iterable[Fact]) -> dict[str, Fact]:
    """Facts by id, without milliseconds; fails where an id comes twice."""
    kept: dict[str, Fact] = {}
    for fact in found:
        timed = isinstance(fact, Response | Verdict)
        name = fact.id  # type: ignore[union-attr]
        assert name not in kept, f"{type(fact).__name__} {name} twice"
        kept[name] = replace(fact, milliseconds=None) if timed else fact
    return kept


def count(found: Iterable[Fact], kind: type) -> int:
    return sum(isinstance(fact, kind) for fact in found)


def share(found: Iterable[Fact], model: str) -> float:
    """A model's share of the points in its battles' games, by score."""
    battles = {fact.id: fact for fact in found if isinstance(fact, Battle)}
    points = []
    for fact in found:
        if isinstance(fact, Verdict) and fact.score_a is not None and fact.score_b is not None:
            battle = battles[fact.battle]
            if model in (battle.model_a, battle.model_b):
                gap = (fact.score_a - fact.score_b) * (1 if battle.model_a == model else -1)
                points.append(1.0 if gap > 0 else 0.0 if gap < 0 else 0.5)
    return sum(points) / len(points)
