"""compar:IA, the French arena: comparia-votes and comparia-fr-arena, in parquet, arrow, csv or JSON.

A row is a vote (both_equal merges good and bad ties and is imported as tie), or a turn: a_better, b_better,
both_good (a tie), both_bad, or idk, which is never ranked; a turn without a choice gives its texts only. Rows
that compar:IA excludes are rejected. The judge is "human". Built from the published schema
(betagouv/ComparIA, utils/dataset). Visitors, energy and latency are left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from arena.formats.read import conversation, fields, ids, outcome, records, vote, when
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Verdict, Winner

CHECKED = "the published schema"
GIVES = "battles"

CHOICES: dict[str, Winner] = {"a_better": "a", "b_better": "b", "both_good": "tie", "both_bad": "both_bad"}

NESTED = (
    "conversation_a", "conversation_b", "full_conversation_a", "full_conversation_b", "metadata",
    "categories", "languages", "both_equal", "turn", "excluded",
)  # fmt: skip
"""What a table may hold as JSON text."""


def fits(keys: Set[str]) -> bool:
    """Whether these are the columns of one of the two sets."""
    votes = {"model_a_name", "model_b_name", "chosen_model_name", "both_equal"}
    return votes <= keys or {"comparison_id", "turn", "model_a", "model_b", "choice"} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the table has the columns."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict, Prompt and both Responses."""
    judge = source.judge or "human"

    def make(line: Line) -> tuple[Fact, ...]:
        row = records.nested(line.values, *NESTED)
        if row.get("excluded") is True:
            raise Malformed("excluded by compar:IA (personal data, spam or an error)")
        turned = "comparison_id" in row
        models = fields.name(row, "model_a", "model_a_name"), fields.name(row, "model_b", "model_b_name")
        turn = _turn(row) if turned else 1
        texts = conversation.texts(_talk(row, turn) if turned else _known(row), source, line.number, models)
        if turned and fields.optional(row, "choice") is None:
            return _texts(texts)
        verdict = _verdict(ids.battle(source, _natural(row, turn), line.number), judge, row, models)
        return vote.facts(verdict, models, texts, turn, when.moment(row, "timestamp"))

    return build(records.read(source.path, fits, "comparia"), make)


def _natural(row: Values, turn: int) -> str | None:
    if "comparison_id" in row:
        return f"{fields.identity(row, 'comparison_id')}/{turn}"
    return fields.identity(row, "id") if fields.pick(row, "id") is not None else None


def _turn(row: Values) -> int:
    """The turn from 1; compar:IA counts from 0."""
    number = fields.whole(fields.number(row, "turn"), "turn")
    if number is None:
        raise Malformed("turn is missing")
    return number + 1


def _texts(texts: vote.Texts) -> tuple[Fact, ...]:
    found = tuple(fact for fact in reversed(texts) if fact is not None)
    if not found:
        raise Malformed("neither a choice nor texts")
    return found


def _verdict(battle: str, judge: str, row: Values, models: tuple[str, str]) -> Verdict:
    key = ids.verdict(battle, judge)
    if row.get("choice") == "idk":
        return Verdict(key, battle, judge, raw="idk", status="refused")
    if "comparison_id" in row:
        winner = outcome.one_of(fields.text(row, "choice"), CHOICES, "choice")
        return Verdict(key, battle, judge, winner=winner)
    return Verdict(key, battle, judge, winner=_chosen(row, models))


def _chosen(row: Values, models: tuple[str, str]) -> Winner:
    if row.get("both_equal") is True:
        return "tie"
    chosen = fields.name(row, "chosen_model_name")
    if chosen not in models:
        raise Malformed(f"chosen_model_name {fields.shown(chosen)} is neither {models[0]} nor {models[1]}")
    if models[0] == models[1]:
        raise Malformed(f"{chosen} against itself: the name does not say which side was chosen")
    return "a" if chosen == models[0] else "b"


def _talk(row: Values, turns: int) -> dict[str, Any]:
    """The row as conversations that end with this turn's answers."""
    metadata = row.get("metadata")
    whole = {side: _until(row.get(f"full_conversation_{side}"), turns) for side in "ab"}
    known = _known(metadata) if isinstance(metadata, dict) else {}
    return known | {"conversation_a": whole["a"], "conversation_b": whole["b"]}


def _known(row: Values) -> dict[str, Any]:
    """What is said of the conversation, in the words of LMSYS's logs."""
    said = {name: row.get(name) for name in ("conversation_a", "conversation_b")}
    tags = dict.fromkeys(fields.texts(row, "categories"), True)
    language = next(iter(fields.texts(row, "languages")), None)
    return said | {"language": language, "category_tag": {"compar:IA": tags}}


def _until(messages: Any, turns: int) -> Any:
    """Messages up to this many answers."""
    if not isinstance(messages, list):
        return messages
    answers = 0
    for place, message in enumerate(messages, 1):
        answers += isinstance(message, dict) and message.get("role") == "assistant"
        if answers == turns:
            return messages[:place]
    return messages
