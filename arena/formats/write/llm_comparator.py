"""LLM Comparator JSON: two models, an example per battle, a rater's score per verdict, in constant memory.

A positive score is the first model's: 1 better, 1.5 much better, 0 a tie; a soft preference p is 3 (p - 0.5).
A swapped game is flipped, its score already mapped back, as in the tool. `score` is the mean of the raters.
The judges and the battle's key are custom fields. Battles without both texts are left out.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from arena.errors import BadRequest
from arena.formats.read.text import LONGEST
from arena.formats.types import Written
from arena.formats.write import rows, verdicts
from arena.formats.write.losses import Losses
from arena.types import Prompt, Record, Response, Verdict, Winner

WRITES = "battles"

SCORES: dict[Winner, float] = {"a": 1.0, "b": -1.0, "tie": 0.0, "both_bad": 0.0}
MUCH = 1.5
FIELDS = [
    {"name": "battle", "type": "string"},
    {"name": "judges", "type": "category"},
    {"name": "turn", "type": "number"},
    {"name": "tokens", "type": "per_model_number"},
]


def write(records: Iterable[Record], path: Path) -> Written:
    """One document. Raises BadRequest for battles of other than two models."""
    losses, every = Losses(), iter(records)
    first = next(every, None)
    if first is None:
        return Written(0)
    models = (first.battle.model_a, first.battle.model_b)
    examples = (
        rows.dump(_example(turned, raters, losses))
        for record in chain((first,), every)
        if (turned := _turned(record, models)) and (raters := _raters(turned, losses))
    )
    before = json.dumps(
        {
            "metadata": {"source_path": first.board, "custom_fields_schema": FIELDS},
            "models": [{"name": model} for model in models],
        },
        ensure_ascii=False,
    )
    count = rows.array(examples, path, before[:-1] + ', "examples": [', "]}")
    large = ("the file is over 64 MiB: arena import reads such a document only up to that",)
    return Written(count, losses.notes + large * (path.stat().st_size > LONGEST))


def _turned(record: Record, models: tuple[str, str]) -> Record | None:
    """The record with its sides in the order of `models`."""
    battle = record.battle
    if {battle.model_a, battle.model_b} != set(models) or len(set(models)) < 2:
        raise BadRequest(
            f"LLM Comparator holds two models, and there is {battle.model_a} against {battle.model_b} beside "
            f"{models[0]} against {models[1]}: choose two with --a and --b"
        )
    if (battle.model_a, battle.model_b) == models:
        return record
    return replace(
        record,
        battle=replace(battle, model_a=models[0], model_b=models[1]),
        response_a=record.response_b,
        response_b=record.response_a,
        verdicts=tuple(map(_mirrored, record.verdicts)),
    )


def _mirrored(verdict: Verdict) -> Verdict:
    sides: dict[Winner | None, Winner] = {"a": "b", "b": "a"}
    return replace(
        verdict,
        swapped=not verdict.swapped,
        winner=sides.get(verdict.winner, verdict.winner),
        preference=None if verdict.preference is None else 1 - verdict.preference,
        score_a=verdict.score_b,
        score_b=verdict.score_a,
    )


def _raters(record: Record, losses: Losses) -> list[dict[str, Any]]:
    if not (record.prompt and record.response_a and record.response_b):
        losses.add("battles whose texts are not known are left out")
        return []
    scores = [(verdict, _score(verdict, losses)) for verdict in record.verdicts]
    return [
        {"is_flipped": verdict.swapped, "score": score, "rationale": verdict.explanation or verdict.raw or ""}
        for verdict, score in scores
        if score is not None
    ]


def _score(verdict: Verdict, losses: Losses) -> float | None:
    """The verdict between -1.5 and 1.5."""
    if verdict.status == "ok" and verdict.winner is None and verdict.preference is not None:
        return 2 * MUCH * (verdict.preference - 0.5)
    if verdict.status == "ok" and verdict.winner in SCORES and verdict.strength > 1:
        return MUCH * SCORES[verdict.winner]
    winner = verdicts.winner(verdict, losses)
    return None if winner is None else SCORES[verdicts.either(winner, losses)]


def _example(record: Record, raters: list[dict[str, Any]], losses: Losses) -> dict[str, Any]:
    prompt, a, b = record.prompt, record.response_a, record.response_b
    return {
        "input_text": _text(prompt, losses),
        "tags": list(prompt.categories) if prompt else [],
        "output_text_a": _text(a, losses),
        "output_text_b": _text(b, losses),
        "score": sum(rater["score"] for rater in raters) / len(raters),
        "individual_rater_scores": raters,
        "custom_fields": {
            "battle": record.battle.id,
            "judges": ", ".join(sorted({verdict.judge for verdict in record.verdicts})),
            "turn": record.battle.turn,
            "tokens": [a and a.tokens, b and b.tokens],
        },
    }


def _text(said: Prompt | Response | None, losses: Losses) -> str:
    turns = said.turns if said else ()
    losses.add("texts of several turns are joined", len(turns) > 1)
    return "\n\n".join(turns)
