"""LMSYS battle logs: `clean_battle_*.json` (an array, streamed) or JSON Lines of model_a, model_b, winner.

Winners are model_a, model_b, tie, "tie (bothbad)" or both_bad. Conversations, figures of style
(conv_metadata), language and tags are kept where they are there. Rows with anony or dedup_tag.sampled false
are rejected, as LMSYS and leaderbot do. Voters (arena_user_...) become one judge, "human": they are people,
so their ids are left out. Built from the published schema.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import conversation, fields, ids, judges, objects, outcome
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict

CHECKED = "the published schema"
GIVES = "battles"

PEOPLE = ("arena_user", "expert", "author")
"""How the names of human judges start, here and in mt_bench_human_judgments."""


def fits(keys: Set[str]) -> bool:
    """Whether these are a battle's fields."""
    return {"model_a", "model_b", "winner"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a battle."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, and what is known of Prompt and Responses."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        _counts(row)
        one, two = fields.name(row, "model_a"), fields.name(row, "model_b")
        natural = row.get("question_id")
        key = ids.battle(source, natural if isinstance(natural, str) and natural else None, line.number)
        winner = outcome.one_of(fields.text(row, "winner"), outcome.WINNERS, "winner")
        judge = _judge(row, source)
        verdict = Verdict(ids.verdict(key, judge), key, judge, winner=winner)
        texts = conversation.texts(row, source, line.number, (one, two))
        prompt, a, b = (fact.id if fact else None for fact in texts)
        turn, when = fields.turn(row), fields.moment(row, "tstamp")
        battle = Battle(key, one, two, prompt, a, b, turn=turn, when=when)
        return battle, verdict, *(fact for fact in texts if fact is not None)

    return build(objects.read(source.path, fits, "lmsys_battles"), make)


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
