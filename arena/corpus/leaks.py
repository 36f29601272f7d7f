"""Leaks: prompts that are nearly a text of another collection, such as training rows or a public benchmark.

A prompt of several turns is looked at by its first turn and as a whole, so that a conversation that begins
with a benchmark's question is found, and its "Why?" is not. Leaves out what the collections are for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from arena.corpus import minhash
from arena.corpus.types import EVERY
from arena.types import Prompt

SHINGLE, PERMUTATIONS = 3, 128
CHUNK = 10_000
"""Texts of the other collection that are held at a time."""
CUT = 300
"""Characters of a text that a leak keeps."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A prompt, and what it is most like."""

    prompt: str
    """Its id."""
    item: str
    """Name of the other collection's row there."""
    likeness: float
    """Jaccard likeness of the word 3-grams, estimated."""
    said: str
    """The beginning of the other text."""


class Leaks:
    """The prompts that collections are held against."""

    def __init__(
        self,
        prompts: Iterable[tuple[str, Sequence[str]]],
        likeness: float,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Prompts come as (id, turns); `check` raises where the work is to stop."""
        self._check = check
        self._owners: list[list[str]] = []
        """Ids of the prompts that have a text, by the text's number."""
        texts: dict[str, int] = {}
        for at, (name, turns) in enumerate(prompts):
            if at % EVERY == 0:
                check()
            for text in parts(turns):
                number = texts.setdefault(text, len(texts))
                if number == len(self._owners):
                    self._owners.append([])
                self._owners[number].append(name)
        self._index = minhash.Index(self._signed(list(texts)), likeness) if texts else None

    def among(self, collection: Iterable[Prompt]) -> tuple[tuple[Leak, ...], int]:
        """Each prompt that is like some text of a collection, with the most alike; and the rows looked at."""
        best: dict[str, Leak] = {}
        rows, left = 0, iter(collection)
        while chunk := list(islice(left, CHUNK)):
            rows += len(chunk)
            for leak in self._of(chunk):
                known = best.get(leak.prompt)
                if known is None or (leak.likeness, known.item) > (known.likeness, leak.item):
                    best[leak.prompt] = leak
        return tuple(best[name] for name in sorted(best)), rows

    def _of(self, chunk: list[Prompt]) -> Iterator[Leak]:
        if self._index is None:
            return
        texts: dict[str, Prompt] = {}
        for item in chunk:
            for text in parts(item.turns):
                texts.setdefault(text, item)
        items = list(texts.items())
        for mine, other, likeness in self._index.hits(self._signed(list(texts))):
            text, item = items[other]
            for owner in self._owners[mine]:
                yield Leak(owner, item.natural, round(likeness, 3), text[:CUT])

    def _signed(self, texts: list[str]) -> minhash.Signatures:
        def each() -> Iterator[list[str]]:
            for at, text in enumerate(texts):
                if at % EVERY == 0:
                    self._check()
                yield minhash.grams(text, SHINGLE)

        return minhash.signed(each(), len(texts), PERMUTATIONS)


def parts(turns: Sequence[str]) -> tuple[str, ...]:
    """The texts by which a prompt is known; blank ones say nothing."""
    whole = "\n".join(turns)
    found = (turns[0], whole) if len(turns) > 1 else (whole,)
    return tuple(text for text in found if text.strip())
