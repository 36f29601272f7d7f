"""What a server's answers and refusals mean, whatever the server: a reply, a wait, a field to leave out.

Leaves out what is done about it (`openai`).
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from arena.backends.types import Ask, Reply
from arena.types import Status

_ENDS: dict[str, Status] = {"length": "truncated", "content_filter": "refused"}


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
    if not choices or getattr(choices[0], "message", None) is None:
        return Reply(
            ask.id, "", "error", error="the server's answer is no chat completion: is base_url right?"
        )
    message, usage = choices[0].message, answer.usage
    status: Status = _ENDS.get(choices[0].finish_reason, "ok")
    if getattr(message, "refusal", None):
        status = "refused"
    return Reply(
        ask.id,
        message.content or getattr(message, "refusal", None) or "",
        status,
        usage and usage.completion_tokens,
        usage and usage.prompt_tokens,
        milliseconds,
    )


def said(error: Exception, secret: str) -> str:
    """One line of what the server said, never with the key in it."""
    status = getattr(error, "status_code", None)
    body = getattr(error, "body", None)
    text = body.get("message") if isinstance(body, dict) else None
    line = " ".join(str(text or error).split()).replace(secret, "***")[:300]
    return f"status {status}: {line}" if status else line
