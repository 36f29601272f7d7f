"""Arena-Hard answers, v0.1 and v2.0: `model_answer/<model>.jsonl` with uid, model and messages.

The assistant's messages are the turns, as text or as {answer: text}. Arena-Hard's own counts of style
(metadata) are kept where all four are there. Checked on three models' answers to v0.1. Files of before April
2025, with question_id and choices, are FastChat's.
"""

from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

from arena.formats.read import counted, facts, fields, ids, objects
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.names import Names
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact, Response

CHECKED = "a real file"
GIVES = "answers"


def fits(keys: Set[str]) -> bool:
    """Whether these are an answer's fields."""
    return {"uid", "model", "messages"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with an answer."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Response per row."""
    names = Names()

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        prompt = ids.prompt(source.board, fields.identity(row, "uid"))
        model = names.short(fields.name(row, "model"))
        return (_counted(facts.response(prompt, model, _turns(row)), row),)

    return build(objects.read(source.path, fits, "arena_hard_answer"), make, names)


def _turns(row: Values) -> tuple[str, ...]:
    messages = row.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise Malformed(f"messages is not a list of messages: {fields.shown(messages)}")
    said = [message.get("content") for message in messages if message.get("role") == "assistant"]
    if not said:
        raise Malformed("messages holds no answer")
    return tuple(
        fields.text(content if isinstance(content, dict) else {"answer": content}, "answer")
        for content in said
    )


def _counted(response: Response, row: Values) -> Response:
    metadata = row.get("metadata")
    if not isinstance(metadata, dict):
        return response
    what = ("token_len", "header_count", "list_count", "bold_count")
    figures = [counted.total(metadata.get(name)) for name in what]
    if None in figures:
        return response
    tokens, headers, lists, bolds = figures
    return replace(response, tokens=tokens, headers=headers, lists=lists, bolds=bolds)
