"""Looking at files before they are imported: everything is read, nothing is stored.

Leaves out what is known already: that needs the database (`arena.importing`).
"""

import re
from collections import Counter
from dataclasses import dataclass, fields, replace

from arena.errors import Unreadable
from arena.formats import catalog
from arena.reading import Plan, Progress, items
from arena.types import Battle, Fact, Grade, Note, PairCount, Published, Reject, Response, Row, Verdict

FIRST = 3
"""Rows that are shown as they were understood."""
REASONS = 10
"""Reasons that are told per file, the most frequent first."""
KINDS = 1000
"""Different reasons that are counted per file; what comes after is "other reasons"."""
CUT = 120
"""Characters of a value that are shown."""

_VARYING = re.compile(r"'.*'|\".*\"|-?\d+(?:\.\d+)?|: .*")
"""What differs between two rows that were rejected for one reason."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows would be rejected: in the words of the first of them, which stands on `line`."""

    reason: str
    rows: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class FileFound:
    """One file. read = kept + rejected; with a `trouble` the whole import would be refused."""

    file: str
    format: str
    checked: str
    """What the format was checked on: "a real file" or "the published schema"."""
    read: int
    kept: int
    rejected: int
    reasons: tuple[Reason, ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A row as it was understood: its facts in words."""

    file: str
    line: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What an import would read, keep and reject. Rows that the board knows already count as kept here."""

    path: str
    board: str
    format: str
    read: int
    kept: int
    rejected: int
    files: tuple[FileFound, ...]
    facts: dict[str, int]
    """Facts by kind; one that stands in several rows counts in each."""
    models: dict[str, int]
    """Rows that each model is in, the most frequent first."""
    judges: dict[str, int]
    winners: dict[str, int]
    """Verdicts by what they say: a, b, tie, both_bad, soft, scored, or why they could not be read."""
    first: tuple[Understood, ...]
    notes: tuple[str, ...]


class _Tally:
    """What was met so far, over all files."""

    def __init__(self) -> None:
        self.facts: Counter[str] = Counter()
        self.models: Counter[str] = Counter()
        self.judges: Counter[str] = Counter()
        self.winners: Counter[str] = Counter()
        self.first: list[Understood] = []
        self.notes: dict[str, None] = {}

    def take(self, row: Row, file: str) -> None:
        self.facts.update(type(fact).__name__ for fact in row.facts)
        self.models.update({model for fact in row.facts for model in _models(fact)})
        judged = [fact for fact in row.facts if isinstance(fact, Verdict | Grade)]
        self.judges.update({fact.judge for fact in judged})
        self.winners.update(_said(fact) for fact in judged if isinstance(fact, Verdict))
        if len(self.first) < FIRST:
            self.first.append(Understood(file, row.line, tuple(map(_words, row.facts))))


def survey(plan: Plan, progress: Progress | None = None) -> Surveyed:
    """Reads all of a plan's files; one that cannot be read whole is told, and the others are still read."""
    tally = _Tally()
    files = tuple(_file(plan, index, tally, progress) for index in range(len(plan.files)))
    return Surveyed(
        str(plan.path),
        plan.board,
        plan.formats,
        sum(file.read for file in files),
        sum(file.kept for file in files),
        sum(file.rejected for file in files),
        files,
        dict(tally.facts.most_common()),
        dict(tally.models.most_common()),
        dict(tally.judges.most_common()),
        dict(tally.winners.most_common()),
        tuple(tally.first),
        (*tally.notes, *plan.skipped),
    )


def _file(plan: Plan, index: int, tally: _Tally, progress: Progress | None) -> FileFound:
    path, name = plan.files[index]
    shown = str(path.relative_to(plan.path)) if path != plan.path else path.name
    kept, trouble = 0, None
    reasons: dict[str, Reason] = {}
    try:
        for _, item in items(replace(plan, files=[plan.files[index]]), progress):
            if isinstance(item, Row):
                tally.take(item, shown)
                kept += 1
            elif isinstance(item, Reject):
                _count(reasons, item)
            else:
                _note(tally, item)
    except Unreadable as error:
        trouble = str(error)
    rejected = sum(reason.rows for reason in reasons.values())
    top = sorted(reasons.values(), key=lambda reason: -reason.rows)[:REASONS]
    checked = catalog.load(name).CHECKED
    return FileFound(shown, name, checked, kept + rejected, kept, rejected, tuple(top), trouble)


def _note(tally: _Tally, note: Note) -> None:
    tally.notes[note.text] = None


def _count(reasons: dict[str, Reason], reject: Reject) -> None:
    kind = _VARYING.sub("…", reject.reason)
    if kind not in reasons and len(reasons) >= KINDS:
        kind = "other reasons"
    found = reasons.get(kind) or Reason(reject.reason, 0, reject.line, reject.text[:CUT])
    reasons[kind] = replace(found, rows=found.rows + 1)


def _models(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, Battle | PairCount):
        return fact.model_a, fact.model_b
    return (fact.model,) if isinstance(fact, Response | Grade | Published) else ()


def _said(verdict: Verdict) -> str:
    if verdict.status != "ok":
        return verdict.status
    return verdict.winner or ("scored" if verdict.preference is None else "soft")


def _words(fact: Fact) -> str:
    """A fact without ids and what it leaves empty: "Battle: model_a x, model_b y, games 1"."""
    hidden = {"id", "prompt", "battle", "response_a", "response_b", "sampling", "source", "raw"}
    values = ((field.name, getattr(fact, field.name)) for field in fields(fact) if field.name not in hidden)
    told = (f"{name} {_shown(value)}" for name, value in values if value not in (None, (), ""))
    return f"{type(fact).__name__}: {', '.join(told)}"


def _shown(value: object) -> str:
    text = " / ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= CUT else f"{text[: CUT - 1]}…"
