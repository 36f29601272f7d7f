"""AlpacaEval annotations: a JSON array, one row per verdict, soft preferences as they are.

Its form has one instruction, one output per model and one judging: conversations, battles without texts and
those judged in both orders are left out.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from arena.formats.types import Written
from arena.formats.write import rows, verdicts
from arena.formats.write.losses import Losses
from arena.types import Record, Verdict, Winner

WRITES = "battles"

PREFERENCES: dict[Winner, float] = {"a": 1.0, "b": 2.0, "tie": 1.5}


def write(records: Iterable[Record], path: Path) -> Written:
    """One row per verdict; one that could not be read has a null preference."""
    losses = Losses()
    found = (row for record in records if _fits(record, losses) for row in _rows(record, losses))
    return Written(rows.array(found, path), losses.notes)


def _fits(record: Record, losses: Losses) -> bool:
    if record.battle.games > 1:
        losses.add("battles judged in both orders are left out: the format holds one judging each")
        return False
    texts = (record.prompt, record.response_a, record.response_b)
    if not all(text and len(text.turns) == 1 for text in texts):
        losses.add("battles without texts, or of several turns, are left out")
        return False
    return True


def _rows(record: Record, losses: Losses) -> Iterator[str]:
    prompt, a, b = record.prompt, record.response_a, record.response_b
    if not (prompt and a and b):
        return
    for verdict in record.verdicts:
        losses.add("categories beyond the first are left out", len(prompt.categories) > 1)
        row: dict[str, Any] = {
            "instruction": prompt.turns[0],
            "output_1": a.turns[0],
            "generator_1": record.battle.model_a,
            "output_2": b.turns[0],
            "generator_2": record.battle.model_b,
            "dataset": prompt.categories[0] if prompt.categories else None,
            "annotator": verdict.judge,
            "preference": _preference(verdict, losses),
            "raw_completion": verdict.explanation,
            "time_per_example": verdict.milliseconds and verdict.milliseconds / 1000,
        }
        yield rows.dump(row, null=("preference",))


def _preference(verdict: Verdict, losses: Losses) -> float | None:
    """From 1 (the first is better) to 2; None for an unread verdict."""
    if verdict.status != "ok":
        losses.add(
            "unread verdicts have a null preference, AlpacaEval's word for an error",
            verdict.status != "error",
        )
        return None
    if verdict.winner is None and verdict.preference is not None:
        return 2 - verdict.preference
    winner = verdicts.winner(verdict, losses)
    return None if winner is None else PREFERENCES[verdicts.either(winner, losses)]
