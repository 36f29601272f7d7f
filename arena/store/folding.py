"""How outcomes that are kept in memory are made, and how a question is put to them.

Beside its outcome a row holds what filters and counts would join for: a number for its prompt, one for the
prompt's categories and language, whether a verdict could not be read, what checks flagged, whether people and
machines differ, and what the verdicts say of their judge.
Leaves out what is kept, and for how long (`arena.store.folds`).
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from arena.canaries import PREFIX
from arena.people import PEOPLE
from arena.store.sql import ask
from arena.store.where import (
    AGAINST,
    AGAINST_WORD,
    BITS_OF,
    CATEGORY,
    CLEAN,
    DIFFER,
    FAILED,
    LANGUAGE,
    MARKED,
    RATED,
)

CALL = "outcomes($board, $merge, $delta, $bad_at, $strong)"
"""How questions ask for outcomes; where they are kept, the name of the table takes its place."""
UNIT = (
    "dense_rank() OVER (ORDER BY CASE WHEN $by = 'battle' OR o.prompt IS NULL "
    "THEN o.battle ELSE o.prompt END) - 1"
)
"""A cluster's number. The kept one goes up in the same order, but has gaps under a filter."""
HEARD = f"LEFT JOIN ({ask('heard')}) heard USING (battle, judge)"
_KINDS = "ENUM('a', 'b', 'tie', 'both_bad', 'soft', 'undecided')"
_UNITS = """CREATE TABLE {units} AS
SELECT *, dense_rank() OVER (ORDER BY categories, language) AS about
FROM (SELECT unit, row_number() OVER (ORDER BY unit) - 1 AS number FROM (
          SELECT DISTINCT coalesce(prompt, battle) AS unit FROM {raw}))
LEFT JOIN (SELECT id, categories, language FROM prompts) ON id = unit"""
_ABOUTS = "CREATE TABLE {abouts} AS SELECT DISTINCT about, categories, language FROM {units}"
_BOTH = f"""(SELECT battle, {DIFFER} AS against
 FROM (SELECT battle, avg(y) FILTER (person) AS people, avg(y) FILTER (NOT person) AS machines
       FROM (SELECT battle, y, judge IN (SELECT id FROM judges
                                         WHERE regexp_full_match(lower(name), '{PEOPLE}')) AS person
             FROM {{raw}} WHERE y IS NOT NULL)
       GROUP BY battle HAVING people IS NOT NULL AND machines IS NOT NULL))"""
_NOBODY = "(SELECT NULL::UUID AS battle, NULL::BOOLEAN AS against WHERE false)"
_FOLD = f"""CREATE TABLE {{table}} AS
SELECT o.* REPLACE (o.kind::{_KINDS} AS kind), u.number::INTEGER AS unit, u.about::INTEGER AS about,
       o.battle IN (SELECT battle FROM games($board) WHERE status <> 'ok') AS unread, seen.against,
       coalesce(found.bits, 0)::UTINYINT AS bits,
       heard.* EXCLUDE (battle, judge)
FROM {{raw}} o JOIN {{units}} u ON u.unit = coalesce(o.prompt, o.battle)
LEFT JOIN {{seen}} seen ON seen.battle = o.battle
LEFT JOIN flagged($board) found ON found.battle = o.battle
LEFT JOIN ({ask("heard")}) heard ON heard.battle = o.battle AND heard.judge = o.judge
ORDER BY o.seq, o.battle, o.judge"""
_MIXED = f"""SELECT bool_or(person) AND bool_or(NOT person)
FROM (SELECT regexp_full_match(lower(name), '{PEOPLE}') AS person FROM judges
      WHERE id IN (SELECT judge FROM {{raw}}))"""
_SHARES = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}
_CANARIES = f"SELECT count(*) FROM models WHERE starts_with(name, '{PREFIX}')"


