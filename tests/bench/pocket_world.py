"""Battles of the pocket arena, played once by the shipped models, for the benchmark of pairing plans.

Every model answers every prompt; the verifier's scores decide each pair on each prompt. A plan's battle is
then looked up. Leaves out the plans and what they are measured by (`test_pairing`).
"""

from itertools import combinations

import pandas as pd

from arena.pairing.types import Entry, Pair
from arena.pocket.answer import Speaker
from arena.pocket.parts import draw
from arena.pocket.verify import mark
from arena.types import Winner

MODELS = ("oak", "elm", "ash", "fir", "fern", "sprout")
PROMPTS = 2000

Battles = dict[tuple[str, str, str], Winner]


def prompts() -> tuple[Entry, ...]:
    """The prompts with their families, which are the bandits' clusters."""
    return tuple(Entry(task.natural, task.family.name) for task in draw("panel", PROMPTS))


def played() -> Battles:
    """The winner by (model, model, prompt), each pair in both orders."""
    tasks = list(draw("panel", PROMPTS))
    scores = {
        model: [mark(task, said).score for task, said in zip(tasks, answers, strict=True)]
        for model in MODELS
        for answers in [Speaker(f"shipped:{model}").answers(tasks, 0.7)]
    }
    battles: Battles = {}
    for a, b in combinations(MODELS, 2):
        for task, mine, other in zip(tasks, scores[a], scores[b], strict=True):
            battles[a, b, task.natural] = "tie" if mine == other else "a" if mine > other else "b"
            battles[b, a, task.natural] = "tie" if mine == other else "b" if mine > other else "a"
    return battles


def counts(battles: Battles) -> pd.DataFrame:
    """Wins, losses and ties of each pair, as the votes have them."""
    rows = []
    for a, b in combinations(MODELS, 2):
        ended = [winner for (one, two, _), winner in battles.items() if (one, two) == (a, b)]
        won, lost, tied = (float(ended.count(word)) for word in ("a", "b", "tie"))
        rows.append((a, b, won, lost, tied, 0.0, len(ended)))
    return pd.DataFrame(rows, columns=["model_a", "model_b", "win_a", "win_b", "tie", "both_bad", "n"])


def winner(battles: Battles, pair: Pair) -> Winner:
    """How a battle ended."""
    return battles[pair.a, pair.b, pair.prompt]
