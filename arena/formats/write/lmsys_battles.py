"""LMSYS battle logs: a JSON array of votes, one row per game of a judge, in constant memory.

Texts, figures of style, language and tags go along as the public releases have them. `question_id` is the
battle's key; so prompts that battles share are apart when read back. A soft preference, scores, strength and
the judge's words have no place there.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from arena.formats.read import conversation
from arena.formats.types import Written
from arena.formats.write import rows, verdicts
from arena.formats.write.losses import Losses
from arena.types import Prompt, Record, Response, Verdict, Winner

WRITES = "battles"

WORDS: dict[Winner, str] = {"a": "model_a", "b": "model_b", "tie": "tie", "both_bad": "tie (bothbad)"}
TAGS = "arena"
"""Name of the version under which categories stand in category_tag."""


def write(records: Iterable[Record], path: Path) -> Written:
    """One row per verdict that names a winner."""
    losses = Losses()
    count = rows.array((rows.dump(row) for record in records for row in _rows(record, losses)), path)
    return Written(count, losses.notes)


def _rows(record: Record, losses: Losses) -> Iterator[dict[str, Any]]:
    for verdict in record.verdicts:
        if winner := verdicts.winner(verdict, losses):
            verdicts.silent(verdict, losses)
            losses.add("second games are rows of their own", verdict.game > 1)
            yield _row(record, verdict, WORDS[winner])


def _row(record: Record, verdict: Verdict, winner: str) -> dict[str, Any]:
    battle, prompt = record.battle, record.prompt
    again = f":{verdict.game}" if verdict.game > 1 else ""
    return {
        "question_id": battle.id + again,
        "model_a": battle.model_a,
        "model_b": battle.model_b,
        "winner": winner,
        "judge": verdict.judge,
        "conversation_a": _conversation(prompt, record.response_a),
        "conversation_b": _conversation(prompt, record.response_b),
        "turn": battle.turn,
        "anony": True,
        "language": prompt and prompt.language,
        "tstamp": battle.when and battle.when.replace(tzinfo=UTC).timestamp(),
        "conv_metadata": _figures(record.response_a, "a") | _figures(record.response_b, "b") or None,
        **_tags(prompt),
    }


def _conversation(prompt: Prompt | None, response: Response | None) -> list[dict[str, str]] | None:
    return conversation.woven(prompt.turns if prompt else (), response.turns if response else ()) or None


def _figures(response: Response | None, side: str) -> dict[str, Any]:
    if response is None:
        return {}
    counts = {"header": response.headers, "list": response.lists, "bold": response.bolds}
    if response.tokens is None or None in counts.values():
        return {}
    return {f"sum_assistant_{side}_tokens": response.tokens} | {
        f"{what}_count_{side}": {"all": count} for what, count in counts.items()
    }


def _tags(prompt: Prompt | None) -> dict[str, Any]:
    categories = prompt.categories if prompt else ()
    tags = {category: True for category in categories if category != "coding"}
    return {
        "is_code": True if "coding" in categories else None,
        "category_tag": {TAGS: tags} if tags else None,
    }
