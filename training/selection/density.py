"""Density sampling: prompts that few others resemble are drawn more often (arXiv 2402.09668).

The density of a prompt is estimated from its embedding: by `lsh` as the share of prompts in the same buckets
of random hyperplanes, averaged over tables (time linear in the rows), or by `kernel` exactly (quadratic). A
row's chance is one over its density; rows are drawn without replacement by the seed.
"""

from dataclasses import dataclass
from math import log
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le

from training.selection import making
from training.selection.types import Scene, Step
from training.types import Row

RULE = "density"
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Config:
    """How many, and how density is estimated."""

    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""
    method: Literal["lsh", "kernel"] = "lsh"
    """Buckets of random hyperplanes, or the exact sum over all rows."""
    tables: Annotated[int, Ge(1)] = 64
    """Hash tables of `lsh` that are averaged."""
    planes: Annotated[int, Ge(1), Le(30)] = 8
    """Hyperplanes of a table: more make finer buckets."""
    width: Annotated[float, Gt(0)] = 0.5
    """Bandwidth of `kernel`: distance at which another row counts a third."""
    model: str = ""
    """Embedding model: a directory or a name of the hub; empty: the packaged one."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """Rows drawn by one over their density."""
    if not rows:
        return Step(())
    from arena.corpus import embed

    most = making.quota(rows, config.n, config.share)
    ordered = sorted(rows, key=lambda row: row.id)
    vectors = embed.vectors([making.asked(row) for row in ordered], config.model, check=scene.check)
    dense = lsh(vectors, config, scene.seed) if config.method == "lsh" else kernel(vectors, config.width)
    draws = {
        row.id: log(_uniform(scene.seed, row.id)) * float(density)
        for row, density in zip(ordered, dense, strict=True)
    }
    drawn = sorted(draws, key=lambda name: (-draws[name], name))
    return making.kept(RULE, rows, drawn[:most], "not drawn: many prompts are like it")


def lsh(vectors: Any, config: Config, seed: int) -> Any:
    """Mean share of rows in the same bucket."""
    import numpy as np

    draw = np.random.default_rng(seed)
    total = np.zeros(len(vectors))
    for _ in range(config.tables):
        planes = draw.standard_normal((vectors.shape[1], config.planes))
        codes = (vectors @ planes > 0) @ (1 << np.arange(config.planes))
        _, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
        total += counts[places]
    return total / (config.tables * len(vectors))


def kernel(vectors: Any, width: float) -> Any:
    """Mean of exp(-(distance / width)^2) to all rows."""
    import numpy as np

    found = np.zeros(len(vectors))
    for at in range(0, len(vectors), _BLOCK):
        squares = 2 - 2 * (vectors[at : at + _BLOCK] @ vectors.T)
        found[at : at + _BLOCK] = np.exp(-squares.clip(min=0) / width**2).mean(1)
    return found


def _uniform(seed: int, name: str) -> float:
    """A number in (0, 1) that hangs on the seed and the row only."""
    return (int(making.order(seed, name)[:8], 16) + 1) / (16**8 + 2)
