"""The cells of a ranking's table, the same in Markdown and LaTeX. Leaves out how a cell is escaped."""

from collections.abc import Iterable, Iterator

from arena.formats.types import Standing

HEADER = ("Rank", "Model", "Rating", "95 %", "Battles")

Cells = tuple[str, str, str, str, str]


def cells(standings: Iterable[Standing]) -> Iterator[Cells]:
    """One row per model. Ratings have one decimal on the Elo scale, four where all lie in 0-1 (shares)."""
    lines = list(standings)
    digits = 4 if lines and all(0 <= line.value <= 1 for line in lines) else 1
    for line in lines:
        bounds = (
            "–"
            if line.low is None or line.high is None
            else f"{_number(line.low, digits)} – {_number(line.high, digits)}"
        )
        yield (
            str(line.rank),
            line.model,
            _number(line.value, digits),
            bounds,
            f"{line.battles:,}" if line.battles else "–",
        )


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")
