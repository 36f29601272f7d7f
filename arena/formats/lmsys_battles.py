"""Battles of the LMSYS arena: `clean_battle_*.json` (streamed), and its 33k, 100k, 140k and expert-5k sets.

JSON, parquet, arrow or csv: model_a, model_b, winner (model_a, model_b, tie, "tie (bothbad)", both_bad), and
conversations, figures of style, language, categories and occupations. Rows with anony or dedup_tag.sampled
false are rejected, as LMSYS and leaderbot do. Voters become one judge, "human". Images, voters' ids and the
140k's full_conversation are left out. Built from the published schema.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import conversation, fields, ids, judges, outcome, records, vote, when
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Verdict

CHECKED = "the published schema"
GIVES = "battles"

PEOPLE = ("arena_user", "expert", "author")
"""How the names of human judges start."""

NESTED = (
    "conversation_a", "conversation_b", "conv_metadata", "category_tag", "occupational_tags", "dedup_tag",
    "anony", "is_code", "tstamp", "turn",
)  # fmt: skip
"""What a table may hold as JSON text."""


def fits(keys: Set[str]) -> bool:
    """Whether these are a battle's fields, and not those of MT-bench's judgments or of JudgeArena."""
    return {"model_a", "model_b", "winner"} <= keys and "source" not in keys and not vote.benched(keys)


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file starts with a battle."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, and what is known of Prompt and Responses."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = records.nested(line.values, *NESTED)
        _counts(row)
        models = fields.name(row, "model_a"), fields.name(row, "model_b")
        natural = fields.pick(row, "question_id", "id")
        key = ids.battle(source, natural if isinstance(natural, str) and natural else None, line.number)
        winner = outcome.one_of(fields.text(row, "winner"), outcome.WINNERS, "winner")
        judge = _judge(row, source)
        verdict = Verdict(ids.verdict(key, judge), key, judge, winner=winner)
        texts = conversation.texts(row, source, line.number, models)
        return vote.facts(verdict, models, texts, fields.turn(row), when.moment(row, "tstamp", "timestamp"))

    return build(records.read(source.path, fits, "lmsys_battles"), make)


def _counts(row: Values) -> None:
    """Raises Malformed for a battle that LMSYS itself does not rate."""
    if row.get("anony") is False:
        raise Malformed("not anonymous (anony is false): the voter saw the models' names")
    tag = row.get("dedup_tag")
    if isinstance(tag, dict) and tag.get("sampled") is False:
        raise Malformed("dropped by LMSYS's de-duplication (dedup_tag.sampled is false)")


def _judge(row: Values, source: Source) -> str:
    judge = judges.named(row, source, "human")
    return "human" if judge.startswith(PEOPLE) else judge
