"""MinHash signatures and near-duplicates: among the rows of one set, and between those of two.

Within a set, what is like an earlier, kept row is taken out.
datasketch makes the permutations and chooses the bands. Its own index would hold every band of every row as
Python objects; here each band is one column of "the row before me in this bucket": 4 bytes per row and band,
100 MB for a million rows in 25 bands. Signatures are compared, so a likeness is an estimate: with 128
permutations it is off by 0.04 or so.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Signatures = NDArray[np.uint32]
Links = NDArray[np.int32]
MOST = 64
"""Kept rows of one bucket that a row is compared with."""
PART, PAIRS = 2_000, 50_000
"""Rows that are looked up at a time, and pairs that are compared at a time."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Letters of Thai, Lao, Burmese, Khmer, Japanese and Chinese, between whose words stand no spaces."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def grams(text: str, size: int) -> list[str]:
    """The different word n-grams of a text; of a text without words the text itself.

    In scripts without spaces, such as Chinese or Japanese, each character counts as a word: a whole sentence
    would be one, and two sentences either equal or nothing alike.
    """
    words = _WORD.findall(text.casefold())
    if len(words) <= size:
        return [" ".join(words) or text]
    return list({" ".join(words[at : at + size]): None for at in range(len(words) - size + 1)})


def signed(
    rows: Iterable[Sequence[str]], count: int, permutations: int, path: Path | None = None, seed: int = 1
) -> Signatures:
    """One signature per row of shingles, in a file that is mapped where a path is given."""
    from datasketch import MinHash

    shape = (count, permutations)
    found: Signatures = np.empty(shape, np.uint32)
    if path is not None:
        found = np.lib.format.open_memmap(  # type: ignore[no-untyped-call]
            path, mode="w+", dtype=np.uint32, shape=shape
        )
    first = MinHash(num_perm=permutations, seed=seed, scheme="affine32")
    for at, shingles in enumerate(rows):
        one = MinHash(permutations, seed, permutations=first.permutations, scheme="affine32")
        one.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
        found[at] = one.hashvalues
    return found


def bands(threshold: float, permutations: int) -> tuple[int, int]:
    """(bands, rows per band) as datasketch chooses them for a threshold; two where it would have but one."""
    from datasketch import MinHashLSH

    try:
        index = MinHashLSH(threshold=threshold, num_perm=permutations)
    except ValueError:  # it refuses a single band; two find all that one does, and likeness decides
        return 2, permutations // 2
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


class Index:
    """Signatures of a set by their bands, to look the rows of other sets up in."""

    def __init__(self, signatures: Signatures, threshold: float) -> None:
        self._signatures, self._threshold = signatures, threshold
        number, self._height = bands(threshold, signatures.shape[1])
        marks = (_mixed(self._band(signatures, band)) for band in range(number))
        self._bands = [
            (order, found[order]) for found in marks for order in (np.argsort(found, kind="stable"),)
        ]

    def hits(self, others: Signatures) -> Iterator[tuple[int, int, float]]:
        """(row of this set, row of the other, likeness) of each pair that is like enough."""
        for start in range(0, len(others), PART):
            part = np.asarray(others[start : start + PART])
            for mine, other, likeness in self._compared(part):
                yield mine, start + other, likeness

    def _compared(self, part: Signatures) -> Iterator[tuple[int, int, float]]:
        for met in self._met(part):
            for start in range(0, len(met), PAIRS):
                other, mine = np.divmod(met[start : start + PAIRS], len(self._signatures))
                likeness = np.mean(self._signatures[mine] == part[other], axis=1)
                for at in np.flatnonzero(likeness >= self._threshold):
                    yield int(mine[at]), int(other[at]), float(likeness[at])

    def _met(self, part: Signatures) -> Iterator[NDArray[np.int64]]:
        """Pairs that share a bucket, each once, as one number; of a few rows at a time."""
        spans = []
        for band, (_, marks) in enumerate(self._bands):
            wanted = _mixed(self._band(part, band))
            spans.append((np.searchsorted(marks, wanted, "left"), np.searchsorted(marks, wanted, "right")))
        each = np.sum([last - first for first, last in spans], axis=0)
        start = 0
        while start < len(part):
            end = start + max(1, int(np.searchsorted(np.cumsum(each[start:]), PAIRS, "right")))
            yield self._between(spans, start, end)
            start = end

    def _between(
        self, spans: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]], start: int, end: int
    ) -> NDArray[np.int64]:
        """The pairs of some rows of a part, from where their buckets begin and end in each band."""
        held = [np.empty(0, np.int64)]
        for (order, _), (first, last) in zip(self._bands, spans, strict=True):
            many = last[start:end] - first[start:end]
            other = np.repeat(np.arange(start, end), many)
            within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
            held.append(other * len(self._signatures) + order[np.repeat(first[start:end], many) + within])
            if sum(map(len, held)) > PAIRS:  # of a single row
                held = [np.unique(np.concatenate(held))]
        return np.unique(np.concatenate(held))

    def _band(self, signatures: Signatures, band: int) -> NDArray[np.uint32]:
        return np.ascontiguousarray(signatures[:, band * self._height : (band + 1) * self._height])
