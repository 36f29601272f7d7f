"""A ranking as a Markdown table: rank, model, rating, interval, battles. Only written."""

import re
from collections.abc import Iterable
from pathlib import Path

from arena.formats.types import Standing, Written
from arena.formats.write import rows, standing

WRITES = "standings"

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def write(standings: Iterable[Standing], path: Path) -> Written:
    """A pipe table, as GitHub and most tools take it."""
    lines = [
        "| " + " | ".join(standing.HEADER) + " |",
        "|---:|:---|---:|:---:|---:|",
        *(
            "| " + " | ".join((cells[0], escaped(cells[1]), *cells[2:])) + " |"
            for cells in standing.cells(standings)
        ),
    ]
    return Written(rows.lines(lines, path) - 2)


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
