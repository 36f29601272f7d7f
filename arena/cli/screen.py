"""A terminal that texts of models cannot steer: what they hold of control characters is shown, not obeyed.

An answer may hold escape codes that clear the screen, rename the window or hide a line. Our own colours and
bars are rich's, which adds them afterwards. `--json` escapes them by itself (`arena.wire`).
"""

import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_HARMLESS = "\n\t"
_SIGNS = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in _HARMLESS}
    | {0x7F: "\u2421"}
    | dict.fromkeys(range(0x80, 0xA0), "\ufffd")
    | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
)
"""Control characters and those that turn the direction of what follows, by what stands for them."""


def inert(text: str) -> str:
    """A text whose control characters are signs for them; lines and tabs stay."""
    return text.replace("\r\n", "\n").translate(_SIGNS)


def say(text: str, file: TextIO | None = None) -> None:
    """Writes a text as it is, but inert."""
    (file or sys.stdout).write(inert(text))


class Screen(Console):
    """Rich's console, with every text inert."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of anything; those that steer the terminal are rich's own."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(inert(segment.text), segment.style)
