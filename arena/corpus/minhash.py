"""MinHash signatures on disk and near-duplicates among them: what is like an earlier, kept row is taken out.

datasketch makes the permutations and chooses the bands. Its own index would hold every band of every row as
Python objects; here each band is one column of "the row before me in this bucket": 4 bytes per row and band,
100 MB for a million rows in 25 bands. Leaves out what a row's shingles are (`steps.neardup`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Signatures = NDArray[np.uint32]
Links = NDArray[np.int32]
MOST = 64
"""Kept rows of one bucket that a row is compared with."""


def signed(
    rows: Iterable[Sequence[str]], count: int, permutations: int, path: Path, seed: int = 1
) -> Signatures:
    """One signature per row of shingles, in a file that is mapped."""
    from datasketch import MinHash

    found: Signatures = np.lib.format.open_memmap(  # type: ignore[no-untyped-call]
        path, mode="w+", dtype=np.uint32, shape=(count, permutations)
    )
    first = MinHash(num_perm=permutations, seed=seed, scheme="affine32")
    for at, shingles in enumerate(rows):
        one = MinHash(permutations, seed, permutations=first.permutations, scheme="affine32")
        one.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
        found[at] = one.hashvalues
    return found


def bands(threshold: float, permutations: int) -> tuple[int, int]:
    """(bands, rows per band) as datasketch chooses them for a threshold."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=permutations)
    return int(index.b), int(index.r)


def linked(signatures: Signatures, threshold: float) -> Links:
    """Per band and row the row before it in the same bucket; -1 where it is the first."""
    count, permutations = signatures.shape
    number, height = bands(threshold, permutations)
    links = np.full((number, count), -1, dtype=np.int32)
    for band in range(number):
        part = np.ascontiguousarray(signatures[:, band * height : (band + 1) * height])
        marks = _mixed(part)
        order = np.argsort(marks, kind="stable").astype(np.int32)
        same = marks[order[1:]] == marks[order[:-1]]
        links[band, order[1:][same]] = order[:-1][same]
    return links


def _mixed(part: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """A 64-bit hash per row."""
    found = np.full(len(part), 0xCBF29CE484222325, dtype=np.uint64)
    for column in part.T:
        found = (found ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
        found ^= found >> np.uint64(29)
    return found


def near(
    signatures: Signatures, threshold: float, check: Callable[[], None] = lambda: None
) -> Iterator[tuple[int, int, float]]:
    """(row, the earlier kept row that it is like, likeness) of each row to be taken out, in order."""
    links = linked(signatures, threshold)
    out = np.zeros(len(signatures), dtype=bool)
    for at, row in enumerate(np.flatnonzero((links >= 0).any(axis=0))):
        if at % 1000 == 0:
            check()
        mine, seen = signatures[row], set()
        for other in _before(links, out, int(row)):
            if other in seen:
                continue
            seen.add(other)
            likeness = float(np.mean(mine == signatures[other]))
            if likeness >= threshold:
                out[row] = True
                yield int(row), other, likeness
                break


def _before(links: Links, out: NDArray[np.bool_], row: int) -> Iterator[int]:
    """Kept rows before a row that share a bucket with it. Links over rows that are out are shortened."""
    for chain in links:
        other = int(chain[row])
        for _ in range(MOST):
            while other >= 0 and out[other]:
                other = int(chain[other])
            if other < 0:
                break
            if chain[row] != other and out[chain[row]]:
                chain[row] = other
            yield other
            other = int(chain[other])
