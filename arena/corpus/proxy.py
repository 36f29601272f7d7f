"""Difficulty without a model: a plain formula of a prompt's text, 0-10, the same everywhere.

It counts what makes a request long to answer: words, requirements, figures, code, long words, clauses, turns.
It does not understand anything: a short riddle is hard and gets little, and the report says that it was used.
"""

import math
import re

from arena.types import Prompt

NAME = "proxy"
ABOUT = (
    "a formula of length, requirements, figures and code, long words, clauses and turns; no model was asked"
)
_WORD = re.compile(r"[^\W\d_]+")
_ASKS = re.compile(
    r"\b(?:must|should|ensure|exactly|at least|at most|no more than|without|only|include|including|using|"
    r"avoid|between|each|prove|derive|explain|justify|compare|contrast|analy[sz]e|evaluate|optimi[sz]e|implement|"
    r"design|simulate|algorithm|complexity|step by step|why|how many|calculate|assume|given|suppose|if)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\d+|```|[=<>^{}]|\\\w+|\w+\(|;")
_CLAUSE = re.compile(r"[.,;:?!\n]+")
WEIGHTS = {"words": 2.5, "asks": 2.5, "marks": 2.0, "long": 1.0, "clauses": 1.0, "turns": 1.0}
"""Points that each feature can give; they add up to 10."""


def rate(prompt: Prompt) -> float:
    """The difficulty of a prompt, two digits after the point."""
    found = features(prompt)
    return round(sum(weight * found[name] for name, weight in WEIGHTS.items()), 2)


def features(prompt: Prompt) -> dict[str, float]:
    """What is counted, each 0-1."""
    text = "\n".join(prompt.turns)
    words = _WORD.findall(text)
    mean = sum(map(len, words)) / len(words) if words else 0.0
    return {
        "words": _share(math.log1p(len(words)), math.log1p(250)),
        "asks": _share(len(_ASKS.findall(text)), 8),
        "marks": _share(math.log1p(len(_MARKS.findall(text))), math.log1p(40)),
        "long": _share(max(0.0, mean - 3.5), 2.5),
        "clauses": _share(len(_CLAUSE.findall(text)), 15),
        "turns": _share(len(prompt.turns) - 1, 2),
    }


def _share(value: float, most: float) -> float:
    return min(1.0, value / most)
