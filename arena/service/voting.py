"""Blind votes: what a voter is asked next, the vote, taking it back, and how far judges agree with people.

A voter is known by a hash with the home's own salt (`arena.votes.voter`). Leaves out the rule by which
battles are chosen (`arena.polling`), requests (`arena.service.ballots`), and where votes are kept
(`arena.store.ballots`).
"""

import os
import re
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from arena import polling, votes
from arena.audit import Rate
from arena.errors import ArenaError, BadRequest
from arena.filters import Filters
from arena.people import person
from arena.polling import Candidate
from arena.service.ballots import (
    Ballot,
    BallotFound,
    Cast,
    Paper,
    Request,
    Result,
    Revealed,
    Said,
    TakeBack,
    TakenBack,
    Trial,
    TrialFound,
    Tried,
    Votes,
    VotesFound,
)
from arena.store import ballots, battles, boards
from arena.store.ballots import Pool, Standing, Words
from arena.store.battles import Line
from arena.store.boards import Board
from arena.store.database import Database
from arena.types import Battle, Record, Response
from arena.votes import Choice, Drawn, Seen, Vote

POOL = 2000
"""Battles held ready of a board: so many doubtful ones, and as many picked from all alike."""
WHOLE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A battle's id in full, as ballots carry it."""
_TRIES = 12
"""Battles that may turn out unfit before the first one of them is taken after all."""
_SINGLY = 20
"""Battles whose verdicts are read one by one, before all of a board are folded at once."""
_STALE = 0.02
"""Share of new verdicts from which on the battles held ready are looked for again."""
SEATS = {"a": "Answer A", "b": "Answer B"}
"""What the models are called before the vote."""


