"""JudgeArena runs (OpenEuroLLM/JudgeArena): battles.jsonl or .parquet, and a meta-evaluation's annotations.

Of a battle, pref (0 for a, 1 for b) stays soft; source says human or llm-judge. annotations.parquet holds a
judge's passes over the votes of sample.parquet, where its models are looked up; its judge is results.json's.
"direct" and "reversed" are the two games of a battle, turned to its sides already. Built from the published
schema. Texts and log probabilities are left out.
"""

import math
from collections.abc import Iterator, Set
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from arena.errors import ArenaError
from arena.formats.read import facts, fields, ids, objects, outcome, records, vote
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Prompt, Verdict

CHECKED = "the published schema"
GIVES = "battles"

GAMES = {"single": (1, 1), "direct": (1, 2), "reversed": (2, 2)}
"""Game, and games expected, of each orientation."""


def fits(keys: Set[str]) -> bool:
    """Whether these are the columns of battles, of a sample or of annotations."""
    battle = {"model_a", "model_b", "winner"}
    return battle | {"source"} <= keys or {"battle_id", "orientation", "pref"} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file starts with a battle or an annotation."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict; a Prompt where the row names its question."""
    run = _Run(source)

    def make(line: Line) -> tuple[Fact, ...]:
        row = run.whole(line.values)
        models = fields.name(row, "model_a"), fields.name(row, "model_b")
        orientation = fields.optional(row, "orientation") or "single"
        if orientation not in GAMES:
            raise Malformed(f"orientation {fields.shown(orientation)} is none of {', '.join(GAMES)}")
        game, games = GAMES[orientation]
        who = fields.optional(row, "source") or "llm-judge"
        judge = "human" if who == "human" else fields.optional(row, "judge_model") or run.judge
        verdict = _verdict(row, _battle(row, source, line.number, models), judge, game)
        return vote.facts(verdict, models, (_prompt(row, source), None, None), games=games)

    return build(records.read(source.path, fits, "judge_arena"), make)


class _Run:
    """What the files beside a run's annotations say: the judge, and the votes that were sampled."""

    def __init__(self, source: Source) -> None:
        self._folder = source.path.resolve().parent
        self.judge = source.judge or self._judge()

    def whole(self, row: Values) -> Values:
        """The row, an annotation with the models and question of its battle."""
        if "model_a" in row:
            return row
        battle = fields.identity(row, "battle_id")
        if battle not in self._sample:
            raise Malformed(f"battle_id {battle} is not in sample.parquet: import the run's whole folder")
        found = {
            name: self._sample[battle].get(name) for name in ("question_id", "model_a", "model_b", "lang")
        }
        return found | dict(row)

    @cached_property
    def _sample(self) -> dict[str, Values]:
        """The sampled votes by battle_id; none where the file is not there or cannot be read."""
        try:
            rows = records.read(self._folder / "sample.parquet", _sampled, "judge_arena")
            lines = [row.values for row in rows if isinstance(row, Line)]
        except ArenaError:
            return {}
        return {fields.identity(row, "battle_id"): row for row in lines if row.get("battle_id") is not None}

    def _judge(self) -> str:
        try:
            results = objects.document(self._folder / "results.json")
        except ArenaError:
            return "unknown"
        named = results.get("judge_model") if isinstance(results, dict) else None
        return fields.clean(named) if isinstance(named, str) and named.strip() else "unknown"


def _sampled(keys: Set[str]) -> bool:
    return {"battle_id", "model_a", "model_b"} <= keys


def _battle(row: Values, source: Source, number: int, models: tuple[str, str]) -> str:
    who = fields.optional(row, "source") or "llm-judge"
    if fields.pick(row, "battle_id", "panel_id", "question_id") is None:
        return ids.battle(source, None, number)
    natural = fields.identity(row, "battle_id", "panel_id", "question_id")
    return ids.pairing(source.board, f"judge_arena/{who}", natural, *models, 1)


def _prompt(row: Values, source: Source) -> Prompt | None:
    if fields.pick(row, "question_id") is None:
        return None
    prompt = facts.prompt(source.board, (), fields.identity(row, "question_id"))
    return replace(prompt, language=fields.optional(row, "lang"))


def _verdict(row: Values, battle: str, judge: str, game: int) -> Verdict:
    words, soft, hard = fields.optional(row, "judge_completion"), row.get("pref"), row.get("winner")
    verdict = Verdict(ids.verdict(battle, judge, game), battle, judge, game, game == 2, explanation=words)
    if isinstance(soft, float) and math.isnan(soft):  # how pandas writes that there is none
        soft = None
    if soft is not None:
        share = fields.number({"pref": soft}, "pref")
        if share is None or not 0 <= share <= 1:
            raise Malformed(f"pref {fields.shown(soft)} is not between 0 and 1")
        return replace(verdict, preference=1 - share)
    if hard is None:
        return replace(verdict, status="unparsed")
    return replace(verdict, winner=outcome.one_of(fields.text(row, "winner"), outcome.WINNERS, "winner"))
