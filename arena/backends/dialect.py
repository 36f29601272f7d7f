"""What a server's answers and refusals mean, whatever the server: a reply, a wait, a field to leave out.

Leaves out what is done about it (`openai`).
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ssl import SSLCertVerificationError
from typing import Any

from arena.backends.types import Ask, Reply
from arena.errors import BadRequest
from arena.preflight import Finding
from arena.types import Status

BENT = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading an answer that is no JSON, or an odd one, may raise."""
NO_COMPLETION = "the server's answer is no chat completion: is base_url right?"
_ENDS: dict[str, Status] = {"length": "truncated", "content_filter": "refused"}


class Cut(Exception):
    """The server is there, and broke one answer off."""


def after(error: Any) -> float | None:
    """Seconds that the server asks to wait: `Retry-After` as a number or as a date."""
    told = error.response.headers.get("retry-after")
    if told is None:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def culprit(error: Any, without: frozenset[str], schema: bool) -> str | None:
    """The field of a refused request that it may do better without."""
    said = f"{error.param} {error}".lower()
    if "max_completion_tokens" in said and "max_tokens" not in without:
        return "max_tokens"
    if re.search(r"\bseed\b", said) and "seed" not in without:
        return "seed"
    if (
        schema
        and "response_format" not in without
        and not re.search(r"context|too long|content_filter", said)
    ):
        return "response_format"
    return None


def reply(ask: Ask, answer: Any, milliseconds: int) -> Reply:
    """A chat completion as a reply."""
    choices = getattr(answer, "choices", None)
    first = choices[0] if isinstance(choices, list) and choices else None
    message, ended = getattr(first, "message", None), getattr(first, "finish_reason", None)
    texts = [getattr(message, name, None) for name in ("content", "refusal")]
    if not hasattr(message, "content") or not all(text is None or isinstance(text, str) for text in texts):
        return Reply(ask.id, "", "error", error=NO_COMPLETION)
    status: Status = _ENDS.get(ended, "ok") if isinstance(ended, str) else "ok"
    if texts[1]:
        status = "refused"
    usage = getattr(answer, "usage", None)
    return Reply(
        ask.id,
        texts[0] or texts[1] or "",
        status,
        _count(getattr(usage, "completion_tokens", None)),
        _count(getattr(usage, "prompt_tokens", None)),
        milliseconds,
    )


def _count(told: object) -> int | None:
    """A number of tokens; a server may say anything."""
    return told if isinstance(told, int) and 0 <= told < 1 << 31 else None


def said(error: Exception, secret: str) -> str:
    """One line of what the server said, never with the key in it."""
    status = getattr(error, "status_code", None)
    body = getattr(error, "body", None)
    text = body.get("message") if isinstance(body, dict) else None
    why = f": {deep}" if status is None and (deep := _deepest(error)) else ""
    line = " ".join(f"{text or error}{why}".split()).replace(secret, "***")[:300]
    return f"status {status}: {line}" if status else line


def added(said: str) -> dict[str, Any]:
    """Further fields of every request, as a person wrote them.

    Raises:
        BadRequest: it is no JSON object.
    """
    try:
        fields = json.loads(said or "{}")
    except ValueError as error:
        raise BadRequest(f"extra is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise BadRequest(f"extra is no JSON object: {said}")
    return fields


def unkeyed(variable: str) -> str:
    """The line about a key that is refused."""
    advice = f"check the key in {variable}" if variable else "name its variable in key_env"
    return f"the server does not accept the key: {advice}"


def mute(url: str, timeout: float) -> str:
    """The line about a server that takes requests and answers none."""
    return (
        f"server {url} answers nothing: one request after the other had no answer in {timeout:g} s; "
        "look at it, or give it a longer timeout, then resume"
    )


def unsafe(error: BaseException) -> bool:
    """Whether the server could not show that it is who it says: waiting does not help."""
    return any(isinstance(one, SSLCertVerificationError) for one in _chain(error))


def _deepest(error: BaseException) -> str:
    """What is at the bottom of an error that says little itself."""
    return str([*_chain(error)][-1]) if error.__cause__ is not None else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def found(model: str, there: list[str], subject: str) -> Finding:
    """What a server's list of its models says of one."""
    aliases = (model, f"{model}:latest", f"models/{model}")
    if any(name in there for name in aliases):
        return Finding("green", subject, f"has {model}")
    # Some servers answer for names that they do not list; a wrong one is an error at the first request.
    return Finding("amber", subject, f"does not list {model!r}; it lists {listed(there)}")


def listed(there: list[str]) -> str:
    """Models in a line."""
    return ", ".join(there[:8]) + (f" and {len(there) - 8} more" if len(there) > 8 else "") or "nothing"
