"""Conversations as token ids, and which of them are the model's own words: only those are learnt.

Works with any chat template: an assistant's turn is what the template adds to the conversation before it, so
that the end-of-turn token belongs to it. Leaves out batching and padding (the trainers' collators).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.backends.types import Message
from arena.errors import BadRequest, NotFound

TEMPLATES = Path(__file__).parent / "templates"
"""Chat templates for models that have none; they need no token of their own."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of a conversation; `mask` is 1 on the model's own words."""

    ids: list[int]
    mask: list[int]


def use_template(tokenizer: Any, wanted: str) -> None:
    """Gives a tokenizer its chat template: `wanted` is a name of ours, a file, or empty for its own.

    Raises:
        BadRequest: it has none and none is named.
    """
    if wanted:
        path = TEMPLATES / f"{wanted}.jinja"
        path = path if path.is_file() else Path(wanted)
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in TEMPLATES.glob("*.jinja")))
            raise NotFound(f"no chat template {wanted!r}: name one of {known}, or a file")
        tokenizer.chat_template = path.read_text("utf-8")
    if not tokenizer.chat_template:
        known = ", ".join(sorted(p.stem for p in TEMPLATES.glob("*.jinja")))
        raise BadRequest(
            f"{tokenizer.name_or_path}: has no chat template; set chat_template to one of {known}"
        )


def encode(tokenizer: Any, messages: Sequence[Message], max_length: int) -> Iterator[Encoded]:
    """The conversation up to the last answer that fits into `max_length`; nothing where none does.

    One sequence, where the template only ever appends; else one for each answer.
    """
    whole = Encoded([], [])
    for at, message in enumerate(messages):
        if message.role != "assistant":
            continue
        before = _ids(tokenizer, messages[:at], prompt=True)
        after = _ended(tokenizer, _ids(tokenizer, messages[: at + 1]))
        if len(after) > max_length:
            break
        start = _shared(before, after)
        known = len(whole.ids)
        if known and after[:known] == whole.ids and start >= known:
            mask = whole.mask + [0] * (start - known)
        else:
            if known:
                yield whole
            mask = [0] * start
        whole = Encoded(after, mask + [1] * (len(after) - start))
    if whole.ids:
        yield whole


def prompt_ids(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """The conversation, ready for the model's next words."""
    return _ids(tokenizer, messages, prompt=True)


def whole_ids(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """A conversation that ends with an answer, its closing token included."""
    return _ended(tokenizer, _ids(tokenizer, messages))


def stops(tokenizer: Any) -> set[int]:
    """Tokens that end an answer."""
    return {tokenizer.eos_token_id} - {None}


def _ids(tokenizer: Any, messages: Sequence[Message], *, prompt: bool = False) -> list[int]:
    told = [{"role": message.role, "content": message.content} for message in messages]
    text = tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=prompt)
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def _ended(tokenizer: Any, ids: list[int]) -> list[int]:
    """With an end-of-text token where the template's last turn has none among its last tokens."""
    ending = stops(tokenizer)
    return ids if not ending or ending & set(ids[-3:]) else [*ids, *ending]


def _shared(before: list[int], after: list[int]) -> int:
    pairs = zip(before, after, strict=False)
    return next((at for at, (x, y) in enumerate(pairs) if x != y), min(len(before), len(after)))
