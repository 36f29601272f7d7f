"""Any csv, JSON, JSON Lines, parquet or arrow file, by a mapping: `--map winner=label --value winner:1=a`.

Battles (model_a, model_b and winner, preference or two scores), single grades (model, score, prompt) or pair
counts (win_a, win_b). A column of nested JSON is named with dots; `FIELD==VALUE` is one value for every row.
A winner may also be the model's name. A battle is known by its file and row, a prompt by question_id or its
words. Checked on llmfao's votes. Texts may be a text, a list of turns, or messages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from arena.errors import Unreadable
from arena.formats.read import facts, fields, ids, mapping, outcome, records, vote, when
from arena.formats.read.fields import Malformed
from arena.formats.read.mapping import UNREAD, Mapping
from arena.formats.read.objects import PROBED
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Grade, PairCount, Prompt, Reject, Response, Status, Verdict, Winner

CHECKED = "a real file"
GIVES = "battles"

SUFFIXES = (".csv", ".json", ".jsonl", ".parquet", ".arrow")
WINNERS: dict[str, Winner] = {"a": "a", "b": "b", "left": "a", "right": "b", **outcome.WINNERS}
"""What a winner may be called without being translated."""

Row = dict[str, Any]


def sniff(path: Path, _head: bytes) -> bool:
    """Whether the file may hold rows: it is only taken when the person says how."""
    return path.suffix.lower() in SUFFIXES


def read(source: Source) -> Iterator[Item]:
    """A Battle with its Verdict, a Grade, or a PairCount per row, with Prompt and Responses where mapped."""
    how = mapping.made(source.maps, source.values)
    makers = {"battles": _battle, "grades": _grade, "counts": _count}

    def make(line: Line) -> tuple[Fact, ...]:
        return makers[how.form](_row(line.values, how), source, line.number)

    return build(_present(source.path, records.read(source.path, bool, "mapped"), how), make)


def _present(path: Path, rows: Iterable[Line | Reject], how: Mapping) -> Iterator[Line | Reject]:
    """The rows, if every mapped column is in one of the first hundred."""
    every = iter(rows)
    probe = list(islice(every, PROBED))
    there = dict.fromkeys(name for row in probe if isinstance(row, Line) for name in row.values)
    for field, column in how.columns.items():
        if not column.startswith("=") and column not in there and column.partition(".")[0] not in there:
            names = fields.shown(", ".join(there), 300)
            raise Unreadable(f"{path}: no column {column!r} (for {field}); there are {names}")
    return chain(probe, every)


def _row(values: Row, how: Mapping) -> Row:
    """The row in our fields and values."""
    found = {field: _found(values, column) for field, column in how.columns.items()}
    for field, words in how.words.items():
        found[field] = words.get(_word(found[field]), found[field])
    return found


def _found(values: Row, column: str) -> Any:
    if column.startswith("="):
        return column[1:]
    if column in values or "." not in column:
        return values.get(column)
    value: Any = values
    for part in column.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _word(value: Any) -> str:
    """A value as it is written on the command line."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else fields.shown(value)


def _battle(row: Row, source: Source, number: int) -> tuple[Fact, ...]:
    models = _name(row, "model_a"), _name(row, "model_b")
    prompt, key = _prompt(row, source), ids.battle(source, None, number)
    a, b = _response(row, "response_a", models[0], prompt), _response(row, "response_b", models[1], prompt)
    happened = when.moment({"timestamp": _plain(row.get("timestamp"))}, "timestamp")
    said = _verdict(row, models, key, _judge(row, source))
    return vote.facts(said, models, (prompt, a, b), _turn(row), happened)


