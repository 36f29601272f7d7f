"""Writes what was drawn: the sets as JSON Lines, what was dropped, the report. Leaves out the manifest.

A set's lines are FastChat questions with more fields, so that other programs read them, too.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from arena.corpus import clean
from arena.corpus.cluster import Clustered, Plane
from arena.corpus.pool import Pool
from arena.corpus.recipe import Drawing
from arena.corpus.report import ClusterFound, Dot, PairFound, Rated, Report, SetFound, SourceFound, text
from arena.corpus.types import Matrix, Numbers, whole
from arena.types import Prompt

DOTS, EXAMPLES, CUT, SEEN = 2_000, 3, 160, 30
"""Prompts of the rest on the map; examples of a cluster; characters of each; prompts whose words count."""
MOST = 40
"""Categories and sources that are told; the rest is summed."""
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Picked:
    """What was drawn. All but `numbers` are places in `numbers`, which are numbers of the pool."""

    numbers: Numbers
    clustered: Clustered
    plane: Plane
    vectors: Matrix
    diverse: Numbers
    hard: Numbers
    ratings: dict[int, float]
    rated: Rated
    parts: tuple[Numbers, ...]
    drawing: Drawing
    apart: int

    @property
    def sets(self) -> dict[str, Numbers]:
        """Every file of prompts by name."""
        mix = np.sort(np.concatenate([self.diverse, self.hard]))
        names = [f"parts/D{at}" for at in range(len(self.parts))] if self.drawing.parts else ["rest"]
        tests = {"diverse": self.diverse, "hard": self.hard, "mix": mix}
        return {name: found for name, found in tests.items() if len(found)} | dict(
            zip(names, self.parts, strict=True)
        )


def write(
    name: str, read: tuple[SourceFound, ...], cleaned: clean.Cleaned, found: Picked, pool: Pool, out: Path
) -> Report:
    """Writes everything but the manifest into a new folder."""
    out.mkdir(parents=True)
    sets = tuple(_set(label, places, found, pool, out) for label, places in found.sets.items())
    _dropped(cleaned, pool, out)
    pairs = _pairs(cleaned, out)
    clusters = _clusters(found, pool)
    how = found.clustered.method
    told = Report(
        name, read, cleaned.steps, pairs, len(found.numbers), found.apart, clusters, how, _dots(found, pool),
        round(found.plane.share, 4), found.rated, sets, _notes(found),
    )  # fmt: skip
    save(out / "report.json", told)
    (out / "report.txt").write_text(text(told), "utf-8")
    return told


def _notes(found: Picked) -> tuple[str, ...]:
    how, notes = found.drawing, []
    if len(found.numbers) < how.clusters:
        notes.append(
            f"{how.clusters} clusters were asked for, {len(found.numbers)} prompts were left: one each"
        )
    if len(found.diverse) < how.diverse * len(found.clustered.centers):
        notes.append("some clusters hold fewer prompts than Diverse asks for")
    if len(found.hard) < how.hard:
        notes.append(f"Hard has {len(found.hard):,} of {how.hard:,}: there were no more rated candidates")
    if found.rated.rater == "proxy" and how.hard:
        notes.append("difficulty is the offline proxy's: name a rater for the paper's Hard set")
    return tuple(notes)


def _set(label: str, places: Numbers, found: Picked, pool: Pool, out: Path) -> SetFound:
    path = out / f"{label}.jsonl"
    path.parent.mkdir(exist_ok=True)
    counts: dict[str, Counter[str]] = {
        what: Counter() for what in ("categories", "languages", "turns", "sources")
    }
    with path.open("w", encoding="utf-8") as file:
        for at, prompt in _walk(places, found, pool):
            row = line(prompt, int(found.clustered.labels[at]), found.ratings.get(at))
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            counts["categories"].update(prompt.categories or ("none",))
            counts["languages"][prompt.language or "unknown"] += 1
            counts["turns"][str(len(prompt.turns))] += 1
            counts["sources"][prompt.source] += 1
    known = [found.ratings[at] for at in places.tolist() if at in found.ratings]
    tops = {what: _top(counter) for what, counter in counts.items()}
    return SetFound(
        label.rpartition("/")[2], len(places), **tops, difficulty=histogram(known) if known else ()
    )


def _walk(places: Numbers, found: Picked, pool: Pool, block: int = 1000) -> Iterator[tuple[int, Prompt]]:
    for start in range(0, len(places), block):
        part = places[start : start + block]
        yield from zip(part.tolist(), pool.get(found.numbers[part]), strict=True)


def line(prompt: Prompt, cluster: int, difficulty: float | None) -> dict[str, Any]:
    """A prompt as a line of a set."""
    return {
        "question_id": prompt.id,
        "category": prompt.categories[0] if prompt.categories else "",
        "turns": list(prompt.turns),
        "source": prompt.source,
        "natural": prompt.natural,
        "categories": list(prompt.categories),
        "language": prompt.language,
        "difficulty": prompt.difficulty if difficulty is None else difficulty,
        "cluster": cluster,
    }


def _dropped(cleaned: clean.Cleaned, pool: Pool, out: Path) -> None:
    """Every prompt that a step took out."""
    with (out / "dropped.jsonl").open("w", encoding="utf-8") as file:
        for step, folder in zip(cleaned.steps, cleaned.folders, strict=True):
            for drop in clean.drops(folder):
                prompt = pool.get([drop.number])[0]
                told = {"step": step.step, "reason": drop.reason, "detail": drop.detail}
                row = {
                    **told,
                    "source": prompt.source,
                    "natural": prompt.natural,
                    "text": whole(prompt)[:CUT],
                }
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _pairs(cleaned: clean.Cleaned, out: Path) -> tuple[PairFound, ...]:
    """Copies the pairs; the most similar ones are told."""
    top: list[tuple[float, int, dict[str, Any]]] = []
    for folder in cleaned.folders:
        if not (folder / "pairs.jsonl").is_file():
            continue
        with (
            (folder / "pairs.jsonl").open(encoding="utf-8") as file,
            (out / "pairs.jsonl").open("a", encoding="utf-8") as copy,
        ):
            for at, raw in enumerate(file):
                row = json.loads(raw)
                copy.write(raw)
                top.append((-row["similarity"], at, row))
                if len(top) > 2000:
                    top = sorted(top, key=lambda one: one[:2])[:200]
    first = sorted(top, key=lambda one: one[:2])[:200]
    return tuple(
        PairFound(
            row["benchmark"], row["item"], row["rank"], row["similarity"], row["source"], row["natural"],
            row["prompt"], row["text"],
        )
        for _, _, row in first
    )  # fmt: skip


def _clusters(found: Picked, pool: Pool) -> tuple[ClusterFound, ...]:
    labels, nearness = found.clustered.labels, found.clustered.nearness
    order = np.lexsort((np.arange(len(labels)), -nearness, labels))
    starts = np.searchsorted(labels[order], np.arange(len(found.clustered.centers) + 1))
    points = found.plane.put(found.clustered.centers)
    spans = list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))
    texts = [pool.texts(found.numbers[order[start : min(start + SEEN, stop)]]) for start, stop in spans]
    everywhere = Counter(word for several in texts for words in several for word in _words(words))
    return tuple(
        ClusterFound(
            at,
            stop - start,
            *_point(points[at]),
            _typical(texts[at], everywhere, sum(map(len, texts))),
            tuple(" ".join(words.split())[:CUT] for words in texts[at][:EXAMPLES]),
        )
        for at, (start, stop) in enumerate(spans)
    )


def _words(words: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(words)}


def _typical(texts: list[str], everywhere: Counter[str], total: int) -> tuple[str, ...]:
    """The words that a cluster has more often than others have."""
    mine = Counter(word for words in texts for word in _words(words))
    score = {
        word: count * math.log(total / everywhere[word])
        for word, count in mine.items()
        if count > 1 or len(texts) == 1
    }
    return tuple(sorted(score, key=lambda word: (-score[word], word))[:4])


def _dots(found: Picked, pool: Pool) -> tuple[Dot, ...]:
    """All test prompts up to `DOTS`, and as many of the rest."""
    draw = np.random.default_rng([found.drawing.seed, 4])
    test = np.concatenate([found.diverse, found.hard])
    rest = np.setdiff1d(np.arange(len(found.numbers)), test)
    shown = np.sort(np.concatenate([draw.permutation(part)[:DOTS] for part in (test, rest)])).astype(np.int64)
    kinds = dict.fromkeys(found.diverse.tolist(), "diverse") | dict.fromkeys(found.hard.tolist(), "hard")
    points = found.plane.put(found.vectors[found.numbers[shown]])
    texts = pool.texts(found.numbers[shown])
    return tuple(
        Dot(*_point(point), int(found.clustered.labels[at]), kinds.get(at, ""), " ".join(words.split())[:CUT])
        for at, point, words in zip(shown.tolist(), points, texts, strict=True)
    )


def _point(values: Any) -> tuple[float, float]:
    """Two figures; a corpus of a single dimension has nought for the second."""
    x, y = (*values.tolist(), 0.0)[:2]
    return round(float(x), 4), round(float(y), 4)


def histogram(values: Iterable[float]) -> tuple[int, ...]:
    """Counts of 0-1, 1-2, ... 9-10."""
    return tuple(int(count) for count in np.histogram(list(values), bins=10, range=(0, 10))[0])


def _top(counter: Counter[str]) -> dict[str, int]:
    order = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in order[MOST:])
    return dict(order[:MOST]) | ({"(others)": rest} if rest else {})


def save(path: Path, value: Any) -> None:
    """A dataclass, or a tuple of them, as JSON."""
    path.write_bytes(TypeAdapter(Any).dump_json(value, indent=1))


def load(path: Path, kind: Any) -> Any:
    """What `save` wrote."""
    return TypeAdapter(kind).validate_json(path.read_bytes())
