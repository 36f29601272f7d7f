"""The kinds of verdict that judges are asked for, each with its JSON schema and its looks in prose.

Scores are numbers from 1 to 10. Sides are as the judge was shown them: 1 or A first. Leaves out mapping them
back to the battle's (`arena.judges.asking`).
"""

import json
import re
from collections.abc import Mapping

from arena.judges.reading.types import Form, Pattern
from arena.types import Winner

LOW, HIGH = 1.0, 10.0

Pair = tuple[float, float]
"""Scores of the answer shown first and of the one shown second."""
Label = tuple[Winner, int]
"""Who won, `a` being the answer shown first, and 2 where it is much better."""

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*10(?:\.0)?)?\s*")
_N = r"(-?\d+(?:\.\d+)?)"
_IS = r"\W{0,20}[:=]\W{0,20}"
"""Between a name and its score. Patterns give nothing back that they took (`*+`): a judge that says nothing
but line ends, thousands of them, is read as fast as any other."""


def score(value: object) -> float | None:
    """A score: a number from 1 to 10, also written as "8" or "8/10"."""
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value)):
        value = float(match[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if LOW <= value <= HIGH else None


def _pair(first: object, second: object) -> Pair | None:
    one, two = score(first), score(second)
    return None if one is None or two is None else (one, two)


def _scores(value: Mapping[str, object]) -> Pair | None:
    return _pair(value["score_1"], value["score_2"])


PAIR: Form[Pair] = Form(
    ("score_1", "score_2"),
    _scores,
    (
        # Vicuna's way: two numbers, alone on the first line; or on the last, after the reasons.
        Pattern(
            re.compile(rf"(?:\A|^(?=[^\n]*\Z)){_N}(?:[ \t]*,[ \t]*|[ \t]+){_N}[ \t]*$", re.MULTILINE),
            lambda m: _pair(m[1], m[2]),
        ),
        # "Score 1: 8" and, on a line of its own, "Score 2: 6".
        Pattern(
            re.compile(
                rf"^[^\w\n]*+score[ _]1{_IS}{_N}(?:/10)?(?=[^\w\n]*\n)"
                rf"\W*+score[ _]2{_IS}{_N}(?:/10)?[^\w\n]*+$",
                re.IGNORECASE | re.MULTILINE,
            ),
            lambda m: _pair(m[1], m[2]),
        ),
    ),
)
"""Two scores and an explanation."""

GRADE: Form[float] = Form(
    ("score",),
    lambda value: score(value["score"]),
    (Pattern(re.compile(rf"\[\[\s*{_N}\s*\]\]"), lambda m: score(m[1])),),
)
"""One score: `[[7]]` in prose."""

LABELS: Mapping[str, Label] = {
    "A>>B": ("a", 2), "A>B": ("a", 1), "A=B": ("tie", 1), "B>A": ("b", 1), "B>>A": ("b", 2),
}  # fmt: skip
"""Arena-Hard's five grades."""
_TURNED: Mapping[str, Label] = {
    "B<<A": ("a", 2), "B<A": ("a", 1), "B=A": ("tie", 1), "A<B": ("b", 1), "A<<B": ("b", 2),
}  # fmt: skip
_LETTERS: Mapping[str, Label] = {"a": ("a", 1), "b": ("b", 1), "c": ("tie", 1)}


def label(value: object) -> Label | None:
    """One of the five grades, also written from the other side."""
    if not isinstance(value, str):
        return None
    plain = "".join(value.split()).strip("[]").upper()
    return LABELS.get(plain) or _TURNED.get(plain)


GRADES: Form[Label] = Form(
    ("verdict",),
    lambda value: label(value["verdict"]),
    (
        Pattern(re.compile(r"\[\[\s*([AB]\s*(?:>>|>|=|<|<<)\s*[AB])\s*\]\]"), lambda m: label(m[1])),
        Pattern(re.compile(r"\[\[([ABC])\]\]"), lambda m: _LETTERS[m[1].lower()]),
        # LLMBar's way.
        Pattern(
            re.compile(r"Output \(([ab])\) is (?:the )?(?:better|best)", re.IGNORECASE),
            lambda m: _LETTERS[m[1].lower()],
        ),
        Pattern(re.compile(r"Output \(([ab])\)", re.IGNORECASE), lambda m: _LETTERS[m[1].lower()]),
    ),
)
"""A winner in five grades: `[[A>>B]]`, and in three `[[A]]`, `[[B]]`, `[[C]]`, `Output (a)`, in prose."""


def schema(*fields: tuple[str, Mapping[str, object]]) -> str:
    """A JSON schema for an object with exactly these fields, in this order."""
    return json.dumps(
        {
            "type": "object",
            "properties": dict(fields),
            "required": [name for name, _ in fields],
            "additionalProperties": False,
        }
    )


_WORDS: Mapping[str, object] = {"type": "string"}
_POINTS: Mapping[str, object] = {"type": "integer", "minimum": 1, "maximum": 10}

PAIR_SCHEMA = schema(("explanation", _WORDS), ("score_1", _POINTS), ("score_2", _POINTS))
GRADE_SCHEMA = schema(("explanation", _WORDS), ("score", _POINTS))
GRADES_SCHEMA = schema(
    ("own_answer", _WORDS), ("explanation", _WORDS), ("verdict", {"type": "string", "enum": list(LABELS)})
)