def _verdict(row: Row, models: tuple[str, str], battle: str, judge: str) -> Verdict:
    said = Verdict(ids.verdict(battle, judge), battle, judge, explanation=fields.optional(row, "explanation"))
    for field in ("winner", "preference", "score_a", "score_b"):
        if (status := _unread(row.get(field))) is not None:
            return replace(said, status=status)
    scores = [fields.cell(row, field) for field in ("score_a", "score_b")]
    share = fields.cell(row, "preference")
    if share is not None and not 0 <= share <= 1:
        raise Malformed(f"preference {share} is not between 0 and 1")
    winner = _winner(row["winner"], models) if "winner" in row else None
    if winner is None and share is None and None in scores:
        raise Malformed("neither winner nor preference nor both scores are there")
    return replace(said, winner=winner, preference=share, score_a=scores[0], score_b=scores[1])


def _unread(value: Any) -> Status | None:
    return value if value in UNREAD else None


def _winner(value: Any, models: tuple[str, str]) -> Winner:
    word = _word(value)
    if word in models and models[0] != models[1]:
        return "a" if word == models[0] else "b"
    if word not in WINNERS:
        raise Malformed(
            f"winner {word!r} is none of {', '.join(WINNERS)}; say --value winner:{word}=... what it is"
        )
    return WINNERS[word]


def _grade(row: Row, source: Source, _: int) -> tuple[Fact, ...]:
    prompt, model, judge, turn = _prompt(row, source), _name(row, "model"), _judge(row, source), _turn(row)
    if prompt is None:
        raise Malformed("neither prompt nor question_id is there")
    status = _unread(row["score"])
    score = None if status else fields.cell(row, "score")
    key = ids.grade(source.board, judge, prompt.id, model, turn)
    words = fields.optional(row, "explanation")
    grade = Grade(
        key, prompt.id, model, judge, turn, score, words, status or ("unparsed" if score is None else "ok")
    )
    response = _response(row, "response", model, prompt)
    return grade, *(fact for fact in (prompt if prompt.turns else None, response) if fact)


def _count(row: Row, _: Source, __: int) -> tuple[Fact, ...]:
    counts = [fields.cell(row, field) for field in ("win_a", "win_b", "tie", "both_bad")]
    if any(count is not None and count < 0 for count in counts) or None in counts[:2]:
        raise Malformed(
            "win_a, win_b, tie and both_bad are counts from 0 up, and the first two must be there"
        )
    a, b, tie, both_bad = (count or 0.0 for count in counts)
    category = fields.optional(row, "category") or ""
    return (PairCount(_name(row, "model_a"), _name(row, "model_b"), a, b, tie, both_bad, category),)


def _name(row: Row, field: str) -> str:
    """A model's name; a whole number is one, too."""
    return fields.identity(row, field)


def _judge(row: Row, source: Source) -> str:
    return fields.optional(row, "judge") or source.judge or "unknown"


def _turn(row: Row) -> int:
    return fields.turn({"turn": fields.cell(row, "turn")})


def _prompt(row: Row, source: Source) -> Prompt | None:
    """The prompt with its turns, category and language; None where nothing says which it is."""
    turns = _turns(row, "prompt", "user")
    natural = fields.identity(row, "question_id") if row.get("question_id") is not None else None
    if not turns and natural is None:
        return None
    category = fields.optional(row, "category")
    natural = ids.content(turns) if natural is None else natural
    tags, language = (category,) if category else (), fields.optional(row, "language")
    return Prompt(ids.prompt(source.board, natural), source.board, natural, turns, tags, language)


def _response(row: Row, field: str, model: str, prompt: Prompt | None) -> Response | None:
    turns = _turns(row, field, "assistant")
    return facts.response(prompt.id, model, turns) if turns and prompt else None


def _turns(row: Row, field: str, role: str) -> tuple[str, ...]:
    """A text as one turn, a list of texts as its turns, messages as those of the role."""
    value = row.get(field)
    if value is None or isinstance(value, str):
        return () if value is None else (fields.clean(value),)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        value = [item.get("content") for item in value if item.get("role") == role]
    return fields.turns({field: value}, field) if value != [] else ()


def _plain(value: Any) -> Any:
    """Seconds that a csv wrote out as a number."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value
