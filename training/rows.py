"""Row files: one JSON object per line, written whole; and files of other people that hold the same.

Besides our own rows, `read` takes TRL's forms (`messages`, `prompt` and `completion`, `prompt`, `chosen` and
`rejected`), ShareGPT's (`conversations` with `from` and `value`) and RRHF's (`query`, `responses`, `scores`),
as JSON lines or one JSON array. What does not fit becomes a `Reject` and never stops the rest. Leaves out
TRL-ready export (`training.export`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from arena.errors import NotFound, Unreadable
from arena.keys import key
from arena.types import Reject
from training.types import Kind, PairRow, PromptRow, RankedRow, Row, SftRow

KINDS: dict[Kind, type[Row]] = {"sft": SftRow, "pair": PairRow, "prompt": PromptRow, "ranked": RankedRow}
"""Name of each class of row, as the file says it."""

_SIDES = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "system": "system",
}


def write(path: Path, rows: Iterable[Row]) -> int:
    """Writes rows; the file is whole or not there. Returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.part")
    count = 0
    with half.open("w", encoding="utf-8") as file:
        for row in rows:
            kind = next(name for name, cls in KINDS.items() if isinstance(row, cls))
            file.write(json.dumps({"kind": kind, **asdict(row)}, ensure_ascii=False) + "\n")
            count += 1
    half.replace(path)
    return count


def read(path: Path, kind: Kind) -> Iterator[Row | Reject]:
    """The rows of a file, in its order, and a reject for each entry that holds no such row.

    Raises:
        NotFound: no such file.
        Unreadable: the file is neither JSON lines nor a JSON array.
    """
    if not path.is_file():
        raise NotFound(f"{path}: no such file of training rows")
    for line, entry in _entries(path):
        try:
            yield _row(entry, kind)
        except (ValidationError, ValueError, TypeError, KeyError) as error:
            reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            yield Reject(line, f"no {kind} row: {reason}", json.dumps(entry, ensure_ascii=False)[:1000])


def _entries(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        try:
            if file.read(1) == "[":
                file.seek(0)
                yield from enumerate(json.load(file), 1)
                return
            file.seek(0)
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, json.loads(line)
        except ValueError as error:
            raise Unreadable(f"{path}: neither JSON lines nor a JSON array ({error})") from error


def _row(entry: Any, kind: Kind) -> Row:
    if not isinstance(entry, dict):
        raise TypeError("not an object")
    if "kind" in entry:
        given = {name: value for name, value in entry.items() if name != "kind"}
        if entry["kind"] != kind:
            raise ValueError(f"is a {entry['kind']} row")
        return _filled(kind, given)
    made: dict[Kind, Callable[[dict[str, Any]], Row]]
    made = {"sft": _sft, "pair": _pair, "prompt": _prompt, "ranked": _ranked}
    return made[kind](entry)


def _filled(kind: Kind, given: dict[str, Any]) -> Row:
    row: Row = TypeAdapter(KINDS[kind]).validate_python(given)
    wanted = len(row.turns)
    if isinstance(row, RankedRow) and not 2 <= len(row.answers) == len(row.scores):
        raise ValueError("fewer than two answers, or not a score for each")
    if not row.turns or any(len(side) != wanted for side in _sides(row)):
        raise ValueError("turns and answers do not match")
    return row


def _sides(row: Row) -> tuple[tuple[str, ...], ...]:
    """Everything that has to answer each turn."""
    if isinstance(row, RankedRow):
        return row.answers
    if isinstance(row, PairRow):
        return row.chosen, row.rejected
    return (row.answers,) if isinstance(row, SftRow) else ()


def _sft(entry: dict[str, Any]) -> SftRow:
    said = entry.get("conversations") or entry.get("messages")
    if said is None:
        said = [*_messages(entry["prompt"], "user"), *_messages(entry["completion"], "assistant")]
    system, turns, answers = _split(said)
    if not answers:
        raise ValueError("no answer")
    turns = turns[: len(answers)]
    return SftRow(_id("sft", entry, turns, answers), _prompt_id(turns), turns, answers,
                  reason="from a file", system=system)  # fmt: skip


def _pair(entry: dict[str, Any]) -> PairRow:
    asked = _messages(entry["prompt"], "user") if "prompt" in entry else []
    sides = [_split([*asked, *_messages(entry[side], "assistant")]) for side in ("chosen", "rejected")]
    (system, turns, chosen), (_, other, rejected) = sides
    if turns != other or len(chosen) != len(turns) or len(rejected) != len(turns):
        raise ValueError("chosen and rejected answer different turns")
    gap, weight = entry.get("margin"), entry.get("weight")
    return PairRow(_id("pair", entry, turns, chosen, rejected), _prompt_id(turns), turns, chosen, rejected,
                   gap=None if gap is None else float(gap), reason="from a file", system=system,
                   weight=1.0 if weight is None else float(weight))  # fmt: skip


def _prompt(entry: dict[str, Any]) -> PromptRow:
    said = entry.get("conversations") or entry.get("messages") or _messages(entry["prompt"], "user")
    system, turns, answers = _split(said)
    history = answers[: len(turns) - 1]
    return PromptRow(_id("prompt", entry, turns, history), _prompt_id(turns), turns, history,
                     reason="from a file", system=system)  # fmt: skip


def _ranked(entry: dict[str, Any]) -> RankedRow:
    asked = _messages(entry["query"] if "query" in entry else entry["prompt"], "user")
    talks = [_split([*asked, *_messages(said, "assistant")]) for said in entry["responses"]]
    scores = [float(score) for score in entry["scores"]]
    if not 2 <= len(talks) == len(scores):
        raise ValueError("fewer than two responses, or not a score for each")
    system, turns, _ = talks[0]
    if any(other != turns or len(said) != len(turns) for _, other, said in talks):
        raise ValueError("the responses answer different turns")
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    answers = tuple(talks[at][2] for at in order)
    return RankedRow(_id("ranked", entry, turns, *answers), _prompt_id(turns), turns, answers,
                     tuple(scores[at] for at in order), reason="from a file", system=system,
                     gap=max(scores) - min(scores))  # fmt: skip


def _messages(said: Any, role: str) -> list[Any]:
    return [{"role": role, "content": said}] if isinstance(said, str) else list(said)


def _split(said: list[Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """System message, user turns and answers; what a model said before the first user's turn is left out."""
    system = ""
    turns: list[str] = []
    answers: list[str] = []
    for message in said:
        role = _SIDES.get(str(message.get("role") or message.get("from")).lower())
        text = message.get("content", message.get("value"))
        if role is None or not isinstance(text, str) or not text.strip():
            raise ValueError(f"a message without a known side or without text: {str(message)[:80]}")
        if role == "system" and not turns:
            system = text
        elif role == "user" and len(turns) == len(answers):
            turns.append(text)
        elif role == "assistant" and len(answers) == len(turns) - 1:
            answers.append(text)
        elif role != "assistant" or turns:
            raise ValueError("user and assistant do not take turns")
    if not turns:
        raise ValueError("no user's turn")
    return system, tuple(turns), tuple(answers)


def _prompt_id(turns: tuple[str, ...]) -> str:
    return key("prompt", "training-file", *turns)


def _id(kind: Kind, entry: dict[str, Any], *texts: tuple[str, ...]) -> str:
    given = entry.get("id")
    return str(given) if given is not None else key("row", kind, *(text for part in texts for text in part))
