"""What one game came to, from a source's word for it or from two scores."""

from collections.abc import Mapping

from arena.formats.read.fields import Malformed, shown
from arena.types import Winner

WINNERS: Mapping[str, Winner] = {
    "model_a": "a",
    "model_b": "b",
    "tie": "tie",
    "tie (bothbad)": "both_bad",
    "both_bad": "both_bad",
}
"""LMSYS's words for an outcome; a double loss has several spellings."""

_TURNED: Mapping[Winner, Winner] = {"a": "b", "b": "a", "tie": "tie", "both_bad": "both_bad"}


def higher(score_a: float, score_b: float) -> Winner:
    """Who has the higher score; equal scores tie."""
    if score_a == score_b:
        return "tie"
    return "a" if score_a > score_b else "b"


def turned(winner: Winner) -> Winner:
    """The outcome with the sides exchanged."""
    return _TURNED[winner]


def one_of(value: str, choices: Mapping[str, Winner], field: str) -> Winner:
    """The outcome that a source's word means; raises Malformed naming the words it may be."""
    if value not in choices:
        raise Malformed(f"{field} {shown(value)!r} is none of {', '.join(choices)}")
    return choices[value]
