"""Principles that answers are judged by, in words: what a reward model reads before the conversation.

A principle may be turned round, so that one model learns to go by what it reads and not by one taste (SALMON,
arXiv 2310.05910). Leaves out who judges by them (`training.selection.principles`) and learning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Principle:
    """What is wanted, and its contrary."""

    plain: str
    turned: str


KNOWN: Mapping[str, Principle] = {
    "helpful": Principle("Prefer the right and helpful answer.", "Prefer the wrong and useless answer."),
    "brief": Principle("Prefer the short answer.", "Prefer the long answer."),
    "unadorned": Principle("Prefer plain sentences to lists and markup.", "Prefer lists and markup."),
    "calm": Principle("Prefer calm to exclamations.", "Prefer exclamations to calm."),
}
"""Principles that can be told without a model, by name: by the judge, or from the text itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One principle as it is asked for."""

    name: str
    """A name of `KNOWN`, or a sentence."""
    turned: bool = False


def said(asked: Sequence[Asked]) -> str:
    """What a reward model reads."""
    return "\n".join(_sentence(one) for one in asked)


def _sentence(one: Asked) -> str:
    known = KNOWN.get(one.name)
    if known is not None:
        return known.turned if one.turned else known.plain
    if one.turned:
        return f"Prefer the answer that follows this less: {one.name}"
    return one.name


def parsed(names: Sequence[str]) -> tuple[Asked, ...]:
    """Principles by name; `not NAME` turns one round.

    Raises:
        BadRequest: none is named.
    """
    found = tuple(
        Asked(name.removeprefix("not ").strip(), name.startswith("not "))
        for name in map(str.strip, names)
        if name
    )
    if not found:
        raise BadRequest(f"no principle is named: choose from {', '.join(KNOWN)}, or write sentences")
    return found