_AMENDED = """INSERT INTO {table}
SELECT * REPLACE (
    CAST($judge AS INTEGER) AS judge, CAST($seq AS BIGINT) AS seq, NULL AS score_a, NULL AS score_b,
    false AS flipped, $kind AS kind, CAST($y AS DOUBLE) AS y, 1.0 AS w, 1.0 AS part,
    1 AS given, 1 AS readable, 0 AS decisive, 0 AS seated, false AS paired, false AS split)
FROM {table} WHERE battle = $battle::UUID ORDER BY seq, judge DESC LIMIT 1"""
"""A vote's outcome beside one that its battle has already: of a person who was asked once."""
_DIFFERING = f"""UPDATE {{table}} SET against = (
    SELECT {DIFFER} FROM (
        SELECT avg(y) FILTER (person) AS people, avg(y) FILTER (NOT person) AS machines
        FROM (SELECT y, judge IN (SELECT id FROM judges
                                  WHERE regexp_full_match(lower(name), '{PEOPLE}')) AS person
              FROM {{table}} WHERE battle = $battle::UUID AND y IS NOT NULL)
        HAVING people IS NOT NULL AND machines IS NOT NULL))
WHERE battle = $battle::UUID"""


@dataclass(frozen=True, slots=True)
class Amended:
    """One verdict of a single game that was given, or taken away (`kind` is None), on a board."""

    board: int
    battle: str
    judge: int
    seq: int = 0
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Fold:
    """Kept outcomes under one rule."""

    table: str
    abouts: str
    """Categories and language by number."""
    canaries: bool
    """Whether there are models that ratings leave out."""

    def told(self, sql: str, by: str | None) -> str:
        """A question's conditions and joins in the words of the kept table."""
        same = [
            (
                CATEGORY,
                f"about IN (SELECT about FROM {self.abouts} WHERE list_contains(categories, $category))",
            ),
            (LANGUAGE, f"about IN (SELECT about FROM {self.abouts} WHERE language = $language)"),
            (FAILED, "unread"),
            (CLEAN, "bits = 0"),
            (MARKED, "bits & $mark > 0"),
            (BITS_OF, "o.bits"),
            (HEARD, ""),
            (AGAINST, "against = $against_human"),
            (AGAINST_WORD, "CASE WHEN against THEN 'true' WHEN NOT against THEN 'false' END"),
            ("o.prompt AS asked", "o.about AS asked"),
            ("prompts p ON p.id = o.asked", f"{self.abouts} p ON p.about = o.asked"),
        ]
        if by == "prompt":
            same.append((UNIT, "o.unit"))
        if not self.canaries:
            same.append((RATED, "true"))
        for words, short in same:
            sql = sql.replace(words, short)
        return sql


def amend(cursor: duckdb.DuckDBPyConnection, fold: Fold, change: Amended) -> bool:
    """Brings kept outcomes up to one verdict; False where the battle is not among them. Twice is as once."""
    here, who = {"battle": change.battle}, {"judge": change.judge}
    cursor.execute(f"DELETE FROM {fold.table} WHERE battle = $battle::UUID AND judge = $judge", here | who)
    known = cursor.execute(f"SELECT count(*) FROM {fold.table} WHERE battle = $battle::UUID", here)
    if not known.fetchall()[0][0]:
        return change.kind is None
    if change.kind is not None:
        given = {"judge": change.judge, "seq": change.seq, "kind": change.kind, "y": _SHARES[change.kind]}
        cursor.execute(_AMENDED.format(table=fold.table), here | given)
    cursor.execute(_DIFFERING.format(table=fold.table), here)
    return True


def make(cursor: duckdb.DuckDBPyConnection, number: int, params: dict[str, Any]) -> Fold:
    """Folds a board's verdicts under a merge rule into new tables that end in `number`."""
    names = {name: f"folds.{name}_{number}" for name in ("raw", "units", "abouts")}
    table = f"folds.outcomes_{number}"
    cursor.execute(f"CREATE TABLE {names['raw']} AS SELECT * FROM {CALL}", params)
    cursor.execute(_UNITS.format(**names))
    cursor.execute(_ABOUTS.format(**names))
    read = {name: params[name] for name in ("board", "delta", "bad_at")}
    mixed = cursor.execute(_MIXED.format(**names)).fetchall()[0][0]
    seen = (_BOTH if mixed else _NOBODY).format(**names)
    cursor.execute(_FOLD.format(table=table, seen=seen, **names), read)
    for gone in ("raw", "units"):
        cursor.execute(f"DROP TABLE {names[gone]}")
    canaries = cursor.execute(_CANARIES).fetchall()[0][0]
    return Fold(table, names["abouts"], canaries > 0)
