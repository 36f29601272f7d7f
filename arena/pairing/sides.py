"""Which model of a pair is side a: by chance, from the seed, and the same at every resume.

What all plans share. Leaves out which pairs are drawn.
"""

from arena.keys import key
from arena.pairing.types import Pair


def seat(x: str, y: str, prompt: str, seed: int, propensity: float = 1.0) -> Pair:
    """A pair with its sides drawn; the order of `x` and `y` decides nothing."""
    low, high = sorted((x, y))
    a, b = (low, high) if int(key("side", seed, low, high, prompt)[-1], 16) % 2 else (high, low)
    return Pair(a, b, prompt, propensity)
