"""FastChat pair judgments: one row per battle and judge, with the game of each order.

Only battles that were to be judged in both orders fit. An unread or missing game is "error", as in FastChat.
Texts are FastChat's own files (question, answer) and are left out here, as are figures of style.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from arena.formats.types import Written
from arena.formats.write import rows, verdicts
from arena.formats.write.losses import Losses
from arena.types import Record, Verdict, Winner

WRITES = "battles"

WORDS: dict[Winner, str] = {"a": "model_1", "b": "model_2", "tie": "tie"}


def write(records: Iterable[Record], path: Path) -> Written:
    """JSON Lines, one row per battle and judge."""
    losses = Losses()
    count = rows.lines((rows.dump(row) for record in records for row in _rows(record, losses)), path)
    return Written(count, losses.notes)


def _rows(record: Record, losses: Losses) -> Iterator[dict[str, Any]]:
    battle, prompt = record.battle, record.prompt
    for first, second in verdicts.orders(record, losses):
        judge = next(verdict.judge for verdict in (first, second) if verdict)
        losses.add("questions are named by their keys: their own ids are not known", prompt is None)
        yield {
            "question_id": rows.question(prompt.natural) if prompt else battle.prompt or battle.id,
            "model_1": battle.model_a,
            "model_2": battle.model_b,
            "g1_winner": _word(first, losses),
            "g2_winner": _word(second, losses),
            "judge": [judge, "pair"],
            "g1_user_prompt": "",
            "g1_judgment": _said(first),
            "g2_user_prompt": "",
            "g2_judgment": _said(second),
            "turn": battle.turn,
            "tstamp": battle.when and battle.when.replace(tzinfo=UTC).timestamp(),
        }


def _word(verdict: Verdict | None, losses: Losses) -> str:
    if verdict is None or verdict.status == "error":
        return "error"
    if verdict.status != "ok":
        losses.add('unread games are written as "error"')
        return "error"
    winner = verdicts.winner(verdict, losses)
    return WORDS[verdicts.either(winner, losses)] if winner else "error"


def _said(verdict: Verdict | None) -> str:
    return ((verdict.explanation or verdict.raw) if verdict else None) or ""
