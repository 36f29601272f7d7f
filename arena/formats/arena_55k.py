"""The arena's 55k set (lmarena-ai/arena-human-preference-55k, also Kaggle's): csv, parquet or arrow.

prompt, response_a and response_b are JSON lists as text, one entry per turn; an answer that is null there is
kept as an empty one. Exactly one of winner_model_a, winner_model_b and winner_tie is 1. winner_tie holds ties
and double losses alike and is imported as tie. The judge is "human". Built from the published schema.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import conversation, fields, ids, records, vote
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Verdict, Winner

CHECKED = "the published schema"
GIVES = "battles"

TEXTS = ("prompt", "response_a", "response_b")
FLAGS: dict[str, Winner] = {"winner_model_a": "a", "winner_model_b": "b", "winner_tie": "tie"}


def fits(keys: Set[str]) -> bool:
    """Whether these are the set's columns."""
    return {"model_a", "model_b", *TEXTS, *FLAGS} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, Prompt and both Responses."""
    judge = source.judge or "human"

    def make(line: Line) -> tuple[Fact, ...]:
        row = records.nested(line.values, *TEXTS)
        models = fields.name(row, "model_a"), fields.name(row, "model_b")
        natural = fields.identity(row, "id") if fields.pick(row, "id") is not None else None
        key = ids.battle(source, natural, line.number)
        verdict = Verdict(ids.verdict(key, judge), key, judge, winner=_winner(row))
        return vote.facts(verdict, models, conversation.texts(_talk(row), source, line.number, models))

    return build(records.read(source.path, fits, "arena_55k"), make)


def _winner(row: Values) -> Winner:
    flags = {flag: fields.cell(row, flag) for flag in FLAGS}
    if sorted(flags.values(), key=str) != [0, 0, 1]:
        raise Malformed(f"not exactly one of {', '.join(FLAGS)} is 1: {fields.shown(list(flags.values()))}")
    return next(winner for flag, winner in FLAGS.items() if flags[flag])


def _talk(row: Values) -> Values:
    """The row as two conversations."""
    asked = _turns(row, "prompt")
    return {
        f"conversation_{side}": conversation.woven(asked, _turns(row, f"response_{side}")) for side in "ab"
    }


def _turns(row: Values, field: str) -> list[str]:
    turns = row.get(field)
    if not isinstance(turns, list):
        raise Malformed(f"{field} is not a JSON list of texts: {fields.shown(turns)}")
    return list(fields.turns({field: [turn if turn is not None else "" for turn in turns]}, field))
