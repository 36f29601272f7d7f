"""Evalica csv: left, right, winner (left, right or tie), one row per vote; other columns are left out.

Votes have no id, so they are known by file and line, and name no judge. Checked on llmfao's votes. An export
knows three outcomes: both_bad and a soft 0.5 become a tie, scores and soft preferences the side that is
ahead.
"""

import csv
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from arena.formats.read import fields, ids, judges, outcome, table
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Record, Verdict, Winner

CHECKED = "a real file"
GIVES = "battles"

WINNERS: dict[str, Winner] = {"left": "a", "right": "b", "tie": "tie"}
WORDS: dict[Winner, str] = {"a": "left", "b": "right", "tie": "tie", "both_bad": "tie"}


def fits(keys: Set[str]) -> bool:
    """Whether these are a vote's columns."""
    return {"left", "right", "winner"} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(table.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict."""
    judge = judges.named({}, source)

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        battle = Battle(
            ids.battle(source, None, line.number), fields.name(row, "left"), fields.name(row, "right")
        )
        winner = outcome.one_of(fields.text(row, "winner"), WINNERS, "winner")
        return battle, Verdict(ids.verdict(battle.id, judge), battle.id, judge, winner=winner)

    return build(table.read(source.path, fits, "evalica"), make)


def write(records: Iterable[Record], path: Path) -> int:
    """One row per verdict that says something; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("left", "right", "winner"))
        for record in records:
            for verdict in record.verdicts:
                if winner := _winner(verdict):
                    rows.writerow((record.battle.model_a, record.battle.model_b, WORDS[winner]))
                    count += 1
    return count


def _winner(verdict: Verdict) -> Winner | None:
    if verdict.status != "ok" or verdict.winner is not None:
        return verdict.winner if verdict.status == "ok" else None
    if verdict.preference is not None:
        return outcome.higher(verdict.preference, 1 - verdict.preference)
    if verdict.score_a is not None and verdict.score_b is not None:
        return outcome.higher(verdict.score_a, verdict.score_b)
    return None
