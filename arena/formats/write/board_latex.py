"""A ranking as a LaTeX tabular: rank, model, rating, interval, battles. Only written; needs no package."""

from collections.abc import Iterable
from pathlib import Path

from arena.formats.types import Standing, Written
from arena.formats.write import rows, standing

WRITES = "standings"

_WORDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "–": "--", "−": "$-$", "-": "{-}",
}  # fmt: skip


def write(standings: Iterable[Standing], path: Path) -> Written:
    """A tabular to be put into a table with the command input."""
    body = [" & ".join(map(escaped, cells)) + r" \\" for cells in standing.cells(standings)]
    head = [
        r"\begin{tabular}{rlrcr}",
        r"\hline",
        " & ".join(map(escaped, standing.HEADER)) + r" \\",
        r"\hline",
    ]
    rows.lines([*head, *body, r"\hline", r"\end{tabular}"], path)
    return Written(len(body))


def escaped(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return "".join(_WORDS.get(char, char) for char in " ".join(text.split()))
