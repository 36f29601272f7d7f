"""A battle that was judged once, with its two conversations: what the arenas' data sets have in common."""

from collections.abc import Set
from datetime import datetime

from arena.types import Battle, Fact, Prompt, Response, Verdict

Texts = tuple[Prompt | None, Response | None, Response | None]

_JUDGED = {"question_id", "model_a", "model_b", "winner", "judge", "turn", "conversation_a", "conversation_b"}
_DATED = {"tstamp", "timestamp", "anony", "language"}


def benched(keys: Set[str]) -> bool:
    """Whether rows are MT-bench's judgments, which lack what every vote of the arena has."""
    return keys >= _JUDGED and not keys & _DATED


def facts(
    verdict: Verdict,
    models: tuple[str, str],
    texts: Texts,
    turn: int = 1,
    when: datetime | None = None,
    games: int = 1,
) -> tuple[Fact, ...]:
    """The verdict's Battle, the Verdict, and what there is of Prompt and Responses."""
    prompt, a, b = (fact.id if fact else None for fact in texts)
    battle = Battle(verdict.battle, *models, prompt, a, b, games, turn, when)
    return battle, verdict, *(fact for fact in texts if fact is not None)
