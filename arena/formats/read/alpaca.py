"""The prompt of an AlpacaEval row, the same in outputs and annotations."""

from arena.formats.read import facts, fields
from arena.types import Prompt


def prompt(row: fields.Values, board: str) -> Prompt:
    """Known by its instruction; `dataset` is its category."""
    category = fields.optional(row, "dataset")
    turns = (fields.text(row, "instruction"),)
    return facts.prompt(board, turns, categories=(category,) if category else ())
