"""Answers of one contestant to a unit of prompts, each conversation continued turn by turn by that model.

A failed or empty answer is asked for again, each time with another seed; what fails to the end is a response
with a status and the turns up to the failure. A truncated answer stands as it is, and the conversation goes
on. Leaves out which answers are needed (`arena.tournament.planning`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from arena import plugins
from arena.backends.types import Ask, Backend, Message, Reply, Sampling
from arena.formats.read.style import figures
from arena.keys import key
from arena.tournament.config import Contestant
from arena.types import Fact, Prompt, Response, Status

VERSION = 1
"""Of the way in which conversations are led: part of every response's key."""

Stop = Callable[[], bool]
"""Whether to stop as soon as possible; then nothing is given."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to be given."""

    id: str
    """Id of the response."""
    prompt: Prompt
    sample: int


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a failed row is asked for again, each time with a seed of its own."""

    retries: int
    attempt: int = 0
    """How often a person had the failed rows asked for again before."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A response, and why it failed where it did."""

    response: Response
    error: str = ""


@dataclass(slots=True)
class _Talk:
    """A conversation as far as it is."""

    row: Row
    texts: tuple[str, ...] = ()
    status: Status = "ok"
    cut: bool = False
    """Whether one of its turns was truncated."""
    milliseconds: int | None = None
    error: str = ""


def who(contestant: Contestant, seed: int) -> str:
    """Content key of what answers under a name: backend, system message and seed."""
    if contestant.identity:
        return contestant.identity
    package = "arena.backends"
    options = plugins.config(package, contestant.backend)
    identity = plugins.load(package, contestant.backend.name).identity(options)
    return key("contestant", VERSION, contestant.name, identity, contestant.system, seed)


def response_id(prompt: str, who: str, sampling: Sampling, sample: int) -> str:
    """Id of a response: the same wherever the same contestant answers the same prompt alike."""
    return key("response", prompt, who, sampling.digest, sample)


def cut(facts: Iterable[Fact]) -> Iterator[Response]:
    """Answers that ran into their limit: no failures where they are judged as they stand.

    Asked for again they would have another text than the one that was judged.
    """
    return (fact for fact in facts if isinstance(fact, Response) and fact.status == "truncated")


def answer(
    rows: Sequence[Row],
    contestant: Contestant,
    backend: Backend,
    sampling: Sampling,
    tries: Tries,
    stop: Stop,
) -> tuple[Answered, ...]:
    """Responses to rows, in their order; empty where `stop` said so.

    Raises:
        ArenaError: the backend cannot answer at all.
    """
    talks = [_Talk(row) for row in rows]
    turns = max((len(row.prompt.turns) for row in rows), default=0)
    for turn in range(turns):
        due = [talk for talk in talks if _goes_on(talk, turn)]
        for attempt in range(tries.retries + 1):
            asks = [_ask(talk, contestant.system, turn, (tries.attempt, attempt)) for talk in due]
            replies = _replies(backend, asks, sampling, stop)
            if replies is None:
                return ()
            for talk in due:
                _hear(talk, replies.get(talk.row.id))
            due = [talk for talk in due if talk.status in ("error", "refused")]
            if not due:
                break
    return tuple(Answered(_response(talk, contestant.name, sampling), talk.error) for talk in talks)


def _goes_on(talk: _Talk, turn: int) -> bool:
    return turn < len(talk.row.prompt.turns) and talk.status in ("ok", "truncated")


def _ask(talk: _Talk, system: str, turn: int, tried: tuple[int, int]) -> Ask:
    messages = [Message("system", system)] if system else []
    for said, answered in zip(talk.row.prompt.turns, talk.texts, strict=False):
        messages += [Message("user", said), Message("assistant", answered)]
    messages.append(Message("user", talk.row.prompt.turns[turn]))
    drawn = key("seed", talk.row.id, turn, *tried)
    return Ask(talk.row.id, tuple(messages), int(drawn[:8], 16) >> 1)


def _replies(
    backend: Backend, asks: Sequence[Ask], sampling: Sampling, stop: Stop
) -> dict[str, Reply] | None:
    found: dict[str, Reply] = {}
    for reply in backend.answer(asks, sampling):
        found[reply.id] = reply
        if stop():
            return None
    return None if stop() else found


def _hear(talk: _Talk, reply: Reply | None) -> None:
    if reply is None:
        talk.status, talk.error = "error", "the backend gave no reply"
        return
    if reply.milliseconds is not None:
        talk.milliseconds = (talk.milliseconds or 0) + reply.milliseconds
    if reply.status in ("ok", "truncated") and reply.text.strip():
        talk.texts += (reply.text,)
        talk.cut |= reply.status == "truncated"
        talk.status, talk.error = "truncated" if talk.cut else "ok", ""
        return
    empty = reply.status in ("ok", "truncated")
    talk.status = "error" if empty else reply.status
    talk.error = "the answer is empty" if empty else reply.error or reply.status


def _response(talk: _Talk, model: str, sampling: Sampling) -> Response:
    plain = Response(
        id=talk.row.id,
        prompt=talk.row.prompt.id,
        model=model,
        turns=talk.texts,
        sampling=sampling.digest,
        sample=talk.row.sample,
        status=talk.status,
        milliseconds=talk.milliseconds,
    )
    if not talk.texts:
        return plain
    tokens, headers, lists, bolds = figures(talk.texts)
    return replace(plain, tokens=tokens, headers=headers, lists=lists, bolds=bolds)
