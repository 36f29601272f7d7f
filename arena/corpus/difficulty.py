"""Difficulty rated 0-10 by a model through a backend: our own prompt, one parser, a status for each reply.

What cannot be read is asked again and then counted as what it is: never guessed, never drawn. Ratings are
appended to a file by batches, so that a stopped run asks only for what is missing. The proxy that needs no
model is `proxy`.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from arena import plugins
from arena.backends.types import Ask, Backend, Message, Reply, Sampling
from arena.corpus.types import Room
from arena.keys import key
from arena.plugins import Choice
from arena.types import Prompt, Status

TEMPLATE = Path(__file__).parent / "prompts" / "difficulty.txt"
SAMPLING = Sampling(temperature=0, max_tokens=256)
SCHEMA = json.dumps({
    "type": "object",
    "properties": {
        "reason": {"type": "string", "maxLength": 400},
        "difficulty": {"type": "number", "minimum": 0, "maximum": 10},
    },
    "required": ["reason", "difficulty"],
    "additionalProperties": False,
})  # fmt: skip
"""What a reply has to fit, where the backend can enforce it."""
UNIT, TRIES, LONGEST = 64, 3, 12_000
"""Prompts asked together; times that an unread reply is asked for; characters of a prompt that are shown."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What the rater said of one prompt."""

    number: int
    difficulty: float | None
    status: Status
    reason: str = ""


def rated(prompts: Sequence[tuple[int, Prompt]], rater: Choice, room: Room) -> dict[int, Rating]:
    """A rating for each numbered prompt; those that are in the file already are not asked for again.

    Raises:
        ArenaError: the backend cannot answer at all.
    """
    path = room.folder / f"ratings-{identity(rater)}.jsonl"
    known = {rating.number: rating for rating in _read(path)}
    missing = [(number, prompt) for number, prompt in prompts if number not in known]
    if missing:
        backend = plugins.load("arena.backends", rater.name).open(plugins.config("arena.backends", rater))
        try:
            for batch in _batches(missing, UNIT):
                room.check()
                room.told(
                    "difficulty",
                    len(prompts) - len(missing) + sum(n in known for n, _ in missing),
                    len(prompts),
                )
                fresh = asked(backend, batch)
                _append(path, fresh)
                known |= {rating.number: rating for rating in fresh}
        finally:
            backend.close()
    room.told("difficulty", len(prompts), len(prompts))
    return {number: known[number] for number, _ in prompts}


def identity(rater: Choice) -> str:
    """Content key of a rater: model, settings and prompt."""
    config = plugins.config("arena.backends", rater)
    model = plugins.load("arena.backends", rater.name).identity(config)
    return key("difficulty", "1", model, TEMPLATE.read_text("utf-8"), SAMPLING.digest)


def asked(backend: Backend, batch: Sequence[tuple[int, Prompt]]) -> list[Rating]:
    """A rating for each of a batch; unread replies are asked for again with another seed."""
    found: dict[int, Rating] = {}
    for attempt in range(TRIES):
        left = {str(number): (number, prompt) for number, prompt in batch if number not in found}
        if not left:
            break
        asks = [
            Ask(name, (Message("user", question(prompt)),), seed=attempt * 1_000_003 + number)
            for name, (number, prompt) in left.items()
        ]
        for reply in backend.answer(asks, SAMPLING, SCHEMA):
            rating = parsed(int(reply.id), reply)
            if rating.status == "ok" or attempt == TRIES - 1:
                found[rating.number] = rating
    return [found.get(number, Rating(number, None, "error", "no reply came")) for number, _ in batch]


def question(prompt: Prompt) -> str:
    """The whole text for the rater; the mark depends on the text, so that the text cannot hold it."""
    turns = prompt.turns
    many = len(turns) > 1
    text = "\n\n".join(f"[turn {at}] {turn}" if many else turn for at, turn in enumerate(turns, 1))[:LONGEST]
    given = {"mark": f"=== {key('mark', text)[:13]} ===", "request": text}
    return re.sub(r"\{(mark|request)\}", lambda found: given[found[1]], TEMPLATE.read_text("utf-8"))


def parsed(number: int, reply: Reply) -> Rating:
    """What a reply says, or why it says nothing."""
    if reply.status != "ok":
        return Rating(number, None, reply.status, reply.error or "")
    value = _object(reply.text)
    given = value.get("difficulty") if isinstance(value, dict) else None
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return Rating(number, None, "unparsed", reply.text[:300])
    if not 0 <= given <= 10:
        return Rating(number, None, "unparsed", f"difficulty {given} is not between 0 and 10")
    return Rating(number, float(given), "ok", str(value.get("reason", ""))[:300])


def _object(text: str) -> Any:
    """The last JSON object of a reply, mended where it is only slightly broken."""
    import json_repair

    starts = [at for at, sign in enumerate(text) if sign == "{"]
    for start in reversed(starts):
        value = json_repair.loads(text[start:])
        if isinstance(value, dict) and "difficulty" in value:
            return value
    return None


def _read(path: Path) -> Iterator[Rating]:
    """Ratings of a file; a last line that a kill tore is left out."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield Rating(**json.loads(line))


def _append(path: Path, ratings: Iterable[Rating]) -> None:
    torn = path.is_file() and path.stat().st_size and path.read_bytes()[-1:] != b"\n"
    if torn:
        whole = path.read_bytes()
        path.write_bytes(whole[: whole.rfind(b"\n") + 1])
    with path.open("ab") as file:
        file.write(b"".join(json.dumps(asdict(rating)).encode() + b"\n" for rating in ratings))


def _batches(rows: Iterable[tuple[int, Prompt]], size: int) -> Iterator[list[tuple[int, Prompt]]]:
    every = iter(rows)
    while batch := list(islice(every, size)):
        yield batch
