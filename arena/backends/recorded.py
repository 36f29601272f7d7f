"""Answers that are there already: imported ones (any format that holds answers) or what `recorder` saved.

An answer is found by the conversation so far: the user's turns and the model's own. Where several fit, the
row's seed chooses. What is missing becomes an error that names the prompt. Sampling and schema are ignored.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from arena.backends.types import Ask, Message, Recording, Reply, Sampling
from arena.errors import ArenaError, NotFound, Unreadable
from arena.formats import catalog
from arena.formats.read.text import head
from arena.formats.types import Source
from arena.keys import file_hash, key
from arena.preflight import Finding
from arena.types import Fact, Prompt, Response, Row

_SAVED = b'{"recording":'
"""How every line of a recorder's file begins."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where the answers are, and whose."""

    path: str
    """A file, or a folder with questions and answers (FastChat's `question.jsonl`, `model_answer/`, say)."""
    model: str = ""
    """Whose answers; may stay empty where the file holds one model's."""
    format: str = ""
    """Format of the file; empty: found out."""


def identity(config: Config) -> str:
    """Content key: of the answers' files, and whose answers are taken."""
    told = [(str(path.name), file_hash(path)) for path, _ in _files(config)]
    return key("recorded", json.dumps(told), config.model)


def check(config: Config) -> tuple[Finding, ...]:
    """Reads what is there, once."""
    subject = f"answers in {config.path}"
    try:
        count = len(open(config).answers)
    except ArenaError as error:
        return (Finding("red", subject, str(error)),)
    return (Finding("green", subject, f"{count:,} answered turns{config.model and f' of {config.model}'}"),)


def where(_config: Config) -> Literal["elsewhere"]:
    """It takes nothing of this machine that others wait for."""
    return "elsewhere"


def open(config: Config) -> "Shelf":  # noqa: A001 - the entry point's name everywhere
    """Reads the answers.

    Raises:
        NotFound: no such file, or no answers of that model in it; says whose there are.
        Unreadable: the file cannot be read, or has answers to questions that are not known.
    """
    files = _files(config)
    if all(name == "recording" for _, name in files):
        return _saved([path for path, _ in files], config)
    return _imported([file for file in files if file[1] != "recording"], config)


def _files(config: Config) -> list[tuple[Path, str]]:
    root = Path(config.path).expanduser()
    if root.is_file() and head(root).startswith(_SAVED):
        return [(root, "recording")]
    return catalog.find(root, config.format or None)[0]


_Chat = tuple[tuple[str, str], ...]
"""Roles and texts of a conversation, without system messages."""


@dataclass(slots=True)
class Shelf:
    """Recorded answers by conversation; of each, (seed it was drawn from, what was answered)."""

    answers: dict[_Chat, list[tuple[int | None, Reply]]]
    model: str
    exact: bool = field(default=False, init=False)

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """One reply for each ask. Sampling and schema are those of the recording, whatever is asked for."""
        del sampling, schema
        for ask in asks:
            found = self.answers.get(_chat(ask.messages))
            if found:
                same = [reply for seed, reply in found if seed == ask.seed]
                reply = same[0] if same else found[ask.seed % len(found)][1]
                yield Reply(ask.id, reply.text, reply.status, reply.tokens, reply.prompt_tokens)
            else:
                said = " ".join(ask.messages[-1].content.split())
                text = f"no recorded answer{self.model and f' of {self.model}'} to {said[:100]!r}"
                yield Reply(ask.id, "", "error", error=text)

    def close(self) -> None:
        """Nothing is held but memory."""


def _chat(messages: Sequence[Message]) -> _Chat:
    return tuple((message.role, message.content) for message in messages if message.role != "system")


def _saved(paths: Sequence[Path], config: Config) -> Shelf:
    found: dict[_Chat, list[tuple[int | None, Reply]]] = {}
    parse = TypeAdapter(Recording)
    for path in paths:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = parse.validate_json(line)
                except ValidationError as error:
                    if not line.endswith(b"\n"):
                        continue  # torn by a crash; the recorder asks for it again
                    raise Unreadable(f"{path}, line {number}: no recording") from error
                found.setdefault(_chat(row.messages), []).append((row.seed, row.reply))
    return Shelf(found, config.model)


def _imported(files: Sequence[tuple[Path, str]], config: Config) -> Shelf:
    root = Path(config.path).expanduser()
    prompts: dict[str, Prompt] = {}
    responses: dict[str, dict[str, Response]] = {}
    for path, name in files:
        for fact in _facts(Source(path, root, "recorded"), name):
            if isinstance(fact, Prompt):
                prompts[fact.id] = fact
            elif isinstance(fact, Response):
                responses.setdefault(fact.model, {})[fact.id] = fact
    model = _whose(responses, config)
    kept = responses[model].values()
    if unknown := [response for response in kept if response.prompt not in prompts]:
        advice = "name the folder that holds the questions too"
        raise Unreadable(
            f"{config.path}: {len(unknown)} of {len(kept)} answers are to questions not in it: {advice}"
        )
    found: dict[_Chat, list[tuple[int | None, Reply]]] = {}
    for response in kept:
        chat: _Chat = ()
        for asked, said in zip(prompts[response.prompt].turns, response.turns, strict=False):
            chat = (*chat, ("user", asked))
            found.setdefault(chat, []).append((None, Reply(response.id, said, response.status)))
            chat = (*chat, ("assistant", said))
    return Shelf(found, model)


def _facts(source: Source, name: str) -> Iterator[Fact]:
    for item in catalog.load(name).read(source):
        if isinstance(item, Row):
            yield from item.facts


def _whose(responses: dict[str, dict[str, Response]], config: Config) -> str:
    there = ", ".join(sorted(responses)) or "no answers"
    if config.model:
        if config.model not in responses:
            raise NotFound(f"{config.path}: no answers of {config.model!r}; there are {there}")
        return config.model
    if len(responses) != 1:
        raise NotFound(f"{config.path}: whose answers? Name one in the option model; there are {there}")
    return next(iter(responses))
