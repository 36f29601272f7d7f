"""Texts as cells of a csv that somebody may open as a spreadsheet: none of them is taken for a formula.

What begins like one gets an apostrophe in front, which spreadsheets take for "this is text"; reading takes it
away again. A list's dash ("- item") is no formula and stays as it is.
"""

import re
from typing import TypeVar

T = TypeVar("T")
_ACTIVE = re.compile(r"""[=+@\t\r]|-(?=[\w(@=+.$"-])""")
_HELD = re.compile(r"""'+(?:[=+@\t\r]|-(?=[\w(@=+.$"-]))""")


def inert(cell: T) -> T | str:
    """A cell as it is written; what is no text stays."""
    if isinstance(cell, str) and (_ACTIVE.match(cell) or _HELD.match(cell)):
        return f"'{cell}"
    return cell


def plain(cell: str) -> str:
    """A cell as it was before `inert`."""
    return cell[1:] if _HELD.match(cell) else cell
