"""AlpacaEval annotations: `annotations.json`, a judge's preference between two outputs.

`preference` runs from 1 (first better) to 2 (second better), 1.5 or 0 is a draw, null an error of the judge.
It is kept as the first side's share, 2 - preference, never cut to a winner. Checked on tatsu-
lab/alpaca_eval's results. Prices are left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import alpaca, facts, fields, ids, objects
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict

CHECKED = "a real file"
GIVES = "battles"

RAW = 4000
"""Characters kept of a reply that is not text (token probabilities)."""


def fits(keys: Set[str]) -> bool:
    """Whether these are an annotation's fields."""
    return {"instruction", "output_1", "output_2", "generator_1", "generator_2", "preference"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with an annotation."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, Prompt and both Responses."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        prompt = alpaca.prompt(row, source.board)
        one, two = fields.name(row, "generator_1"), fields.name(row, "generator_2")
        a = facts.response(prompt.id, one, (fields.text(row, "output_1"),))
        b = facts.response(prompt.id, two, (fields.text(row, "output_2"),))
        battle = ids.pairing(source.board, "alpaca_eval", prompt.natural, one, two, 1)
        judge = fields.name({"annotator": row.get("annotator") or source.judge or "unknown"}, "annotator")
        return Battle(battle, one, two, prompt.id, a.id, b.id), _verdict(row, battle, judge), prompt, a, b

    return build(objects.read(source.path, fits, "alpaca_eval_annotations"), make)


def _verdict(row: Values, battle: str, judge: str) -> Verdict:
    share, reply = _share(row), row.get("raw_completion")
    seconds = fields.number(row, "time_per_example", "preference_time_per_example")
    return Verdict(
        ids.verdict(battle, judge),
        battle,
        judge,
        preference=share,
        explanation=fields.clean(reply) if isinstance(reply, str) else None,
        raw=None if reply is None or isinstance(reply, str) else fields.compact(reply, RAW),
        status="error" if share is None else "ok",
        milliseconds=None if seconds is None else _milliseconds(seconds),
    )


def _milliseconds(seconds: float) -> int | None:
    if not 0 <= 1000 * seconds <= fields.MOST:
        raise Malformed(f"time_per_example {seconds} is no number of seconds")
    return round(1000 * seconds)


def _share(row: Values) -> float | None:
    """The first side's share of the battle in 0-1."""
    if "preference" not in row:
        raise Malformed("preference is missing")
    said = fields.number(row, "preference")
    if said is None or said == 0:
        return said if said is None else 0.5
    if not 1 <= said <= 2:
        raise Malformed(f"preference {said} is not between 1 and 2")
    return 2 - said
