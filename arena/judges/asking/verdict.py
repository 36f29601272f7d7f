"""A reading as a verdict: sides mapped back to the battle's, the raw text kept.

Leaves out reading (`arena.judges.reading`).
"""

from collections.abc import Mapping
from dataclasses import replace

from arena.backends.types import Reply
from arena.judges.reading.forms import Label, Pair
from arena.judges.reading.types import Reading
from arena.judges.types import Game
from arena.types import Verdict, Winner

TURNED: Mapping[Winner, Winner] = {"a": "b", "b": "a", "tie": "tie", "both_bad": "both_bad"}


def of_scores(game: Game, judge: str, reply: Reply, reading: Reading[Pair]) -> Verdict:
    """Two scores; the higher one wins."""
    if reading.value is None:
        return unread(game, judge, reply, reading)
    a, b = reversed(reading.value) if game.swapped else reading.value
    found = _read(game, judge, reply, reading.explanation)
    return replace(found, winner=higher(a, b), score_a=a, score_b=b)


def of_label(game: Game, judge: str, reply: Reply, reading: Reading[Label]) -> Verdict:
    """A winner, and how clearly."""
    if reading.value is None:
        return unread(game, judge, reply, reading)
    winner, strength = reading.value
    side = TURNED[winner] if game.swapped else winner
    return replace(_read(game, judge, reply, reading.explanation), winner=side, strength=strength)


def higher(a: float, b: float) -> Winner:
    """Whose score is higher; equal scores tie."""
    return "tie" if a == b else "a" if a > b else "b"


def unread(game: Game, judge: str, reply: Reply, reading: Reading[Pair] | Reading[Label]) -> Verdict:
    """What is left where there is no verdict."""
    return Verdict(
        game.id, game.battle, judge, game.game, game.swapped, explanation=reply.error, raw=reply.text or None,
        status=reading.status, tokens=reply.tokens, milliseconds=reply.milliseconds,
    )  # fmt: skip


def _read(game: Game, judge: str, reply: Reply, explanation: str) -> Verdict:
    return Verdict(
        game.id, game.battle, judge, game.game, game.swapped, explanation=explanation, raw=reply.text,
        tokens=reply.tokens, milliseconds=reply.milliseconds,
    )  # fmt: skip
