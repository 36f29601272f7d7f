"""Requests about test sets, and answers: which there are, one with its report, prompts of its clusters.

A set's folder is its truth: nothing of it is in the database. Leaves out building one
(`arena.jobs.kinds.testset`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le

from arena.corpus import manifest, sets
from arena.corpus.manifest import Manifest
from arena.corpus.report import Report
from arena.errors import BadRequest
from arena.settings import Settings


@dataclass(frozen=True, slots=True)
class TestSets:
    """Which sets there are."""

    __test__ = False


@dataclass(frozen=True, slots=True)
class SetInfo:
    """One set in the list."""

    name: str
    folder: str
    digest: str
    read: int
    """Prompts that its collections hold."""
    clean: int
    files: dict[str, int]
    """Prompts by file: diverse, hard, mix, D0, ..."""
    rater: str


@dataclass(frozen=True, slots=True)
class TestSetsFound:
    """TestSets' answer."""

    __test__ = False
    sets: tuple[SetInfo, ...]


@dataclass(frozen=True, slots=True)
class TestSet:
    """One set: how it was made and what is told of it."""

    __test__ = False
    name: str


@dataclass(frozen=True, slots=True)
class TestSetFound:
    """TestSet's answer."""

    __test__ = False
    name: str
    folder: str
    manifest: Manifest
    report: Report
    changed: tuple[str, ...]
    """Files that are not as the manifest says."""


@dataclass(frozen=True, slots=True)
class SetPrompts:
    """Prompts of a set's file, of one cluster where one is named."""

    name: str
    file: str = "mix"
    cluster: int | None = None
    limit: Annotated[int, Ge(1), Le(1000)] = 20
    after: int = 0
    """So many are passed over."""


@dataclass(frozen=True, slots=True)
class SetPrompt:
    """One prompt of a set."""

    id: str
    source: str
    turns: tuple[str, ...]
    categories: tuple[str, ...]
    difficulty: float | None
    cluster: int


@dataclass(frozen=True, slots=True)
class SetPromptsFound:
    """SetPrompts' answer; `more`: whether there are any after these."""

    name: str
    file: str
    cluster: int | None
    prompts: tuple[SetPrompt, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of making a set again: the same digest, or the files that differ."""

    name: str
    digest: str
    again: str
    differ: tuple[str, ...]


Request = TestSets | TestSet | SetPrompts
Result = TestSetsFound | TestSetFound | SetPromptsFound


def listed(settings: Settings, _: TestSets | None = None) -> TestSetsFound:
    """All sets, those of finished jobs among them."""
    sets.gather(settings.runs, settings.home)
    return TestSetsFound(tuple(_info(held) for held in sets.every(settings.home)))


def one(settings: Settings, asked: TestSet) -> TestSetFound:
    """A set with its report.

    Raises:
        NotFound: there is none of that name.
    """
    held = found(settings, asked.name)
    report = manifest.report(held.folder)
    return TestSetFound(held.name, str(held.folder), held.manifest, report, manifest.changed(held.folder))


def prompts(settings: Settings, asked: SetPrompts) -> SetPromptsFound:
    """Prompts of one of a set's files, in its order.

    Raises:
        NotFound: no such set. BadRequest: it has no such file.
    """
    held = found(settings, asked.name)
    files = sets.files(held)
    if asked.file not in files:
        raise BadRequest(f"set {held.name} has no {asked.file!r}: choose one of {', '.join(files)}")
    chosen = list(islice(_read(files[asked.file], asked.cluster), asked.after, asked.after + asked.limit + 1))
    more = len(chosen) > asked.limit
    return SetPromptsFound(held.name, asked.file, asked.cluster, tuple(chosen[: asked.limit]), more)


def found(settings: Settings, name: str) -> sets.Held:
    """A set, looked for among finished jobs, too."""
    sets.gather(settings.runs, settings.home)
    return sets.find(settings.home, name)


def _info(held: sets.Held) -> SetInfo:
    report = manifest.report(held.folder)
    return SetInfo(
        held.name,
        str(held.folder),
        held.manifest.digest,
        sum(read.prompts for read in report.read),
        report.clean,
        {made.name: made.prompts for made in report.sets},
        report.rated.rater,
    )


def _read(path: Path, cluster: int | None) -> Iterator[SetPrompt]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if cluster is None or row["cluster"] == cluster:
                yield SetPrompt(
                    row["question_id"], row["source"], tuple(row["turns"]), tuple(row["categories"]),
                    row["difficulty"], row["cluster"],
                )  # fmt: skip
