"""How often a reward model is right: on which pairs, and with which interval.

What is held out is drawn by prompt, so that all pairs of a prompt fare alike. Leaves out training and asking
the model (`training.stages`, the rewards of this folder).
"""

import math
from collections import defaultdict
from collections.abc import Sequence

from arena.keys import key
from training.types import PairRow

GAPS = (0.0, 1.0, 2.0, 4.0)
"""Lower bounds of the gaps that accuracy is reported by."""


def held_out(prompt: str, seed: int, most: float, of: str = "held-out") -> bool:
    """Whether a prompt belongs to a share of all that is drawn by the seed; `of` names the draw."""
    drawn = int(key(of, seed, prompt)[:8], 16) / 2**32
    return drawn < most


def accuracies(held: Sequence[PairRow], numbers: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Share of held-out pairs whose chosen answer got the higher number: all, own, by gap; with intervals."""
    right = [(row, chosen > rejected) for row, (chosen, rejected) in zip(held, numbers, strict=True)]
    groups = {
        "all": right,
        "own": [pair for pair in right if pair[0].origin == "on_policy"],
        "mixed": [pair for pair in right if pair[0].origin == "mixed"],
    }
    for low, high in zip(GAPS, (*GAPS[1:], math.inf), strict=True):
        name = f"gap_{low:g}_up" if high == math.inf else f"gap_{low:g}_{high:g}"
        groups[name] = [pair for pair in right if pair[0].gap is not None and low <= pair[0].gap < high]
    return {
        name: value
        for group, pairs in groups.items()
        for name, value in share(
            f"held_out/{group}", [float(hit) for _, hit in pairs], [row.prompt for row, _ in pairs]
        ).items()
    }


def share(name: str, hits: Sequence[float], prompts: Sequence[str] = ()) -> dict[str, float]:
    """Share, count and 95 % Wilson interval as figures; only the count where there is nothing.

    With `prompts` the interval is that of as many independent pairs as these, clustered by prompt, are worth.
    """
    n = len(hits)
    if not n:
        return {f"{name}/n": 0.0}
    p, z, m = sum(hits) / n, 1.96, _worth(hits, prompts)
    middle = (p + z * z / (2 * m)) / (1 + z * z / m)
    half = z / (1 + z * z / m) * math.sqrt(p * (1 - p) / m + z * z / (4 * m * m))
    named = {"accuracy": p, "low": middle - half, "high": middle + half, "n": float(n)}
    return {f"{name}/{what}": value for what, value in named.items()}


def _worth(hits: Sequence[float], prompts: Sequence[str]) -> float:
    """How many independent pairs have the variance that these have between prompts; at most as many as these.

    Where all are hits, or none, nothing tells the spread: then each prompt counts once.
    """
    n = len(hits)
    if not prompts:
        return float(n)
    p, sums = sum(hits) / n, defaultdict[str, float](float)
    for hit, prompt in zip(hits, prompts, strict=True):
        sums[prompt] += hit - p
    groups = len(sums)
    variance = sum(total * total for total in sums.values()) / n**2 * groups / max(1, groups - 1)
    return min(float(n), p * (1 - p) / variance) if variance > 0 else float(groups)
