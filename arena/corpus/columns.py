"""From a row of any table to a prompt: a text, a list of turns, messages, a transcript, Alpaca's two columns.

Leaves out reading files (`sources`).
"""

import re
from typing import Any

from arena.corpus.types import Columns, prompt_id
from arena.formats.read import fields, ids, records
from arena.formats.read.fields import Malformed, Values
from arena.types import Prompt

PROMPTS = (
    "turns", "conversations", "conversation", "messages", "prompt", "instruction", "question", "query",
    "user_input", "inputs", "text", "chosen",
)  # fmt: skip
"""Columns that may hold the prompt, in the order in which they are tried."""
CATEGORIES = ("category", "categories", "task", "skill", "domain")
IDS = ("id", "question_id", "idx", "uid", "conversation_id")
LANGUAGES = ("language", "lang")
USERS = ("user", "human", "prompter")
ABSENT = ("", "<noinput>", "none", "n/a")
"""What collections write where an instruction has no input."""
_SPEAKER = re.compile(r"(?:^|\n\n)(Human|Assistant): ?")


def prompt(row: Values, source: str, columns: Columns) -> Prompt:
    """The prompt of a row.

    Raises:
        Malformed: it has none.
    """
    turns = _turns(row, columns)
    own = _pick(row, columns.id, IDS)
    natural = fields.identity({"id": own}, "id") if own is not None else ids.content(turns)
    language = _pick(row, columns.tongue, LANGUAGES)
    return Prompt(
        prompt_id(source, natural),
        source,
        natural,
        turns,
        _categories(_pick(row, columns.category, CATEGORIES)),
        language.lower() if isinstance(language, str) and language else None,
    )


def knows(names: set[str], columns: Columns) -> bool:
    """Whether a row with these column names can hold a prompt."""
    return columns.prompt.partition(".")[0] in names if columns.prompt else bool(names & set(PROMPTS))


def _turns(row: Values, columns: Columns) -> tuple[str, ...]:
    name = columns.prompt or next((name for name in PROMPTS if row.get(name)), "")
    value = _found(row, name)
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        value = records.nested({"value": value}, "value")["value"]
    turns = _users(value, name)
    below = (
        _found(row, columns.input) if columns.input else row.get("input") if name == "instruction" else None
    )
    if isinstance(below, str) and below.strip().lower() not in ABSENT:
        turns = (f"{turns[0]}\n\n{fields.clean(below)}", *turns[1:])
    if not any(turn.strip() for turn in turns):
        raise Malformed(f"{name or 'prompt'} is empty")
    return turns


def _users(value: Any, name: str) -> tuple[str, ...]:
    """What the user says: of a text all of it, of a transcript or messages the user's part."""
    if value is None or value == []:
        raise Malformed(f"no prompt: {name or 'none of the columns ' + ', '.join(PROMPTS)} is there")
    if isinstance(value, str):
        return _transcript(fields.clean(value))
    if not isinstance(value, list):
        raise Malformed(f"{name} is neither text nor a list: {fields.shown(value)}")
    said = tuple(turn for item in value if (turn := _said(item, name)) is not None)
    if not said:
        raise Malformed(f"nobody asks anything in {name}")
    return said


def _said(item: Any, name: str) -> str | None:
    if isinstance(item, str):
        return fields.clean(item)
    if not isinstance(item, dict):
        raise Malformed(f"{name} holds something that is no turn: {fields.shown(item)}")
    role = fields.pick(item, "role", "from", "speaker")
    if role is not None and role not in USERS:
        return None
    return fields.text(item, "content", "value", "text")


def _transcript(text: str) -> tuple[str, ...]:
    """The human's part of `Human: ... Assistant: ...`; any other text is one turn."""
    if not _SPEAKER.match(text):
        return (text,)
    parts = _SPEAKER.split(text)[1:]
    return tuple(
        said.strip() for who, said in zip(parts[::2], parts[1::2], strict=True) if who == "Human"
    ) or (text,)


def _categories(value: Any) -> tuple[str, ...]:
    found = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(fields.clean(item) for item in found if isinstance(item, str) and item))


def _pick(row: Values, named: str, usual: tuple[str, ...]) -> Any:
    return _found(row, named) if named else fields.pick(row, *usual)


def _found(row: Values, name: str) -> Any:
    if name in row or "." not in name:
        return row.get(name)
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
