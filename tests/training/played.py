"""Battles as facts, written in a line each: what selection is tried on."""

from collections.abc import Iterable

from arena.keys import key
from arena.types import Battle, Fact, Prompt, Response, Verdict


def prompt(name: str, turns: tuple[str, ...] = (), category: str = "letters") -> Prompt:
    return Prompt(key("prompt", name), "test", name, turns or (f"say {name}",), (category,))


def response(asked: Prompt, model: str, text: str = "", sample: int = 0, **more: object) -> Response:
    text = text or f"{model} says {asked.natural} {sample}"
    named = key("response", asked.id, model, sample)
    return Response(named, asked.id, model, (text,) * len(asked.turns), sample=sample, **more)  # type: ignore[arg-type]


def battle(
    asked: Prompt, a: Response, b: Response, score_a: float | None, score_b: float | None, **more: object
) -> list[Fact]:
    """A battle and its two games with the same scores; None: that side's games were not read."""
    named = key("battle", asked.id, a.id, b.id)
    status = "ok" if score_a is not None and score_b is not None else "unparsed"
    games = [
        Verdict(
            key("verdict", named, game), named, "judge", game, game == 2,
            **{"score_a": score_a, "score_b": score_b, "status": status, **more},  # type: ignore[arg-type]
        )
        for game in (1, 2)
    ]  # fmt: skip
    return [Battle(named, a.model, b.model, asked.id, a.id, b.id, games=2), *games]


def scored(name: str, scores: dict[str, float], **more: object) -> list[Fact]:
    """All models of a prompt against each other, the judge giving each answer its score in every battle."""
    asked = prompt(name, **more)  # type: ignore[arg-type]
    said = {model: response(asked, model) for model in scores}
    facts: list[Fact] = [asked, *said.values()]
    models = sorted(scores)
    for at, a in enumerate(models):
        for b in models[at + 1 :]:
            facts += battle(asked, said[a], said[b], scores[a], scores[b])
    return facts


def all_of(*groups: Iterable[Fact]) -> list[Fact]:
    return [fact for group in groups for fact in group]
