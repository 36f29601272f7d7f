"""Decontamination: drops prompts that resemble an item of a benchmark, by embeddings.

As in the paper by rank: whatever is among the 5 nearest of any item of any benchmark goes, near or not. A
threshold of similarity can be set beside it or instead of it. Every pair is written to `pairs.jsonl` with its
rank and similarity.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from arena.corpus import nearest as near
from arena.corpus import sources
from arena.corpus.pool import Pool
from arena.corpus.types import Drop, Mask, Matrix, Numbers, Place, Room, whole

CUT = 300
"""Characters of a text that a pair keeps."""


@dataclass(frozen=True, slots=True)
class Config:
    """How close is too close."""

    nearest: Annotated[int, Ge(0), Le(1000)] = 5
    """Prompts among so many nearest of any benchmark item are dropped (the paper: 5); 0: none by rank."""
    similarity: Annotated[float, Ge(0), Le(1)] | None = None
    """Prompts of at least this cosine similarity to any item are dropped, too; none: by rank alone."""


def drops(pool: Pool, alive: Mask, config: Config, room: Room) -> Iterator[Drop]:
    """Prompts that are near an item, each once, in order of their number."""
    numbers = np.flatnonzero(alive)
    if not room.against or not len(numbers) or (not config.nearest and config.similarity is None):
        return
    vectors = room.embedder.corpus(numbers)
    found: dict[int, Drop] = {}
    with (room.folder / "pairs.tmp").open("w", encoding="utf-8") as file:
        for place in room.against:
            for pair in pairs(place, vectors, numbers, config, room):
                number = pair["number"]
                prompt = pool.get([number])[0]
                told = {"source": prompt.source, "natural": prompt.natural}
                line = {**pair, **told, "prompt": whole(prompt)[:CUT]}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                rank = f"rank {pair['rank']}" if pair["rank"] else "over the threshold"
                detail = f"{rank} of {place.called} {pair['item']}, similarity {pair['similarity']:.3f}"
                found.setdefault(number, Drop(number, f"resembles {place.called}", detail))
    (room.folder / "pairs.tmp").replace(room.folder / "pairs.jsonl")
    yield from (found[number] for number in sorted(found))


def pairs(
    place: Place, vectors: Matrix, numbers: Numbers, config: Config, room: Room
) -> Iterator[dict[str, Any]]:
    """What of the corpus is near which item of one benchmark: by rank, then by similarity alone."""
    items = sources.every(place)
    texts = [whole(item) for item in items]
    mine = room.embedder.items(place.called, texts)
    asked = near.Asked(config.nearest, config.similarity)
    for hit in near.hits(vectors, numbers, mine, asked, room.check):
        item = items[hit.item]
        yield {
            "benchmark": place.called,
            "item": item.natural,
            "rank": hit.rank,
            "similarity": round(hit.similarity, 4),
            "number": hit.row,
            "text": texts[hit.item][:CUT],
        }
