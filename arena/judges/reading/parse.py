"""The parser: a reply into a verdict and a status, by rules that are tried in a fixed order.

1. A correct JSON object with the verdict's keys, anywhere in the reply. Several must say the same.
2. A reply that was cut off is `truncated`.
3. One broken object, mended (json-repair), if it is whole and has each key once.
4. The form's patterns in prose, if there is no object at all; all places must say the same.
5. An apology instead of a verdict is `refused`; whatever else is left is `unparsed`.

What a candidate wrote and the judge only repeats is no verdict under any rule. Nothing is ever guessed.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

from arena.backends.types import Reply
from arena.judges.reading import objects
from arena.judges.reading.quotes import copied, quoted
from arena.judges.reading.types import Form, Pattern, Reading
from arena.types import Status

T = TypeVar("T")

_REFUSAL = re.compile(
    r"\W*+(?:(?:i'?m|i am|we are)\s*+)?(?:really |very |so )?(?:sorry|unable to|not able to|i can ?not"
    r"|i can'?t|i won'?t|i must decline|i apologi[sz]e|as an ai\b)",
    re.IGNORECASE,
)


def read(reply: Reply, form: Form[T], material: Sequence[str] = ()) -> Reading[T]:
    """What a reply came to. `material` is what candidates wrote, as the judge was shown it."""
    if reply.status in ("error", "refused"):
        return Reading(reply.status, None, reply.text or reply.error or "")
    text = reply.text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()
    said = reply.text.strip()
    values, whys = _whole(said, form, material)
    if values:
        return _agreed(values, whys[-1] or said)
    if reply.status == "truncated":
        return Reading("truncated", None, said)
    if (broken := objects.mended(said, form.keys)) is not None and not _echo(said, material):
        return _agreed([form.value(broken)], _why(broken, form) or said)
    if not _tried(said, form):
        for pattern in form.patterns:
            if found := _found(said, pattern, material):
                return _agreed(found, said)
    status: Status = "refused" if _REFUSAL.match(text) else "unparsed"
    return Reading(status, None, said)


def _whole(text: str, form: Form[T], material: Sequence[str]) -> tuple[list[T | None], list[str]]:
    """(verdicts, explanations) of all correct objects that have the keys and are not a candidate's."""
    values, whys = [], []
    for words, value in objects.whole(text):
        if set(form.keys) <= set(value) and not copied(words, material):
            values.append(form.value(value))
            whys.append(_why(value, form))
    return values, whys


def _why(value: objects.Object, form: Form[T]) -> str:
    why = value.get(form.why)
    return why.strip() if isinstance(why, str) else ""


def _echo(text: str, material: Sequence[str]) -> bool:
    return copied(text[text.find("{") :], material)


def _tried(text: str, form: Form[T]) -> bool:
    """Whether the judge set out to give an object: then nothing inside it is taken for prose."""
    return "{" in text and any(f'"{key}"' in text for key in (*form.keys, form.why))


def _found(text: str, pattern: Pattern[T], material: Sequence[str]) -> list[T | None]:
    return [
        pattern.value(match)
        for match in pattern.regex.finditer(text)
        if not quoted(text, match.start(), match.end(), material)
    ]


def _agreed(values: Sequence[T | None], explanation: str) -> Reading[T]:
    """The verdict that all places name; unparsed where they differ or one cannot be."""
    first = values[0]
    if first is None or any(value != first for value in values):
        return Reading("unparsed", None, explanation)
    return Reading("ok", first, explanation)
