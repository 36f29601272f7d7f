"""PandaLM's test set: two responses to an instruction, three people's labels and two judges' verdicts.

The people are the judges "human 1", "human 2" and "human 3"; beside them stand gpt-3.5-turbo and PandaLM-7B.
Labels are 0 for a tie, 1 or 2; "Tie" is one too, and anything else (PandaLM writes "garbage") a reply that
could not be read. The models come from cmp_key, in the responses' order. Checked on WeOpenML/PandaLM's 999
pairs. The judges' own reference answers are left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import facts, fields, ids, records
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict, Winner

CHECKED = "a real file"
GIVES = "battles"

PEOPLE = {"human 1": "annotator1", "human 2": "annotator2", "human 3": "annotator3"}
JUDGES = {"gpt-3.5-turbo": "gpt", "PandaLM-7B": "pandalm"}
"""The columns that hold a judge's label, or how those of a model start."""

LABELS: dict[str, Winner] = {"0": "tie", "1": "a", "2": "b", "Tie": "tie"}


def fits(keys: Set[str]) -> bool:
    """Whether these are the test set's columns."""
    return {"cmp_key", "instruction", "response1", "response2", *PEOPLE.values()} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with the Verdicts of people and judges, Prompt and both Responses."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        one, parted, two = fields.name(row, "cmp_key").partition("_")
        if not (one and parted and two):
            raise Malformed(f"cmp_key {fields.shown(row['cmp_key'])} is not two models with _ between them")
        asked = fields.text(row, "instruction"), fields.optional(row, "input") or ""
        prompt = facts.prompt(source.board, ("\n\n".join(part for part in asked if part.strip()),))
        a = facts.response(prompt.id, one, (fields.optional(row, "response1") or "",))
        b = facts.response(prompt.id, two, (fields.optional(row, "response2") or "",))
        natural = f"pandalm/{fields.identity(row, 'idx')}" if fields.pick(row, "idx") is not None else None
        key = ids.battle(source, natural, line.number)
        return Battle(key, one, two, prompt.id, a.id, b.id), *_verdicts(row, key), prompt, a, b

    return build(records.read(source.path, fits, "pandalm"), make)


def _verdicts(row: Values, battle: str) -> Iterator[Verdict]:
    for judge, field in PEOPLE.items():
        yield _verdict(battle, judge, fields.identity(row, field), None)
    for judge, name in JUDGES.items():
        if fields.pick(row, f"{name}_result") is not None:
            label, reason = fields.identity(row, f"{name}_result"), fields.optional(row, f"{name}_reason")
            yield _verdict(battle, judge, label, reason)


def _verdict(battle: str, judge: str, label: str, reason: str | None) -> Verdict:
    key = ids.verdict(battle, judge)
    if label not in LABELS:
        return Verdict(key, battle, judge, explanation=reason, raw=label, status="unparsed")
    return Verdict(key, battle, judge, winner=LABELS[label], explanation=reason)
