"""Fields of one row, checked one by one: each function returns the value or raises Malformed with the reason.

Leaves out which fields a format has. Only exact types pass: a quoted number is not a number, True is not 1.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Values = Mapping[str, Any]

MOST = 2**31 - 1
"""Largest whole number that a count or a turn may be."""


class Malformed(ValueError):
    """A row that cannot be used; the message is the reason told to the person."""


def shown(value: object, limit: int = 80) -> str:
    """A value as JSON text on one line, cut to `limit` characters, that can always be printed and stored."""
    return " ".join(excerpt(value, limit).splitlines())


def excerpt(value: object, limit: int) -> str:
    """The same with a text's own lines."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError, TypeError):
        text = "(nested too deeply to show)"
    return clean(text[:limit])


def compact(value: object, limit: int) -> str:
    """A value as JSON text without blanks, cut to `limit` characters."""
    try:
        return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"))[:limit])
    except (RecursionError, ValueError, TypeError):
        return "(nested too deeply to keep)"


def clean(text: str) -> str:
    """The text with lone surrogates (half an emoji, torn by some writer) as replacement characters."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def pick(row: Values, *names: str) -> Any:
    """The first of these fields that is there and not null; None if none is."""
    for name in names:
        if (value := row.get(name)) is not None:
            return value
    return None


def text(row: Values, *names: str) -> str:
    """A text, possibly empty."""
    value = pick(row, *names)
    if isinstance(value, str):
        return clean(value)
    raise _wrong(names[0], "text", value)


def _wrong(field: str, wanted: str, value: object) -> Malformed:
    return Malformed(f"{field} is missing" if value is None else f"{field} is not {wanted}: {shown(value)}")


def optional(row: Values, *names: str) -> str | None:
    """A text, or None where there is none."""
    return None if pick(row, *names) is None else text(row, *names)


def name(row: Values, *names: str) -> str:
    """A text that is more than blanks: a model, a judge."""
    value = text(row, *names)
    if not value or value.isspace():
        raise Malformed(f"{names[0]} is empty")
    return value


def identity(row: Values, *names: str) -> str:
    """A natural id: text, or a whole number (81 and 81.0 are "81")."""
    value = pick(row, *names)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return name(row, *names)


def number(row: Values, *names: str) -> float | None:
    """A finite number, or None where it is missing or null."""
    value = pick(row, *names)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{names[0]} is not a number: {shown(value)}")
    return _finite(value, names[0])


def cell(row: Values, *names: str) -> float | None:
    """A finite number as a table holds it, written out or not; None where the cell is empty."""
    value = pick(row, *names)
    if not isinstance(value, str):
        return number(row, *names)
    if not value.strip():
        return None
    try:
        written = float(value)
    except ValueError:
        raise Malformed(f"{names[0]} is not a number: {shown(value)}") from None
    return _finite(written, names[0])


def _finite(value: float, field: str) -> float:
    try:
        if math.isfinite(value):
            return float(value)
    except OverflowError:
        pass
    raise Malformed(f"{field} is not finite: {shown(value)}")


def whole(value: float | None, field: str) -> int | None:
    """A count from 0 to 2^31 - 1 (12.0 is 12), or None for None."""
    if value is None:
        return None
    if not value.is_integer() or not 0 <= value <= MOST:
        raise Malformed(f"{field} is not a count: {shown(value)}")
    return int(value)


def turn(row: Values) -> int:
    """The field `turn` from 1; 1 where it is missing."""
    value = whole(number(row, "turn"), "turn")
    if value == 0:
        raise Malformed("turn is 0; turns count from 1")
    return value or 1


def turns(row: Values, field: str) -> tuple[str, ...]:
    """A list of texts, or of objects whose `content` is one (early Arena-Hard), at least one."""
    value = row.get(field)
    if not isinstance(value, list) or not value:
        raise _wrong(field, "a list of texts", value)
    return tuple(_turn(item, field) for item in value)


def _turn(item: Any, field: str) -> str:
    said = item.get("content") if isinstance(item, dict) else item
    if isinstance(said, str):
        return clean(said)
    raise Malformed(f"{field} holds something that is not text: {shown(item)}")


def texts(row: Values, field: str) -> tuple[str, ...]:
    """The texts of a list, each once (tags, languages); none where the field holds something else."""
    value = row.get(field)
    found = value if isinstance(value, list) else ()
    return tuple(dict.fromkeys(clean(item) for item in found if isinstance(item, str)))


def moment(row: Values, field: str) -> datetime | None:
    """Seconds since 1970 as UTC without a zone, or None where they are missing."""
    value = number(row, field)
    try:
        return None if value is None else datetime.fromtimestamp(value, UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        raise Malformed(f"{field} is no time in seconds: {shown(value)}") from None
