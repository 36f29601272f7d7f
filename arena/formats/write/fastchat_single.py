"""FastChat single grades: one row per grade as it was imported, an unread one with -1.

Only grades fit. Two scores of one verdict do not: a judge who saw both answers did not grade either alone.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from arena.formats.types import Graded, Written
from arena.formats.write import rows
from arena.formats.write.losses import Losses

WRITES = "grades"


def write(grades: Iterable[Graded], path: Path) -> Written:
    """JSON Lines, one row per grade."""
    losses = Losses()
    count = rows.lines((rows.dump(row) for row in _rows(grades, losses)), path)
    return Written(count, losses.notes)


def _rows(grades: Iterable[Graded], losses: Losses) -> Iterator[dict[str, Any]]:
    for graded in grades:
        grade = graded.grade
        read = grade.status == "ok" and grade.score is not None
        losses.add("questions are named by their keys: their own ids are not known", graded.question is None)
        losses.add(
            "negative scores are written as they are: FastChat takes them as unread", _below(grade.score)
        )
        yield {
            "question_id": grade.prompt if graded.question is None else rows.question(graded.question),
            "model": grade.model,
            "judge": [grade.judge, "single"],
            "user_prompt": "",
            "judgment": grade.explanation or "",
            "score": grade.score if read else -1,
            "turn": grade.turn,
        }


def _below(score: float | None) -> bool:
    return score is not None and score < 0
