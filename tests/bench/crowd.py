"""A board of any size as FastChat writes one: questions, answers, and judgments of two games each.

130 models of known strength, a prompt for each thousand battles, answered by all; a judge that now and then
prefers what it sees first, calls a tie, or fails. Rows are written one by one, the same at every run. Leaves
out what is measured (`scaling`).
"""

import json
import math
import random
from itertools import combinations
from pathlib import Path

MODELS = 130
SHARED = 1000
"""Battles of each prompt."""
CATEGORIES = ("math", "code", "writing", "chat", "facts")
STEP = 4801
"""A prompt's pairs are every so manieth of all pairs: a prime that does not divide their number."""
BLOCK = 5000
"""Lines written at a time."""
_BIAS, _TIES, _ERRORS = 0.05, 0.12, 0.002
_TELLING = (
    "the answer is more exact and names its reasons while other one stays vague about what was asked",
    "because second step misses a case that matters to whoever reads this so first holds up better there",
)
_WORDS = " ".join(_TELLING).split()
_HALVES = 4096
"""Halves of sentences: sixteen million judgments, so that storage is not flattered."""


def names(count: int = MODELS) -> list[str]:
    """Models, best first."""
    return [f"model-{number:03d}" for number in range(count)]


def write(folder: Path, battles: int, models: int = MODELS) -> Path:
    """Writes the folder and names it: `question.jsonl`, `model_answer/`, `model_judgment/`."""
    asked = max(1, battles // SHARED)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "question.jsonl").open("w") as file:
        for number in range(asked):
            text = f"Question {number}: how does thing {number * 7919 % 10007} work, and what is it for?"
            row = {"question_id": number, "category": CATEGORIES[number % 5], "turns": [text]}
            file.write(json.dumps(row) + "\n")
    answers(folder / "model_answer", asked, names(models))
    judgments(folder / "model_judgment", battles, names(models))
    return folder


def answers(folder: Path, asked: int, models: list[str]) -> None:
    """Every model's short answer to every question."""
    folder.mkdir(exist_ok=True)
    for at, model in enumerate(models):
        with (folder / f"{model}.jsonl").open("w") as file:
            for number in range(asked):
                said = f"Of thing {number}, in words {at}: " + "it turns and turns. " * (
                    1 + (number + at) % 9
                )
                row = {"question_id": number, "model_id": model, "choices": [{"index": 0, "turns": [said]}]}
                file.write(json.dumps(row) + "\n")


def judgments(folder: Path, battles: int, models: list[str]) -> None:
    """Both games of every battle, over four hundred days."""
    folder.mkdir(exist_ok=True)
    pairs, draw = list(combinations(range(len(models)), 2)), random.Random(battles)  # noqa: S311 - made-up data
    odds = [1 / (1 + math.exp((b - a) / -20)) for a, b in pairs]
    halves = [" ".join(draw.choices(_WORDS, k=8)) for _ in range(_HALVES)]
    with (folder / "gpt-4_pair.jsonl").open("w") as file:
        block: list[str] = []
        for number in range(battles):
            at = number * STEP % len(pairs)
            one, two, share = *pairs[at], odds[at]
            if number & 1:
                one, two, share = two, one, 1 - share
            block.append(_judged(number, models[one], models[two], share, draw, halves))
            if len(block) == BLOCK:
                file.write("".join(block))
                block.clear()
        file.write("".join(block))


def _judged(number: int, one: str, two: str, share: float, draw: random.Random, halves: list[str]) -> str:
    quality, said = draw.random(), int(draw.random() * _HALVES**2)
    first, second = halves[said % _HALVES], halves[said // _HALVES]
    return (
        f'{{"question_id": {number // SHARED}, "model_1": "{one}", "model_2": "{two}", '
        f'"g1_winner": "{_winner(quality, share + _BIAS, draw)}", '
        f'"g2_winner": "{_winner(quality, share - _BIAS, draw)}", '
        f'"judge": ["gpt-4", "pair-v2"], "turn": 1, "tstamp": {1_700_000_000 + number % 34_560_000}, '
        f'"g1_judgment": "{first}, {second}: reason {number % 1009}.", '
        f'"g2_judgment": "{second} as {first}: reason {number % 997}."}}\n'
    )


def _winner(quality: float, share: float, draw: random.Random) -> str:
    luck = draw.random()
    if luck < _ERRORS:
        return "error"
    return "tie" if luck < _TIES else "model_1" if quality < share else "model_2"
