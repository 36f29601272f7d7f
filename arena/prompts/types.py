"""What a source of prompts is: prompts and the reference answers that belong to them, in a fixed order.

A source is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and three functions: `read(config, board) -> Iterator[Prompt | Reference]` (a reference follows its
prompt; ids are made for that board, as `arena.keys` says), `identity(config) -> str` (content key of what
would be read) and `check(config) -> tuple[Finding, ...]`. Sources do not import each other.
"""

from arena.keys import key
from arena.types import Prompt, Reference

Read = Prompt | Reference


def prompt_id(board: str, natural: str) -> str:
    """Id of a prompt of a board: the same as when it is imported."""
    return key("prompt", board, natural)


def reference_id(prompt: str, author: str, turns: tuple[str, ...]) -> str:
    """Id of a reference answer: the same as when it is imported."""
    return key("reference", prompt, author, key("content", *turns))
