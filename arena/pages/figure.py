"""Numbers as people read them. A figure never stands without its interval."""

Scale = str
"""`elo` or `share`."""


def number(value: float | None, digits: int = 0) -> str:
    """1,234.5, or a dash where there is none. Minus signs are real ones."""
    return "–" if value is None else f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def rating(value: float | None, scale: Scale) -> str:
    """Elo points whole, win rates in percent."""
    return number(value) if scale == "elo" or value is None else f"{number(value * 100, 1)} %"


def interval(low: float | None, high: float | None, scale: Scale = "elo") -> str:
    """`low to high`, or what is missing."""
    return "no interval" if low is None or high is None else f"{rating(low, scale)} to {rating(high, scale)}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share of 0-1 as `12.3 %`."""
    return "–" if value is None else f"{number(value * 100, digits)} %"


def span(low: int, high: int) -> str:
    """A rank range: `3`, or `3 to 7`."""
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def count(value: int, word: str) -> str:
    """`1 battle`, `1,234 battles`."""
    return f"{value:,} {word}{'' if value == 1 else 's'}"
