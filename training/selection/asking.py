"""Asking a model about rows, through any backend: what the rules that ask one share.

A reply that cannot be read is asked for again with another seed; what is never read has no answer, and is
never guessed. The text shown stands between marks that it cannot contain. Leaves out what is asked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from arena import plugins
from arena.backends.types import Ask, Message, Sampling
from arena.keys import key
from arena.plugins import Choice
from training.selection import making
from training.types import Row

PROMPTS = Path(__file__).parent / "prompts"
LONGEST = 12_000
"""Characters of a request, or of an answer, that are shown."""
_TRIES = 3
T = TypeVar("T")
Read = Callable[[str], T | None]
"""What a reply says; None where it says nothing."""


def question(template: str, row: Row) -> str:
    """The text for the model: a file of `prompts` with request and answer filled in."""
    return filled(template, {"request": making.asked(row)[:LONGEST], "answer": making.learnt(row)[:LONGEST]})


def filled(template: str, given: Mapping[str, str]) -> str:
    """A file of `prompts` with texts filled in, between marks that none of them can contain."""
    told = {**given, "mark": f"=== {key('mark', *given.values())[:13]} ==="}
    text = (PROMPTS / template).read_text("utf-8")
    return re.sub(rf"\{{({'|'.join(told)})\}}", lambda found: told[found[1]], text)


def answers(
    backend: Choice,
    questions: Mapping[str, str],
    read: Read[T],
    sampling: Sampling,
    *,
    samples: int = 1,
    seed: int = 0,
    schema: str | None = None,
    check: Callable[[], None] = lambda: None,
) -> dict[str, list[T]]:
    """What the model said to each question, by the question's name: up to `samples` readings.

    `check` is called at every reply. A stopped run asks again; the backend `recorder` keeps what was said.

    Raises:
        ArenaError: the backend cannot answer at all.
    """
    wanted = {f"{at}/{name}": (name, text) for name, text in questions.items() for at in range(samples)}
    found: dict[str, T] = {}
    opened = plugins.load("arena.backends", backend.name).open(plugins.config("arena.backends", backend))
    try:
        for attempt in range(_TRIES):
            left = [(each, text) for each, (_, text) in wanted.items() if each not in found]
            asks = [Ask(each, (Message("user", text),), _seed(seed, each, attempt)) for each, text in left]
            for reply in opened.answer(asks, sampling, schema) if asks else ():
                check()
                said = read(reply.text) if reply.status == "ok" else None
                if said is not None:
                    found[reply.id] = said
    finally:
        opened.close()
    return {name: _readings(name, samples, found) for name in questions}


def _readings(name: str, samples: int, found: Mapping[str, T]) -> list[T]:
    names = (f"{at}/{name}" for at in range(samples))
    return [found[each] for each in names if each in found]


def _seed(seed: int, name: str, attempt: int) -> int:
    return int(key("asking", seed, name, attempt)[:8], 16)


def words(rows: Sequence[Row], template: str) -> dict[str, str]:
    """The question about each row, by its id."""
    return {row.id: question(template, row) for row in rows}
