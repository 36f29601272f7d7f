"""FastChat questions: one row per prompt of the battles, with its id, category and turns.

The ids of prompts already written are held in memory. References, languages and further categories are left
out.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from arena.formats.types import Written
from arena.formats.write import rows
from arena.formats.write.losses import Losses
from arena.types import Record

WRITES = "battles"


def write(records: Iterable[Record], path: Path) -> Written:
    """JSON Lines, one row per prompt whose text is known."""
    losses = Losses()
    return Written(rows.lines(_rows(records, losses), path), losses.notes)


def _rows(records: Iterable[Record], losses: Losses) -> Iterator[str]:
    seen: set[str] = set()
    for record in records:
        if (prompt := record.prompt) is None or prompt.id in seen:
            continue
        seen.add(prompt.id)
        if not prompt.turns:
            losses.add("prompts without a text are left out")
            continue
        losses.add("categories beyond the first are left out", len(prompt.categories) > 1)
        losses.add("languages are left out", prompt.language)
        yield rows.dump(
            {
                "question_id": rows.question(prompt.natural),
                "category": prompt.categories[0] if prompt.categories else None,
                "turns": list(prompt.turns),
            }
        )
