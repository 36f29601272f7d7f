"""ShareGPT: a list, lines or a table of {id, conversations: [{from: human or gpt, value}]}.

The person's turns are the Prompt, the assistant's the Response of model "gpt" (whoever it was). System turns
are left out; a conversation in which nobody asks is rejected. Built from the published schema.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import facts, fields, records
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "the published schema"
GIVES = "answers"

SPEAKERS = {
    "human": "user", "user": "user", "gpt": "gpt", "chatgpt": "gpt", "bing": "gpt", "bard": "gpt",
    "assistant": "gpt", "system": "system",
}  # fmt: skip


def fits(keys: Set[str]) -> bool:
    """Whether these are a conversation's fields, and not those of a preference pair."""
    return "conversations" in keys and not keys & {"chosen", "rejected"}


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file starts with a conversation."""
    return fits(records.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """A Prompt per row, and its Response where the assistant says anything."""

    def make(line: Line) -> tuple[Fact, ...]:
        said = _said(records.nested(line.values, "conversations"))
        if not said["user"]:
            raise Malformed("nobody asks anything in it")
        natural = fields.identity(line.values, "id") if fields.pick(line.values, "id") is not None else None
        prompt = facts.prompt(source.board, tuple(said["user"]), natural)
        if not said["gpt"]:
            return (prompt,)
        return prompt, facts.response(prompt.id, "gpt", tuple(said["gpt"]))

    return build(records.read(source.path, fits, "sharegpt"), make)


def _said(row: Values) -> dict[str, list[str]]:
    """Turns by speaker."""
    turns = row.get("conversations")
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise Malformed(f"conversations is not a list of turns: {fields.shown(turns)}")
    said: dict[str, list[str]] = {"user": [], "gpt": [], "system": []}
    for turn in turns:
        speaker = fields.text(turn, "from")
        if speaker not in SPEAKERS:
            raise Malformed(f"from {fields.shown(speaker)} is none of {', '.join(SPEAKERS)}")
        said[SPEAKERS[speaker]].append(fields.text(turn, "value"))
    return said
