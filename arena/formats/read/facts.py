"""Prompts, responses and references with their ids: built the same way by every format that has texts."""

from arena.formats.read import ids
from arena.formats.read.style import figures
from arena.types import Prompt, Reference, Response


def prompt(
    board: str, turns: tuple[str, ...], natural: str | None = None, *, categories: tuple[str, ...] = ()
) -> Prompt:
    """A prompt by its id in the source, or by its text where it has none."""
    natural = ids.content(turns) if natural is None else natural
    return Prompt(ids.prompt(board, natural), board, natural, turns, categories)


def response(prompt: str, model: str, turns: tuple[str, ...], sample: int = 0) -> Response:
    """A model's answer with its figures of style; `prompt` is an id."""
    sampling = ids.content(turns)
    tokens, headers, lists, bolds = figures(turns)
    key = ids.response(prompt, model, sampling, sample)
    return Response(key, prompt, model, turns, sampling, sample, tokens, headers, lists, bolds)


def reference(prompt: str, author: str, turns: tuple[str, ...]) -> Reference:
    """A reference answer; `prompt` is an id."""
    return Reference(ids.reference(prompt, author, turns), prompt, author, turns)
