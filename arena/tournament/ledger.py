"""What a tournament has planned and got so far, on disk: prompts, answers, pairs, verdicts' outcomes.

A scratch file of one process, made anew at each start from the plan and the facts that are there; a
tournament of a million battles keeps only ids of prompts in memory. Leaves out the facts' own files
(`arena.jobs`) and the database of boards (`arena.store`).
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from arena.types import Battle, Fact, Prompt, Reference, Response, Verdict

_SCHEMA = """
CREATE TABLE prompts (id BLOB PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE answers (id BLOB PRIMARY KEY, unit INT NOT NULL, place INT NOT NULL, model INT NOT NULL,
    prompt BLOB NOT NULL, sample INT NOT NULL) WITHOUT ROWID;
CREATE INDEX answers_unit ON answers (unit, place);
CREATE TABLE texts (id BLOB PRIMARY KEY, own INT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pairs (nth INTEGER PRIMARY KEY, prompt BLOB NOT NULL, a INT NOT NULL, b INT NOT NULL,
    propensity REAL NOT NULL, answer_a BLOB NOT NULL, answer_b BLOB NOT NULL);
CREATE TABLE verdicts (id BLOB PRIMARY KEY, battle BLOB NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX verdicts_battle ON verdicts (battle);
CREATE TABLE spoken (id BLOB PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE known (id BLOB PRIMARY KEY) WITHOUT ROWID;
"""
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = FILE")

_PROMPT: TypeAdapter[tuple[Prompt, tuple[Reference, ...]]] = TypeAdapter(tuple[Prompt, tuple[Reference, ...]])
_RESPONSE = TypeAdapter(Response)
_VERDICT = TypeAdapter(Verdict)

_Row = tuple[bytes | str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer that is needed: sample `sample` of a model (by its number) to a prompt."""

    id: str
    model: int
    prompt: str
    sample: int


@dataclass(frozen=True, slots=True)
class Planned:
    """One pair of the plan, its models by number, with the answers that it takes."""

    prompt: str
    a: int
    b: int
    propensity: float
    answer_a: str
    answer_b: str


class Ledger:
    """The scratch file. Used from one thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            self._file.execute(f"PRAGMA {pragma}")
        self._file.executescript(_SCHEMA)
        self._file.execute("BEGIN")  # never committed: the file is of no use to anybody else
        self._path = path

    def close(self) -> None:
        """Lets go of the file and removes it."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    # Prompts

    def add_prompt(self, prompt: Prompt, references: tuple[Reference, ...] = ()) -> bool:
        """Takes in a prompt; False where it is there already."""
        body = _PROMPT.dump_json((prompt, references)).decode()
        return self._new("INSERT OR IGNORE INTO prompts VALUES (?, ?)", (_small(prompt.id), body))

    def prompt(self, prompt: str) -> tuple[Prompt, tuple[Reference, ...]]:
        """A prompt and its reference answers."""
        (body,) = self._one("SELECT body FROM prompts WHERE id = ?", (_small(prompt),))
        return _PROMPT.validate_json(body)

    def spoken(self, prompt: str) -> Prompt | None:
        """A prompt that this run made before it was stopped."""
        row = self._file.execute("SELECT body FROM spoken WHERE id = ?", (_small(prompt),)).fetchone()
        return _PROMPT.validate_json(row[0])[0] if row else None

    # Facts

    def recall(
        self, facts: Iterable[Fact], *, own: bool, keep: Callable[[Prompt], bool] = lambda _: False
    ) -> Iterator[int]:
        """Takes in facts that are there, yielding how many so far.

        `own`: of this run, not told again; `keep` says of its prompts which were made by it (`spoken`).
        """
        number = 0
        for number, fact in enumerate(facts, 1):
            if isinstance(fact, Response):
                self.add_response(fact, own=own)
            elif own and isinstance(fact, Verdict):
                self.add_verdict(fact)
            elif own and isinstance(fact, Battle | Prompt | Reference):
                self._mark(fact.id)
                if isinstance(fact, Prompt) and keep(fact):
                    body = _PROMPT.dump_json((fact, ())).decode()
                    self._new("INSERT OR IGNORE INTO spoken VALUES (?, ?)", (_small(fact.id), body))
            if number % 1000 == 0:
                yield number
        yield number

    def fresh(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Those of a unit's facts that were not told before, which now are; given texts as given."""
        told = (self._tell(fact) for fact in facts)
        return tuple(fact for fact in told if fact is not None)

    def _tell(self, fact: Fact) -> Fact | None:
        if isinstance(fact, Response):
            there = self._file.execute(
                "SELECT own, body FROM texts WHERE id = ?", (_small(fact.id),)
            ).fetchone()
            self.add_response(fact, own=True)
            if there is None:
                return fact
            return None if there[0] else _RESPONSE.validate_json(there[1])
        if isinstance(fact, Verdict):
            return fact if self.add_verdict(fact) else None
        if isinstance(fact, Battle | Prompt | Reference):
            return fact if self._mark(fact.id) else None
        raise TypeError(f"a tournament has no {type(fact).__name__}")

    def _mark(self, name: str) -> bool:
        return self._new("INSERT OR IGNORE INTO known VALUES (?)", (_small(name),))

    def add_response(self, response: Response, *, own: bool) -> None:
        """Keeps a text; the first one of an id stays."""
        body = _RESPONSE.dump_json(response).decode()
        self._file.execute(
            "INSERT INTO texts VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET own = max(own, excluded.own)",
            (_small(response.id), own, body),
        )

    def add_verdict(self, verdict: Verdict) -> bool:
        """Keeps what decides of a verdict, without its texts; False where it is there already."""
        kept = Verdict(
            **{
                name: getattr(verdict, name)
                for name in Verdict.__slots__
                if name not in ("explanation", "raw")
            }
        )
        row = (_small(verdict.id), _small(verdict.battle), _VERDICT.dump_json(kept).decode())
        return self._new("INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?)", row)

    def response(self, name: str) -> Response | None:
        """A text that is there."""
        row = self._file.execute("SELECT body FROM texts WHERE id = ?", (_small(name),)).fetchone()
        return _RESPONSE.validate_json(row[0]) if row else None

    def has_response(self, name: str) -> bool:
        """Whether a text is there."""
        return bool(self._file.execute("SELECT 1 FROM texts WHERE id = ?", (_small(name),)).fetchone())

    def has_verdict(self, name: str) -> bool:
        """Whether a game was judged."""
        return bool(self._file.execute("SELECT 1 FROM verdicts WHERE id = ?", (_small(name),)).fetchone())

    def verdicts(self, battle: str) -> tuple[Verdict, ...]:
        """A battle's verdicts without their texts, by game."""
        rows = self._file.execute("SELECT body FROM verdicts WHERE battle = ?", (_small(battle),)).fetchall()
        found = [_VERDICT.validate_json(body) for (body,) in rows]
        return tuple(sorted(found, key=lambda verdict: (verdict.game, verdict.id)))

    # The plan

    def need(self, asked: Asked, unit: int, place: int) -> bool:
        """Plans an answer as row `place` of a unit; False where it is planned already."""
        row = (_small(asked.id), unit, place, asked.model, _small(asked.prompt), asked.sample)
        return self._new("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?)", row)

    def unit(self, number: int) -> tuple[Asked, ...]:
        """The rows of a unit of answers."""
        rows = self._file.execute(
            "SELECT id, model, prompt, sample FROM answers WHERE unit = ? ORDER BY place", (number,)
        )
        return tuple(Asked(_full(i), model, _full(prompt), sample) for i, model, prompt, sample in rows)

    def unit_of(self, answer: str) -> int:
        """The unit in which an answer is given."""
        return int(self._one("SELECT unit FROM answers WHERE id = ?", (_small(answer),))[0])

    def add_pair(self, nth: int, pair: Planned) -> None:
        """Plans a pair as number `nth`."""
        row = (nth, _small(pair.prompt), pair.a, pair.b, pair.propensity)
        answers = (_small(pair.answer_a), _small(pair.answer_b))
        self._file.execute("INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?)", row + answers)

    def pairs(self, start: int, stop: int) -> list[Planned]:
        """The pairs from number `start` up to `stop`."""
        rows = self._file.execute(
            "SELECT prompt, a, b, propensity, answer_a, answer_b FROM pairs"
            " WHERE nth >= ? AND nth < ? ORDER BY nth",
            (start, stop),
        )
        return [
            Planned(_full(prompt), a, b, propensity, _full(left), _full(right))
            for prompt, a, b, propensity, left, right in rows
        ]

    def _new(self, sql: str, row: _Row) -> bool:
        return self._file.execute(sql, row).rowcount > 0

    def _one(self, sql: str, row: _Row) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._file.execute(sql, row).fetchone()
        return found


def _small(name: str) -> bytes:
    return bytes.fromhex(name.replace("-", ""))


def _full(name: bytes) -> str:
    text = name.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
