"""Vicuna reviews: `review/**.jsonl`, a judge's two scores of two answers named by id.

The recorded `score` counts; without one, two numbers on the first line of `text` do. A negative score marks a
reply that could not be read. The judge is the file name's `<judge>_review_`, else the one named at import,
else gpt-4, the format's default. Answers are looked up in the import's folder or an `answer` folder nearby.
Checked on lm-sys/vicuna-blog-eval.
"""

import re
from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import fields, ids, objects, outcome, vicuna
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Response, Verdict

CHECKED = "a real file"
GIVES = "battles"

PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)(?:\s*,\s*|\s+)(-?\d+(?:\.\d+)?)\s*")


def fits(keys: Set[str]) -> bool:
    """Whether these are a review's fields."""
    return {"question_id", "answer1_id", "answer2_id", "text"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a review."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Battle per row with its Verdict and both Responses. A row whose answers are not found is rejected."""
    answers = vicuna.answers(source)
    prefix, named, _ = source.path.name.partition("_review_")
    judge = prefix if named else source.judge or "gpt-4"

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        a, b = _answer(row, "answer1_id", answers), _answer(row, "answer2_id", answers)
        prompt = ids.prompt(source.board, fields.identity(row, "question_id"))
        if (a.prompt, b.prompt) != (prompt, prompt):
            raise Malformed("an answer is to another question than the review's")
        natural = fields.identity(row, "review_id") if fields.pick(row, "review_id") is not None else None
        key = ids.battle(source, natural, line.number)
        battle = Battle(key, a.model, b.model, prompt, a.id, b.id)
        return battle, _verdict(row, key, judge), a, b

    return build(objects.read(source.path, fits, "vicuna_review"), make)


def _answer(row: Values, field: str, answers: dict[str, Response]) -> Response:
    answer = fields.name(row, field)
    if answer not in answers:
        raise Malformed(f"{field} {answer} is in no answer file: import the folder that holds those too")
    return answers[answer]


def _verdict(row: Values, battle: str, judge: str) -> Verdict:
    words, key = fields.text(row, "text"), ids.verdict(battle, judge)
    scores = _scores(row, words)
    if scores is None or min(scores) < 0:
        return Verdict(key, battle, judge, explanation=words, status="unparsed")
    a, b = scores
    return Verdict(key, battle, judge, winner=outcome.higher(a, b), score_a=a, score_b=b, explanation=words)


def _scores(row: Values, words: str) -> tuple[float, float] | None:
    recorded = row.get("score")
    if recorded is None:
        match = PAIR.fullmatch(words.partition("\n")[0])
        recorded = [float(score) for score in match.groups()] if match else [None, None]
    if not isinstance(recorded, list) or len(recorded) != 2:
        raise Malformed(f"score is not two numbers: {fields.shown(recorded)}")
    a, b = (fields.number({"score": score}, "score") for score in recorded)
    return None if a is None or b is None else (a, b)
