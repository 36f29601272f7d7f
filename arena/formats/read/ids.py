"""Ids of imported facts: which parts make each natural key (METRICS.md, "Identity").

A row's own id is used where the source has one; else the file's hash and the row's number. Equal content is
not the same fact: thousands of real votes share (left, right, winner).
"""

from collections.abc import Iterable

from arena.formats.read import fields
from arena.formats.read.fields import Values
from arena.formats.types import Source
from arena.keys import key


def content(turns: Iterable[str]) -> str:
    """Hash of texts, for what has no id but its words."""
    return key("content", *turns)


def prompt(board: str, natural: str) -> str:
    """`natural` is the question's id in the source, or `content` of its turns."""
    return key("prompt", board, natural)


def response(prompt: str, model: str, sampling: str, sample: int = 0) -> str:
    """`sampling` is `content` of the turns where an import does not know the settings."""
    return key("response", prompt, model, sampling, sample)


def reference(prompt: str, author: str, turns: Iterable[str]) -> str:
    """Two references of one author to one prompt differ by their text."""
    return key("reference", prompt, author, content(turns))


def grade(board: str, judge: str, prompt: str, model: str, turn: int) -> str:
    """The same grade found in two files has one id."""
    return key("grade", board, judge, prompt, model, turn)


def battle(source: Source, natural: str | None, row: int) -> str:
    """`natural` is the battle's id in the source, None where it has none."""
    if natural is None:
        return key("battle", source.board, source.digest, row)
    return key("battle", source.board, natural)


def pairing(board: str, form: str, question: str, model_a: str, model_b: str, turn: int) -> str:
    """A battle that its source names by question and pair: judges of one pair judge one battle."""
    return key("battle", board, form, question, model_a, model_b, turn)


def verdict(battle: str, judge: str, game: int = 1) -> str:
    """One judge says one thing of one game."""
    return key("verdict", battle, judge, game)


def llmbar(row: Values) -> str:
    """An LLMBar pair: its subset and number, the same among pairs and replies."""
    subset = fields.optional(row, "subset")
    number = fields.identity(row, "idx")
    return f"{subset}/{number}" if subset else number
