"""What is told of a set: what was read, the funnel, clusters, difficulty, categories, turns; JSON and text.

A report holds nothing that depends on when or how fast it was made. Leaves out making it (`build`).
"""

from dataclasses import dataclass

from arena.corpus.clean import StepFound


@dataclass(frozen=True, slots=True)
class SourceFound:
    """What was read of a collection."""

    name: str
    files: int
    formats: tuple[str, ...]
    prompts: int
    rejected: int
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class ClusterFound:
    """A cluster: its place on the map, words that it has more than others, and its most typical prompts."""

    number: int
    size: int
    x: float
    y: float
    words: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A prompt on the map."""

    x: float
    y: float
    cluster: int
    sets: str
    """`diverse`, `hard`, or "" for one of the rest."""
    text: str


@dataclass(frozen=True, slots=True)
class SetFound:
    """One file of prompts."""

    name: str
    prompts: int
    categories: dict[str, int]
    languages: dict[str, int]
    turns: dict[str, int]
    sources: dict[str, int]
    difficulty: tuple[int, ...]
    """Prompts by difficulty: 0-1, 1-2, ... 9-10; empty where none is rated."""


@dataclass(frozen=True, slots=True)
class PairFound:
    """A prompt near a benchmark's item."""

    benchmark: str
    item: str
    rank: int
    """1 is the nearest; 0: found by similarity alone."""
    similarity: float
    source: str
    natural: str
    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class Rated:
    """How difficulty was rated."""

    rater: str
    about: str
    rated: int
    failed: dict[str, int]
    """Replies that could not be used, by status."""
    difficulty: tuple[int, ...]
    """Rated prompts by difficulty: 0-1, ... 9-10."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of a set."""

    name: str
    read: tuple[SourceFound, ...]
    steps: tuple[StepFound, ...]
    pairs: tuple[PairFound, ...]
    """The most similar pairs of the decontamination; all are in `pairs.jsonl`."""
    clean: int
    apart: int
    """Clean prompts that stay out of the parts because they are near a test prompt."""
    clusters: tuple[ClusterFound, ...]
    kmeans: str
    dots: tuple[Dot, ...]
    shown: float
    """Share of the variance that the map shows."""
    rated: Rated
    sets: tuple[SetFound, ...]
    notes: tuple[str, ...] = ()


BAR = 30


def text(report: Report) -> str:
    """The report for a person."""
    blocks = [_head(report), _funnel(report), _pairs(report), _sets(report), _difficulty(report)]
    if report.notes:
        blocks.append("\n".join(f"! {note}" for note in report.notes))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(report: Report) -> str:
    lines = [f"Test set {report.name}", ""]
    for read in report.read:
        formats = ", ".join(read.formats)
        lines.append(
            f"  {read.name}: {read.prompts:,} prompts of {read.files} files ({formats}), "
            f"{read.rejected:,} rejected"
        )
        lines += [f"      {count:,} x {reason}" for reason, count in list(read.reasons.items())[:3]]
    return "\n".join(lines)


def _funnel(report: Report) -> str:
    total = sum(read.prompts for read in report.read)
    lines = [f"{'step':<14} {'before':>10} {'dropped':>10} {'after':>10}"]
    for step in report.steps:
        share = round(BAR * step.after / total) if total else 0
        bar = "#" * share
        lines.append(f"{step.step:<14} {step.before:>10,} {step.dropped:>10,} {step.after:>10,}  {bar}")
        for reason, count in list(step.reasons.items())[:4]:
            lines.append(f"    {count:,} x {reason}")
        lines += [f"      e.g. {_one(example.text)} ({example.detail})" for example in step.examples[:2]]
    return "\n".join(lines)


def _pairs(report: Report) -> str:
    if not report.pairs:
        return ""
    lines = ["nearest to benchmarks (rank, similarity)"]
    lines += [
        f"  {pair.benchmark} {pair.item}: rank {pair.rank}, {pair.similarity:.3f}: {_one(pair.prompt)}"
        for pair in report.pairs[:10]
    ]
    return "\n".join(lines)


def _sets(report: Report) -> str:
    lines = [f"{report.clean:,} clean prompts in {len(report.clusters)} clusters ({report.kmeans} K-Means)"]
    for found in report.sets:
        turns = ", ".join(f"{name}: {count:,}" for name, count in found.turns.items())
        lines.append(f"  {found.name:<8} {found.prompts:>8,} prompts; turns {turns}")
    if report.apart:
        lines.append(f"  {report.apart:,} near a test prompt are in none of the parts")
    return "\n".join(lines)


def _difficulty(report: Report) -> str:
    rated = report.rated
    most = max(rated.difficulty, default=0) or 1
    lines = [f"difficulty by {rated.rater} ({rated.about}): {rated.rated:,} rated"]
    lines += [f"  {status}: {count:,} not rated" for status, count in rated.failed.items()]
    for at, count in enumerate(rated.difficulty):
        lines.append(f"  {at:>2}-{at + 1:<2} {count:>7,} {'#' * round(BAR * count / most)}")
    return "\n".join(lines)


def _one(words: str, limit: int = 90) -> str:
    line = " ".join(words.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
