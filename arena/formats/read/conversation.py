"""Prompt and responses of an LMSYS battle: from its conversations, or what is said of unseen ones.

A row without conversations still has figures of style, language and tags in the public releases; they hang on
a prompt and responses without turns. Leaves out system turns and images.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from arena.formats.read import counted, fields, ids
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.style import Figures, figures
from arena.formats.types import Source
from arena.types import Prompt, Response

HARD = 6
"""Of seven criteria that a hard prompt meets (lmsys.org, "Introducing Hard Prompts Category", 2024-05-17)."""


def texts(
    row: Values, source: Source, number: int, models: tuple[str, str]
) -> tuple[Prompt | None, Response | None, Response | None]:
    """(prompt, response a, response b) of a row; all None where nothing is known of them."""
    asked, said_a = _turns(row, "conversation_a")
    asked_b, said_b = _turns(row, "conversation_b")
    language, tags = fields.optional(row, "language"), categories(row)
    known = (_known(row, "a"), _known(row, "b"))
    turns = asked or asked_b
    if not turns and not any((said_a, said_b, language, tags, *known)):
        return None, None, None
    natural = _natural(row, source, number, turns)
    prompt = Prompt(ids.prompt(source.board, natural), source.board, natural, turns, tags, language)
    a = _response(prompt.id, models[0], said_a, known[0], 0)
    b = _response(prompt.id, models[1], said_b, known[1], int(models[0] == models[1] and not said_b))
    return prompt, a, b


def woven(asked: Sequence[str], said: Sequence[str]) -> list[dict[str, str]]:
    """Messages of a user's and a model's turns in alternation."""
    turns = zip_longest(asked, said)
    pairs = ((("user", question), ("assistant", answer)) for question, answer in turns)
    return [{"role": role, "content": text} for pair in pairs for role, text in pair if text is not None]


def _natural(row: Values, source: Source, number: int, turns: tuple[str, ...]) -> str:
    if fields.pick(row, "question_id") is not None:
        return fields.identity(row, "question_id")
    return ids.content(turns) if turns else f"{source.digest}:{number}"


def _turns(row: Values, field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The user's turns and the model's."""
    messages = row.get(field)
    if messages is None:
        return (), ()
    if not isinstance(messages, list):
        raise Malformed(f"{field} is not a list of messages: {fields.shown(messages)}")
    said: dict[str, list[str]] = {"user": [], "assistant": []}
    for message in messages:
        if not isinstance(message, dict):
            raise Malformed(f"{field} holds something that is no message: {fields.shown(message)}")
        if (role := message.get("role")) in ("user", "assistant"):
            said[role].append(_content(message.get("content"), field))
    return tuple(said["user"]), tuple(said["assistant"])


def _content(content: Any, field: str) -> str:
    """Text, or the text parts of a list of parts."""
    if isinstance(content, str):
        return fields.clean(content)
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        return "\n".join(fields.text(part, "text") for part in content if part.get("text") is not None)
    raise Malformed(f"{field} has a message without text: {fields.shown(content)}")


def _response(
    prompt: str, model: str, turns: tuple[str, ...], known: Figures | None, sample: int
) -> Response | None:
    if not turns and known is None:
        return None
    sampling = ids.content(turns) if turns else ""
    key = ids.response(prompt, model, sampling, sample)
    return Response(key, prompt, model, turns, sampling, sample, *(known or figures(turns)))


def _known(row: Values, side: str) -> Figures | None:
    """The figures of style that LMSYS counted itself, where all four are there."""
    metadata = row.get("conv_metadata")
    if not isinstance(metadata, dict):
        return None
    tokens = metadata.get(f"sum_assistant_{side}_tokens")
    sums = [counted.total(metadata.get(f"{what}_count_{side}")) for what in ("header", "list", "bold")]
    headers, lists, bolds = sums
    if not isinstance(tokens, int) or headers is None or lists is None or bolds is None:
        return None
    return tokens, headers, lists, bolds


def categories(row: Values) -> tuple[str, ...]:
    """Tags that are plainly true, by name: coding, category_tag's (hard for six criteria), occupations."""
    found = {"coding"} if row.get("is_code") is True else set()
    tags = row.get("category_tag")
    for version, tag in tags.items() if isinstance(tags, dict) else ():
        true = [name for name, value in tag.items() if value is True] if isinstance(tag, dict) else []
        found.update("instruction_following" if name == "if" else name for name in true)
        if version.startswith("criteria") and len(true) >= HARD:
            found.add("hard")
    occupations = row.get("occupational_tags")
    if isinstance(occupations, dict):
        found.update(name for name, value in occupations.items() if value is True)
    return tuple(sorted(map(fields.clean, found)))
