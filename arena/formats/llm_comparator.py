"""LLM Comparator (PAIR-code/llm-comparator): one JSON document of two models, examples and raters' scores.

Scores are 1.5 (a much better, strength 2), 1, 0.5, 0 (a tie) to -1.5; any other between is a mean and stays
soft. Every rater of an example is a judge, `<judge> 1`, `<judge> 2` ...; is_flipped says that it saw them the
other way round, its score is mapped back already. Without raters the example's score is the verdict. Built
from the published schema. Rationale clusters and custom fields (but `judges`, our export's) are left out.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from arena.errors import Unreadable
from arena.formats.read import document, facts, fields, ids, outcome
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict

CHECKED = "the published schema"
GIVES = "battles"

MOST = 1.5
"""The score of "much better"."""

LEVELS = {0.0, 0.5, 1.0, MOST}
"""The scores that a rater's labels have."""


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the document has models and examples."""
    return {"models", "examples"} <= document.keys(head)


def read(source: Source) -> Iterator[Item]:
    """A Battle per example with its Verdicts, Prompt and both Responses."""
    whole = document.read(source.path, ("models", "examples"), "llm_comparator")
    models = _models(source.path, whole["models"])

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        asked, tags = (fields.text(row, "input_text"),), fields.texts(row, "tags")
        prompt = facts.prompt(source.board, asked, categories=tags)
        a = facts.response(prompt.id, models[0], (fields.text(row, "output_text_a"),))
        b = facts.response(prompt.id, models[1], (fields.text(row, "output_text_b"),))
        key = ids.battle(source, None, line.number)
        battle = Battle(key, *models, prompt.id, a.id, b.id)
        return battle, *_verdicts(row, key, _judge(row, source)), prompt, a, b

    return build(document.lines(whole["examples"], source.path, "examples"), make)


def _models(path: Path, models: Any) -> tuple[str, str]:
    named = [model.get("name") for model in models] if _objects(models) else []
    if len(named) != 2 or not all(isinstance(name, str) and name.strip() for name in named):
        raise Unreadable(f"{path}: models is not two objects with a name: {fields.shown(models)}")
    return fields.clean(named[0]), fields.clean(named[1])


def _judge(row: Values, source: Source) -> str:
    custom = row.get("custom_fields")
    named = custom.get("judges") if isinstance(custom, dict) else None
    return fields.name({"judge": named or source.judge or "unknown"}, "judge")


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _verdicts(row: Values, battle: str, judge: str) -> list[Verdict]:
    raters = row.get("individual_rater_scores") or []
    if not _objects(raters):
        raise Malformed(f"individual_rater_scores is not a list of objects: {fields.shown(raters)}")
    if len(raters) < 2:
        return [_verdict(raters[0] if raters else row, battle, judge)]
    return [_verdict(rater, battle, f"{judge} {number}") for number, rater in enumerate(raters, 1)]


def _verdict(said: Values, battle: str, judge: str) -> Verdict:
    score, key = fields.number(said, "score"), ids.verdict(battle, judge)
    swapped, label = said.get("is_flipped") is True, fields.optional(said, "rating_label")
    verdict = Verdict(key, battle, judge, swapped=swapped, explanation=fields.optional(said, "rationale"))
    if score is None:
        return replace(verdict, raw=label, status="unparsed")
    if abs(score) > MOST:
        raise Malformed(f"score {score} is not between -{MOST} and {MOST}")
    if abs(score) not in LEVELS:
        return replace(verdict, raw=label, preference=0.5 + score / (2 * MOST))
    strength = 2 if abs(score) == MOST else 1
    return replace(verdict, raw=label, winner=outcome.higher(score, 0), strength=strength)