class Voting:
    """Answers about votes. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._pools: dict[tuple[str, Filters], tuple[int, Pool]] = {}
        self._words: dict[str, tuple[dict[str, int], dict[str, Words]]] = {}
        self._making, self._salting = threading.Lock(), threading.Lock()

    def perform(self, request: Request) -> Result:
        """Answers any request about votes."""
        if isinstance(request, Ballot):
            return self.ballot(request)
        if isinstance(request, Cast):
            return self.cast(request)
        if isinstance(request, TakeBack):
            return self.take_back(request)
        return self.votes(request) if isinstance(request, Votes) else self.trial(request)

    def ballot(self, request: Ballot) -> BallotFound:
        """The next battle, or the one that is named.

        Raises:
            BadRequest: the board holds no single battles, or nobody is named.
            NotFound: no such board or battle.
        """
        board, voter = _board(self.database, request.board), self._voter(request.who)
        pool = self._pool(board, request.filters)
        if request.battle is not None:
            named = battles.record(self.database, board, self._named(board, request.battle))
            return BallotFound(board.name, self._paper(board, voter, named, "asked"), pool.total)
        done = ballots.done(self.database, board, voter)
        over, turn = done | set(request.skipped), len(done) + len(request.skipped)
        drawn = self._drawn(board, pool.candidates, voter, over, turn)
        if drawn is None and pool.total > len(pool.candidates):
            more = ballots.pool(self.database, board, request.filters, POOL, frozenset(over))
            drawn = self._drawn(board, more.candidates, voter, over, turn)
        paper = self._paper(board, voter, *drawn) if drawn else None
        return BallotFound(board.name, paper, pool.total)

    def _drawn(
        self, board: Board, pool: Iterable[Candidate], voter: str, over: frozenset[str], turn: int
    ) -> tuple[Record, Drawn] | None:
        """A battle that a blind vote fits; where all that were looked at name a model, the first of those."""
        tried: list[Record] = []

        def fits(battle: str) -> bool:
            tried.append(battles.record(self.database, board, battle))
            return len(tried) == _TRIES or (_differ(tried[-1]) and not _named(tried[-1]))

        heard = ballots.heard(self.database, board)
        found = polling.draw([_with(one, heard.get(one.battle)) for one in pool], over, voter, turn, fits)
        if found and _differ(tried[-1]) and not _named(tried[-1]):
            return tried[-1], found.drawn
        spare = next(filter(_differ, tried), None)
        return (spare, "unsure") if spare else None

    def _pool(self, board: Board, filters: Filters) -> Pool:
        """Battles held ready, looked for again once there are many new verdicts."""
        judged = ballots.judged(self.database, board)
        with self._making:
            known = self._pools.get((board.name, filters))
            if known is None or abs(judged - known[0]) > _STALE * known[0]:
                known = judged, ballots.pool(self.database, board, filters, POOL)
                self._pools = dict([*self._pools.items()][-7:]) | {(board.name, filters): known}
            return known[1]

    def _paper(self, board: Board, voter: str, record: Record, drawn: Drawn) -> Paper:
        battle = record.battle.id
        turned = votes.swapped(voter, battle)
        stands = [
            line.vote
            for line in ballots.lines(self.database, board, voter)
            if line.vote.battle == battle and not line.undone and "again" not in line.vote.flags
        ]
        shown = self._revealed(board, record, stands[0]) if stands else None
        return Paper(_blind(record, swapped=turned), drawn, shown)

    def cast(self, request: Cast) -> Revealed:
        """Stores a vote and says who played.

        Raises:
            BadRequest: the comment is too long, or nobody is named.
            NotFound: no such board or battle.
        """
        board, voter = _board(self.database, request.board), self._voter(request.who)
        comment = (request.comment or "").strip() or None
        if comment and len(comment) > votes.LONGEST:
            raise BadRequest(f"the comment has {len(comment):,} characters: write at most {votes.LONGEST:,}")
        battle = self._named(board, request.battle)
        record = battles.record(self.database, board, battle)
        models = record.battle.model_a, record.battle.model_b
        texts = [" ".join(one.turns) for one in (record.response_a, record.response_b) if one]
        turned, took = votes.swapped(voter, battle), _span(request.milliseconds)

        def made(before: int, again: bool) -> Vote:
            return Vote(
                votes.vote_id(board.name, battle, voter, before),
                board.name,
                battle,
                voter,
                votes.winner(request.choice, swapped=turned),
                turned,
                request.drawn,
                datetime.now(UTC).replace(tzinfo=None),
                comment,
                took,
                votes.flags(took, texts, models, again=again),
            )

        vote = ballots.cast(self.database, board, battle, voter, made)
        return self._revealed(board, record, vote)

    def _revealed(self, board: Board, record: Record, vote: Vote) -> Revealed:
        models = record.battle.model_a, record.battle.model_b
        first, second = models[::-1] if vote.swapped else models
        said = tuple(
            _said(line, swapped=vote.swapped)
            for line in battles.outcomes(self.database, board, vote.battle, fresh=True)
            if line.judge != votes.judge(vote.voter)
        )
        return Revealed(vote, _choice(vote), first, second, said)

    def take_back(self, request: TakeBack) -> TakenBack:
        """Takes the voter's last vote back.

        Raises:
            NotFound: there is none that stands.
        """
        board, voter = _board(self.database, request.board), self._voter(request.who)
        return TakenBack(ballots.undo(self.database, board, voter, datetime.now(UTC).replace(tzinfo=None)))

    def votes(self, request: Votes) -> VotesFound:
        """The votes on a board."""
        board = _board(self.database, request.board)
        voter = self._voter(request.who) if request.who else None
        found = ballots.lines(self.database, board, voter, max(1, request.limit))
        return VotesFound(board.name, ballots.counts(self.database, board), found)

    def trial(self, request: Trial) -> TrialFound:
        """How far judges agree with the votes."""
        board = _board(self.database, request.board)
        standing = [
            one for one in ballots.standing(self.database, board) if request.flagged or not one.flagged
        ]
        words = self._heard(board)
        held: dict[str, list[tuple[Standing, int]]] = {}
        for one in standing:
            for judge, side in words.get(one.battle, ()):
                held.setdefault(judge, []).append((one, side))
        mine = len(ballots.done(self.database, board, self._voter(request.who))) if request.who else 0
        return TrialFound(
            board.name,
            ballots.counts(self.database, board),
            mine,
            tuple(_tried(judge, held[judge]) for judge in sorted(held)),
            votes.agreement(ballots.pairs(self.database, board)),
        )

    def _heard(self, board: Board) -> dict[str, Words]:
        """What judges say of the battles that were voted on; asked only where that is new."""
        marks = ballots.marks(self.database, board)
        with self._making:
            had, known = self._words.get(board.name, ({}, {}))
            fresh = [battle for battle, mark in marks.items() if had.get(battle) != mark]
            if len(fresh) > _SINGLY:
                known = ballots.said(self.database, board)
            else:
                lines = {one: battles.outcomes(self.database, board, one, fresh=True) for one in fresh}
                known = known | {battle: _words(found) for battle, found in lines.items()}
            self._words[board.name] = marks, known
            return known

    def _named(self, board: Board, battle: str) -> str:
        """The whole id of a battle that is named by it, or by its beginning."""
        return battle if WHOLE.fullmatch(battle) else battles.resolve(self.database, board, battle)[1]

    def _voter(self, who: str) -> str:
        return votes.voter(self._salt(), who)

    def _salt(self) -> bytes:
        """What voters of this home are hashed with; made when it is first needed, for its owner only."""
        path = self.database.settings.salt
        with self._salting:
            try:
                if not path.is_file():
                    beside = path.with_suffix(".tmp")
                    with os.fdopen(
                        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
                    ) as file:
                        file.write(secrets.token_hex(32).encode())
                    beside.replace(path)
                return path.read_bytes()
            except OSError as error:
                raise ArenaError(
                    f"{path} cannot be kept: {error.strerror}; without it nobody can vote"
                ) from error


def _board(database: Database, name: str) -> Board:
    board = boards.get(database, name)
    if board.kind != "battles":
        raise BadRequest(f"board {name!r} holds no single battles: there is nothing to vote on")
    return board


def _differ(record: Record) -> bool:
    """Whether there is something to choose between."""
    answers = [one.turns if one else () for one in (record.response_a, record.response_b)]
    return all(map(any, answers)) and answers[0] != answers[1]


def _named(record: Record) -> bool:
    """Whether an answer gives a model away."""
    answers = [" ".join(one.turns) for one in (record.response_a, record.response_b) if one]
    return votes.named(answers, (record.battle.model_a, record.battle.model_b))


def _with(one: Candidate, heard: tuple[float, int] | None) -> Candidate:
    """A candidate with what voters said of it since it was made ready."""
    if heard is None:
        return one
    share, count = heard
    before = (one.people or 0.0) * one.votes
    return replace(one, people=(before + share * count) / (one.votes + count), votes=one.votes + count)


def _blind(record: Record, *, swapped: bool) -> Record:
    """A battle as a voter sees it: seats for sides, no names, nothing that a judge said."""
    fight = record.battle
    first, second = record.response_a, record.response_b
    if swapped:
        first, second = second, first
    shown = Battle(fight.id, SEATS["a"], SEATS["b"], fight.prompt, games=1, turn=fight.turn)
    asked = record.prompt and replace(record.prompt, turns=_judged(record.prompt.turns, fight.turn))
    left, right = _unnamed(first, "a", fight.turn), _unnamed(second, "b", fight.turn)
    return Record(record.board, shown, asked, left, right, ())


def _unnamed(response: Response | None, seat: str, turn: int) -> Response | None:
    turns = _judged(response.turns, turn) if response else ()
    return response and replace(
        response, id="", model=SEATS[seat], turns=turns, sampling="", milliseconds=None
    )


def _judged(turns: tuple[str, ...], turn: int) -> tuple[str, ...]:
    """What the battle is about: where it names a later turn, the talk up to that one; else all of it."""
    return turns[:turn] if turn > 1 else turns


def _span(milliseconds: int | None) -> int | None:
    """A time that a browser told, if it can be one; a day at most."""
    return None if milliseconds is None or milliseconds < 0 else min(milliseconds, 86_400_000)


def _choice(vote: Vote) -> Choice:
    if vote.winner in ("tie", "both_bad"):
        return vote.winner
    return "first" if (vote.winner == "a") != vote.swapped else "second"


def _said(line: Line, *, swapped: bool) -> Said:
    """What a judge said, by seats."""
    outcome = {"a": "second" if swapped else "first", "b": "first" if swapped else "second"}.get(
        line.outcome, line.outcome
    )
    scores = (line.score_b, line.score_a) if swapped else (line.score_a, line.score_b)
    return Said(line.judge, person(line.judge), outcome, *scores)


def _words(lines: Iterable[Line]) -> Words:
    """What judges that are no people say of a battle."""
    said = ((line.judge, round(line.share - 0.5, 9)) for line in lines if line.share is not None)
    return tuple((judge, (side > 0) - (side < 0)) for judge, side in said if not person(judge))


def _tried(judge: str, held: Sequence[tuple[Standing, int]]) -> Tried:
    """One judge beside the votes: what people want, and what it says of the same battle."""

    def rate(some: Iterable[tuple[Standing, int]]) -> Rate | None:
        return votes.agreement(_seen(some))

    return Tried(
        judge,
        rate(held),
        rate(pair for pair in held if pair[0].drawn == "random"),
        rate(pair for pair in held if pair[0].drawn == "unsure"),
        rate((vote, said) for vote, said in held if said and vote.wanted),
        votes.course(_seen(held)),
    )


def _seen(held: Iterable[tuple[Standing, int]]) -> Iterable[Seen]:
    return (Seen(vote.cluster, said == vote.wanted) for vote, said in held)
