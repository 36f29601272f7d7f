"""JSON objects in a judge's reply: whole ones as they stand, broken ones mended where nothing is cut off.

Leaves out what the objects say (`parse`).
"""

import json
import re
from collections.abc import Iterator, Sequence

from json_repair import repair_json

Object = dict[str, object]

MOST = 400
"""Brackets of a broken object that is mended: no verdict has more, and mending takes their number squared."""
_FENCE = re.compile(r"```(?:json)?\s*|```")


class _Repeated(ValueError):
    """A key stands twice in one object: which one counts cannot be known."""


def whole(text: str) -> Iterator[tuple[str, Object]]:
    """Every outermost object that stands in the text as correct JSON, with its words."""
    decoder, at = json.JSONDecoder(object_pairs_hook=_once), text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            at = text.find("{", at + 1)
            continue
        except RecursionError:
            return  # nested as no verdict is
        yield text[at:end], value
        at = text.find("{", end)


def _once(pairs: list[tuple[str, object]]) -> Object:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated
    return found


def mended(text: str, keys: Sequence[str]) -> Object | None:
    """The one broken object that ends the reply, mended; None where there is none that is surely whole.

    It must have its closing brace, and each key of the verdict exactly once: so neither a score that was cut
    off nor one that was quoted inside an explanation can take the verdict's place.
    """
    body = _FENCE.sub("", text).strip()
    start = body.find("{")
    if start < 0 or not body.endswith("}"):
        return None
    body = body[start:]
    if body.count("{") + body.count("[") > MOST:
        return None
    if any(len(re.findall(rf"(?<!\w){re.escape(key)}[\"'\\]*\s*[:=]", body)) != 1 for key in keys):
        return None
    try:
        value = repair_json(body, return_objects=True)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and set(keys) <= set(value) else None
