"""Illegal and toxic: drops prompts that match a list of words and patterns.

The list is a text file, one pattern per line: plain words match whole words in any case, a line in slashes is
a regular expression, # begins a comment. The shipped list is short and plain; a stricter or another one is a
path. It is a coarse net: it knows words, not meanings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena.corpus.pool import Pool
from arena.corpus.types import Drop, Mask, Room, whole
from arena.errors import BadRequest, NotFound

SHIPPED = Path(__file__).with_name("blocklist.txt")


@dataclass(frozen=True, slots=True)
class Config:
    """What is blocked."""

    blocklist: str = "shipped"
    """Text file of words and /patterns/, one per line; `shipped`: the program's own; `none`: nothing."""


def drops(pool: Pool, alive: Mask, config: Config, room: Room) -> Iterator[Drop]:
    """Prompts of which any turn matches."""
    patterns = listed(config.blocklist)
    if not patterns:
        return
    net = re.compile("|".join(f"(?:{source})" for source, _ in patterns), re.IGNORECASE)
    for number, prompt in room.watched("safety", pool.walk(alive), int(alive.sum())):
        if found := net.search(whole(prompt)):
            yield Drop(number, "on the list of illegal and toxic words", found.group()[:60])


def listed(path: str) -> tuple[tuple[str, str], ...]:
    """(regular expression, line) of each entry of a list.

    Raises:
        NotFound: no such file. BadRequest: a pattern that is none.
    """
    if path == "none":
        return ()
    file = SHIPPED if path == "shipped" else Path(path).expanduser()
    if not file.is_file():
        raise NotFound(f"blocklist {path}: no such file; give a text file, `shipped` or `none`")
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    found = tuple((_pattern(line), line) for line in lines if line and not line.startswith("#"))
    for source, line in found:
        try:
            re.compile(source)
        except re.error as error:
            raise BadRequest(f"blocklist {path}: {line!r} is no regular expression: {error}") from error
    return found


def _pattern(line: str) -> str:
    if len(line) > 2 and line.startswith("/") and line.endswith("/"):
        return line[1:-1]
    return rf"\b{re.escape(line)}\b"
