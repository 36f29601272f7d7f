"""Judges' replies on LLMBar's pairs, each pair in both orders: subset, idx, judge, strategy, swapped, winner.

`winner` is mapped back to the original order, the reply in `completion` is not: swapped, its "Output (a)" is
the second answer. A winner that is null could not be read. A judge is judge and strategy ("GPT-4 Vanilla");
where the strategy Swap asks once more, having contradicted itself, that is "GPT-4 Swap (second round)". The
label is imported with the pairs (llmbar). Checked on princeton-nlp/LLMBar's 4,284 replies.
"""

from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

from arena.formats.read import fields, ids, outcome, records
from arena.formats.read.fields import Malformed
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict, Winner

CHECKED = "a real file"
GIVES = "battles"

SIDES = ("output_1", "output_2")
WINNERS: dict[str, Winner] = {"1": "a", "2": "b"}
ROUNDS = {1: "", 2: " (second round)"}


def fits(keys: Set[str]) -> bool:
    """Whether these are a reply's columns."""
    return {"subset", "idx", "judge", "strategy", "swapped", "completion", "winner"} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle of two games per pair, and a Verdict per row."""
    asked: Counter[tuple[str, str, int]] = Counter()

    def make(line: Line) -> tuple[Fact, ...]:
        row = records.nested(line.values, "swapped")
        if not isinstance(swapped := row.get("swapped"), bool):
            raise Malformed(f"swapped is not true or false: {fields.shown(swapped)}")
        pair, game = ids.llmbar(row), 1 + swapped
        judge = f"{fields.name(row, 'judge')} {fields.name(row, 'strategy')}"
        asked[pair, judge, game] += 1
        if (time := asked[pair, judge, game]) not in ROUNDS:
            raise Malformed(f"{judge} judges {pair} for the {time}. time in this order")
        judge += ROUNDS[time]
        key = ids.pairing(source.board, "llmbar_judge_outputs", pair, *SIDES, 1)
        battle = Battle(key, *SIDES, ids.prompt(source.board, pair), games=2)
        said, words = fields.pick(row, "winner"), fields.optional(row, "completion")
        verdict = Verdict(ids.verdict(key, judge, game), key, judge, game, swapped, explanation=words)
        if said is None:
            return battle, replace(verdict, status="unparsed")
        winner = outcome.one_of(fields.identity(row, "winner"), WINNERS, "winner")
        return battle, replace(verdict, winner=winner)

    return build(records.read(source.path, fits, "llmbar_judge_outputs"), make)
