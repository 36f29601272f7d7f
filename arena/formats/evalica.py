"""Evalica csv: left, right, winner (left, right or tie), one row per vote; other columns are left out.

Votes have no id, so they are known by file and line, and name no judge. Checked on llmfao's votes. An export
knows three outcomes, and says what it could not carry.
"""

import csv
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from arena.cells import inert
from arena.formats.read import fields, ids, judges, outcome, table
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source, Written
from arena.formats.write import verdicts
from arena.formats.write.losses import Losses
from arena.types import Battle, Fact, Record, Verdict, Winner

CHECKED = "a real file"
GIVES = "battles"
WRITES = "battles"

WINNERS: dict[str, Winner] = {"left": "a", "right": "b", "tie": "tie"}
WORDS: dict[Winner, str] = {"a": "left", "b": "right", "tie": "tie"}


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

    return build(table.read(source.path, fits, "evalica", ours=True), make)


def write(records: Iterable[Record], path: Path) -> Written:
    """One row per verdict that names a winner."""
    count, losses = 0, Losses()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("left", "right", "winner"))
        for record in records:
            for verdict in record.verdicts:
                if winner := verdicts.winner(verdict, losses):
                    word = WORDS[verdicts.either(winner, losses)]
                    rows.writerow((inert(record.battle.model_a), inert(record.battle.model_b), word))
                    count += 1
                    verdicts.silent(verdict, losses)
                    losses.add("votes go without their judge, prompt, answers and time")
    return Written(count, losses.notes)
