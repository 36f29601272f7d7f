"""A verdict in the words of formats that know only winners; whatever is lost is counted.

Leaves out the words themselves: each format has its own.
"""

from arena.formats.read import outcome
from arena.formats.write.losses import Losses
from arena.types import Record, Verdict, Winner

UNREAD = "verdicts that could not be read are left out"
SOFT = "soft preferences are written as the side ahead"


def winner(verdict: Verdict, losses: Losses) -> Winner | None:
    """Who won: of a soft preference or of two scores the side ahead; None where the verdict says nothing."""
    if verdict.status != "ok":
        losses.add(UNREAD)
        return None
    found = _found(verdict, losses)
    losses.add("verdicts that name nobody are left out", found is None)
    losses.add('"much better" are written as "better"', found and verdict.strength > 1)
    return found


def _found(verdict: Verdict, losses: Losses) -> Winner | None:
    scored = verdict.score_a is not None and verdict.score_b is not None
    if verdict.winner is None and verdict.preference is None:
        losses.add("pairs of scores are written as the side ahead", scored)
    else:
        losses.add("pairs of scores are left out beside the winner", scored)
    if verdict.winner is not None:
        return verdict.winner
    if verdict.preference is not None:
        losses.add(SOFT)
        return outcome.higher(verdict.preference, 1 - verdict.preference)
    if verdict.score_a is None or verdict.score_b is None:
        return None
    return outcome.higher(verdict.score_a, verdict.score_b)


def either(winner: Winner, losses: Losses) -> Winner:
    """The same for formats without a double loss: both bad is a tie."""
    losses.add("double losses (both bad) are written as ties", winner == "both_bad")
    return "tie" if winner == "both_bad" else winner


def silent(verdict: Verdict, losses: Losses) -> None:
    """Counts what a format without texts of judges leaves out."""
    losses.add("explanations or replies of judges are left out", verdict.explanation or verdict.raw)


def orders(record: Record, losses: Losses) -> list[tuple[Verdict | None, Verdict | None]]:
    """Per judge the game in the battle's order and the swapped one, for formats that hold both.

    Battles that were meant to be judged once do not fit and are counted.
    """
    if record.battle.games != 2:
        losses.add("battles judged in one order are left out: the format holds two games each")
        return []
    found: dict[str, list[Verdict | None]] = {}
    for verdict in record.verdicts:
        games = found.setdefault(verdict.judge, [None, None])
        losses.add("games beyond one of each order are left out", games[verdict.swapped])
        games[verdict.swapped] = games[verdict.swapped] or verdict
    for games in found.values():
        losses.add("missing games are written as unread", None in games)
    return [(games[0], games[1]) for games in found.values()]
