"""LLMBar's labelled pairs: an input, output_1, output_2, and which of them is right (label 1 or 2).

The label is the verdict of the judge "human". The outputs have no authors: the contestants are output_1 and
output_2. Checked on princeton-nlp/LLMBar's 419 pairs.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import facts, fields, ids, outcome, records
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict, Winner

CHECKED = "a real file"
GIVES = "battles"

SIDES = ("output_1", "output_2")
LABELS: dict[str, Winner] = {"1": "a", "2": "b"}


def fits(keys: Set[str]) -> bool:
    """Whether these are a labelled pair's columns."""
    return {"input", "label", *SIDES} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, Prompt and both Responses. Categories are LLMBar's subsets."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        subset = fields.optional(row, "subset")
        natural = ids.llmbar(row) if fields.pick(row, "idx") is not None else None
        prompt = facts.prompt(
            source.board, (fields.name(row, "input"),), natural, categories=(subset,) if subset else ()
        )
        a, b = (facts.response(prompt.id, side, (fields.text(row, side),)) for side in SIDES)
        battle = ids.pairing(source.board, "llmbar", prompt.natural, *SIDES, 1)
        winner = outcome.one_of(fields.identity(row, "label"), LABELS, "label")
        verdict = Verdict(ids.verdict(battle, "human"), battle, "human", winner=winner)
        return Battle(battle, *SIDES, prompt.id, a.id, b.id), verdict, prompt, a, b

    return build(records.read(source.path, fits, "llmbar"), make)
