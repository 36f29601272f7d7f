"""MT-bench's judgments by people and by GPT-4 (lmsys/mt_bench_human_judgments), in parquet, arrow or JSON.

One battle per question, pair and turn, whoever judged it and on whichever side a model stood (sides follow
the names), so that people and judges can be compared. Judges keep the names they are published under
(expert_1, author_2, gpt4_pair). Prompts meet MT-bench's questions. Built from the published schema.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import conversation, fields, ids, judges, outcome, records, vote
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Verdict

CHECKED = "the published schema"
GIVES = "battles"


def fits(keys: Set[str]) -> bool:
    """Whether these are a judgment's fields: the arena's, without a time or language."""
    return vote.benched(keys)


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file starts with a judgment."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, Prompt and both Responses."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = records.nested(line.values, "conversation_a", "conversation_b", "judge")
        said, turn = outcome.one_of(fields.text(row, "winner"), outcome.WINNERS, "winner"), fields.turn(row)
        one, two = fields.name(row, "model_a"), fields.name(row, "model_b")
        if swapped := one > two:
            said, one, two = outcome.turned(said), two, one
            sides = row.get("conversation_b"), row.get("conversation_a")
            row = row | dict(zip(("conversation_a", "conversation_b"), sides, strict=True))
        question = fields.identity(row, "question_id")
        key = ids.pairing(source.board, "mt_bench_human", question, one, two, turn)
        judge = judges.named(row, source)
        verdict = Verdict(ids.verdict(key, judge), key, judge, swapped=swapped, winner=said)
        texts = conversation.texts(row, source, line.number, (one, two))
        return vote.facts(verdict, (one, two), texts, turn)

    return build(records.read(source.path, fits, "mt_bench_human"), make)
