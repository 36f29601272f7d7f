"""Addresses: settings as a query and back, only what differs from the default. Controls read alike.

A text that does not fit is dropped with one line that says so; a link never breaks a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from arena.errors import BadRequest
from arena.fields import Field, describe, fill

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What a query says, and one line for each part that was dropped."""

    value: T
    problems: tuple[str, ...] = ()


def write(value: Any) -> str:
    """One field's value as text: what stands in a link and in a text box."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def params(*parts: Any) -> dict[str, str]:
    """The fields of some dataclasses that differ from their defaults, as text."""
    return {
        field.name: write(value)
        for part in parts
        for field in describe(type(part))
        if (value := getattr(part, field.name)) is not None and value != field.default
    }


def query(*parts: Any) -> str:
    """`?board=...&category=...`, or nothing where all is default."""
    found = urlencode(params(*parts))
    return f"?{found}" if found else ""


def read(kind: type[T], given: Mapping[str, str]) -> Read[T]:
    """A dataclass from a query or from controls. Empty texts and unknown names are passed over."""
    value, problems = kind(), []
    for field in describe(kind):
        text = given.get(field.name) or ""
        if not text.strip():
            continue
        try:
            found = getattr(fill(kind, {field.name: text}), field.name)
        except BadRequest:
            problems.append(misfit(field, text))
            continue
        if isinstance(found, float) and not isfinite(found):
            problems.append(misfit(field, text))
            continue
        value = replace(value, **{field.name: found})  # type: ignore[type-var]
    return Read(value, tuple(problems))


def misfit(field: Field, text: str) -> str:
    """What is said of a part that was dropped."""
    said = text[:60].encode("utf-8", "replace").decode()
    return f"{field.name}={said} does not fit ({field.metavar}) and is left out."
