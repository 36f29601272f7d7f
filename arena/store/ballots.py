"""Votes in the database: given, taken back, listed, and taken in from the vote book.

A vote is written into the book first and stored in the same transaction, so none is lost and none counts
twice; one that is not stored is taken out of the book again. Voters have numbers below 0 among the judges: a
rebuild gives everybody else the number that they had. Leaves out the book (`arena.store.votebook`) and what
votes say of a judge (`arena.service.voting`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from arena import votes
from arena.errors import NotFound
from arena.filters import Filters
from arena.people import PEOPLE
from arena.polling import Candidate
from arena.ratings.types import RankSettings
from arena.store import votebook
from arena.store.boards import Board
from arena.store.book import Written
from arena.store.database import Database
from arena.store.evidence import listing
from arena.store.folding import Amended
from arena.store.sql import ask
from arena.store.where import where
from arena.votes import Undo, Vote

_STANDS = "NOT list_contains(flags, 'again') AND id NOT IN (SELECT vote FROM undone)"
_JUDGES = """UPDATE boards SET judges = (
    SELECT coalesce(list(name ORDER BY name), []) FROM judges WHERE id IN (
        SELECT judge FROM verdicts WHERE board = $board UNION SELECT judge FROM grades WHERE board = $board))
WHERE id = $board"""


@dataclass(frozen=True, slots=True)
class Line:
    """A vote in a list, and whether it was taken back."""

    vote: Vote
    undone: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many votes a board has, by what became of them."""

    votes: int
    voters: int
    undone: int
    again: int
    """On a battle that the same person voted on already."""
    fast: int
    named: int
    counted: int
    """Those that are verdicts."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Battles that people can be asked about, and how many more there are."""

    candidates: tuple[Candidate, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A vote that stands, for 1 side a, -1 side b, 0 neither."""

    battle: str
    drawn: str
    flagged: bool
    cluster: str
    wanted: int


Words = tuple[tuple[str, int], ...]
"""What judges say of a battle: (judge, 1 side a, -1 side b or 0 neither)."""


def cast(
    database: Database, board: Board, battle: str, voter: str, make: Callable[[int, bool], Vote]
) -> Vote:
    """Stores the vote that `make` gives from how often the voter voted here before, and whether one stands.

    Raises:
        NotFound: the board has no such battle.
        ArenaError: the book cannot be written; nothing was stored.
    """
    asked = (
        "SELECT count(*), count(*) FILTER ({}) FROM votes WHERE board = ? AND battle = ?::UUID AND voter = ?"
    )
    amended, booked = list[Amended](), list[Written]()
    with database.write(amended=amended, booked=booked) as cursor:
        before, standing = cursor.execute(asked.format(_STANDS), [board.id, battle, voter]).fetchall()[0]
        vote = make(int(before), standing > 0)
        row = _battle(cursor, board.id, battle)
        if row is None:
            raise NotFound(f"board {board.name!r} has no battle {battle}")
        booked.append(votebook.append(database.settings.votes, vote))
        amended += _store(cursor, board.id, vote, row)
        _noted(cursor, booked[0].end)
    return vote


def undo(database: Database, board: Board, voter: str, at: datetime) -> Vote:
    """Takes the voter's last vote that stands back.

    Raises:
        NotFound: there is none.
        ArenaError: the book cannot be written; nothing was stored.
    """
    asked = f"""SELECT id::VARCHAR FROM votes WHERE board = ? AND voter = ? AND {_STANDS}
                ORDER BY voted DESC, id LIMIT 1"""
    amended, booked = list[Amended](), list[Written]()
    with database.write(amended=amended, booked=booked) as cursor:
        found = cursor.execute(asked, [board.id, voter]).fetchall()
        if not found:
            raise NotFound(f"you have no vote on board {board.name!r} that could be taken back")
        undone = Undo(found[0][0], board.name, at)
        booked.append(votebook.append(database.settings.votes, undone))
        amended += _take_back(cursor, board.id, undone)
        _noted(cursor, booked[0].end)
    return next(line.vote for line in lines(database, board, voter) if line.vote.id == undone.vote)


def _battle(cursor: duckdb.DuckDBPyConnection, board: int, battle: str) -> tuple[Any, ...] | None:
    found = cursor.execute(ask("vote_battle"), {"board": board, "battle": battle}).fetchall()
    return found[0] if found else None


def _store(
    cursor: duckdb.DuckDBPyConnection, board: int, vote: Vote, row: tuple[Any, ...]
) -> tuple[Amended, ...]:
    """Stores a vote; the verdict that comes of it."""
    seq, prompt, model_a, model_b, turn, played = row
    cursor.execute(
        "INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [vote.id, board, vote.battle, vote.voter, vote.winner, vote.swapped, vote.drawn, vote.comment,
         vote.milliseconds, list(vote.flags), vote.at],
    )  # fmt: skip
    if "again" in vote.flags:
        return ()
    judge = _judge(cursor, votes.judge(vote.voter))
    cursor.execute(
        "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, 1, ?, ?, NULL, NULL, NULL, 1, ?, NULL,"
        " 'ok', NULL, ?)",
        [vote.id, vote.battle, board, seq, prompt, model_a, model_b, turn, played, judge, vote.swapped,
         vote.winner, vote.comment, vote.milliseconds],
    )  # fmt: skip
    cursor.execute(_JUDGES, {"board": board})
    return (Amended(board, vote.battle, judge, int(seq), vote.winner),)


def _judge(cursor: duckdb.DuckDBPyConnection, name: str) -> int:
    """The number of a voter among the judges."""
    found = cursor.execute("SELECT id FROM judges WHERE name = ?", [name]).fetchall()
    if found:
        return int(found[0][0])
    number = int(cursor.execute("SELECT least(coalesce(min(id), 0), 0) - 1 FROM judges").fetchall()[0][0])
    cursor.execute("INSERT INTO judges VALUES (?, ?)", [number, name])
    return number


def _take_back(cursor: duckdb.DuckDBPyConnection, board: int, undone: Undo) -> tuple[Amended, ...]:
    """Stores that a vote was taken back; the verdict that goes with it."""
    cursor.execute("INSERT INTO undone VALUES (?, ?, ?)", [undone.vote, board, undone.at])
    gone = "DELETE FROM verdicts WHERE board = ? AND id = ?::UUID RETURNING battle::VARCHAR, judge"
    found = cursor.execute(gone, [board, undone.vote]).fetchall()
    cursor.execute(_JUDGES, {"board": board})
    return tuple(Amended(board, battle, judge) for battle, judge in found)


def _noted(cursor: duckdb.DuckDBPyConnection, offset: int) -> None:
    cursor.execute('UPDATE votebook SET "offset" = ?', [offset])


def catch_up(database: Database) -> int:
    """Takes in what the book has and the database lacks: after a crash, or all of it for a fresh one.

    Returns how many votes came in. One on a board or battle that is not there stays in the book.
    """
    path = database.settings.votes
    held = database.row('SELECT "offset" FROM votebook')
    start = int(held[0]) if held else 0
    if votebook.size(path) == start:
        return 0
    if votebook.size(path) < start:  # an older book was put in its place: it is read from its beginning
        start = 0
    entries = list(votebook.read(path, start))
    count = 0
    with database.write() as cursor:
        known = {str(vote) for (vote,) in cursor.execute("SELECT id::VARCHAR FROM votes").fetchall()}
        back = {str(vote) for (vote,) in cursor.execute("SELECT vote::VARCHAR FROM undone").fetchall()}
        homes = dict(cursor.execute("SELECT name, id FROM boards").fetchall())
        for entry in _kept(tuple(entry for entry, _ in entries)):
            home = homes.get(entry.board)
            if home is None:
                continue
            if isinstance(entry, Undo):
                if entry.vote in known - back:
                    _take_back(cursor, home, entry)
            elif entry.id not in known and (row := _battle(cursor, home, entry.battle)) is not None:
                _store(cursor, home, entry, row)
                known.add(entry.id)
                count += 1
        if entries:
            _noted(cursor, entries[-1][1])
    return count


def _kept(entries: tuple[votebook.Entry, ...]) -> list[Vote | Undo]:
    """Entries without those on boards that were removed since."""
    found: list[Vote | Undo] = []
    for entry in entries:
        if isinstance(entry, votebook.Removed):
            found = [one for one in found if one.board != entry.board]
        else:
            found.append(entry)
    return found


def forget(cursor: duckdb.DuckDBPyConnection, database: Database, board: Board) -> tuple[Written, ...]:
    """Notes in the book that a board was removed, inside the transaction that removes it; if it had votes."""
    if not cursor.execute("SELECT count(*) FROM votes WHERE board = ?", [board.id]).fetchall()[0][0]:
        return ()
    line = votebook.append(database.settings.votes, votebook.Removed(board.name))
    _noted(cursor, line.end)
    return (line,)


def lines(
    database: Database, board: Board, voter: str | None = None, limit: int = 10_000
) -> tuple[Line, ...]:
    """Votes on a board, of one voter or of all, the newest first."""
    found = database.rows(ask("votes"), {"board": board.id, "voter": voter, "limit": limit})
    return tuple(Line(Vote(*(*row[:10], tuple(row[10]))), bool(row[11])) for row in found)


def counts(database: Database, board: Board) -> Counts:
    """How many votes there are."""
    row = database.row(ask("vote_counts"), {"board": board.id})
    return Counts(*(int(value) for value in row or (0,) * 7))


def done(database: Database, board: Board, voter: str) -> frozenset[str]:
    """The battles on which a vote of this voter stands."""
    sql = f"SELECT battle::VARCHAR FROM votes WHERE board = $board AND voter = $voter AND {_STANDS}"
    return frozenset(battle for (battle,) in database.rows(sql, {"board": board.id, "voter": voter}))


def flagged(database: Database, board: Board) -> frozenset[str]:
    """Ids of the votes with which something is odd."""
    sql = "SELECT id::VARCHAR FROM votes WHERE board = $board AND len(flags) > 0"
    return frozenset(vote for (vote,) in database.rows(sql, {"board": board.id}))


def heard(database: Database, board: Board) -> dict[str, tuple[float, int]]:
    """What voters say of each battle: side a's mean share, and how many they are."""
    sql = f"""SELECT battle::VARCHAR, avg(CASE winner WHEN 'a' THEN 1.0 WHEN 'b' THEN 0.0 ELSE 0.5 END),
                     count(*) FROM votes WHERE board = $board AND {_STANDS} GROUP BY battle"""
    return {battle: (float(share), int(n)) for battle, share, n in database.rows(sql, {"board": board.id})}


def pool(
    database: Database, board: Board, filters: Filters, limit: int, over: frozenset[str] = frozenset()
) -> Pool:
    """Battles that people can be asked about: all, or so many doubtful ones and as many picked alike."""
    condition = where(filters)
    asked = listing(board, RankSettings()) | condition.params
    rows = database.rows(
        ask("vote_candidates", condition.sql),
        asked | {"people": PEOPLE, "limit": limit, "done": sorted(over)},
    )
    return Pool(tuple(_candidate(row) for row in rows), int(rows[0][8]) if rows else 0)


def _candidate(row: tuple[Any, ...]) -> Candidate:
    battle, machines, split, flipped, gap, people, count, alike, _ = row
    return Candidate(battle, machines, bool(split), bool(flipped), gap, people, int(count), bool(alike))


def judged(database: Database, board: Board) -> int:
    """How many verdicts and grades a board has besides its votes."""
    sql = """SELECT (SELECT count(*) FROM verdicts WHERE board = $board AND judge >= 0)
                    + (SELECT count(*) FROM grades WHERE board = $board)"""
    row = database.row(sql, {"board": board.id})
    return int(row[0]) if row else 0


def standing(database: Database, board: Board) -> tuple[Standing, ...]:
    """Votes that stand, in the order in which they came."""
    return tuple(Standing(*row) for row in database.rows(ask("vote_stands"), {"board": board.id}))


def marks(database: Database, board: Board) -> dict[str, int]:
    """For each battle that was voted on a number that changes when judges say more of it."""
    return {str(battle): int(n) for battle, n in database.rows(ask("vote_mark"), {"board": board.id})}


def said(database: Database, board: Board) -> dict[str, Words]:
    """What judges that are no people say of every battle that was voted on."""
    found: dict[str, Words] = {}
    asked = listing(board, RankSettings()) | {"people": PEOPLE}
    for battle, judge, side in database.rows(ask("vote_said"), asked):
        found[battle] = (*found.get(battle, ()), (str(judge), int(side)))
    return found


def pairs(database: Database, board: Board) -> tuple[votes.Seen, ...]:
    """Two voters on one battle: whether they say the same."""
    return tuple(votes.Seen(*row) for row in database.rows(ask("vote_pairs"), {"board": board.id}))
