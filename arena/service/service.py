"""The service: one open database, one method per verb, `perform` for them all.

Leaves out the maths (`arena.ratings`, `arena.agreement`) and how answers are shown (`arena.pages`,
`arena.__main__`).
"""

from collections.abc import Callable
from typing import Any

from arena import importing, reading, shipped, surveying
from arena.errors import BadRequest, NotFound, room
from arena.jobs.catalog import PACKAGES
from arena.names import Names
from arena.service import (
    auditing,
    ballots,
    carding,
    checking,
    comparing,
    exporting,
    guarding,
    guests,
    intake,
    lineage,
    ranking,
    running,
    sensitivity,
    testsets,
    trusting,
    voting,
)
from arena.service import backup as backing
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.imports import Imports
from arena.service.uploads import Uploads
from arena.settings import Settings
from arena.settings import shipped as shipped_folder
from arena.store import ballots as cast
from arena.store import battles, boards, checkbook, flags, journal, rankings, runs
from arena.store.book import Written
from arena.store.database import Database
from arena.store.evidence import tally

Request = (
    ask.Request
    | look.Request
    | sensitivity.Sensitivity
    | auditing.Audit
    | checking.Check
    | guarding.Guard
    | intake.Request
    | running.Request
    | testsets.Request
    | lineage.Lineage
    | ballots.Request
    | backing.Backup
    | guests.Asked
)
Result = (
    ask.Result
    | look.Result
    | sensitivity.SensitivityFound
    | auditing.Audited
    | checking.Checked
    | guarding.Guarded
    | intake.Result
    | running.Result
    | testsets.Result
    | lineage.LineageFound
    | ballots.Result
    | backing.BackedUp
)


class Service:
    """Answers requests from one database. Safe to use from several threads."""

    def __init__(
        self,
        settings: Settings,
        what: str,
        told: Callable[[str], None] | None = None,
        *,
        keep: bool = True,
        packages: tuple[str, ...] = PACKAGES,
    ) -> None:
        """Opens the database, adds shipped boards, and takes in imports and facts of runs that it lacks.

        Without `keep` nothing is kept in memory between requests: right for a single one. Kinds of job are
        looked for in `packages`.

        Raises:
            Busy: another process holds the database.
        """
        self.settings = settings
        self.database = Database(settings, what, keep)
        try:
            shipped.install(self.database)
            importing.catch_up(self.database, told)
        except BaseException:
            self.database.close()
            raise
        self.uploads = Uploads(settings.scratch)
        self.uploads.sweep()
        self.imports = Imports(settings.scratch, self.bring, self.uploads.drop)
        self.runs = running.Running(self.database, self._finished, packages)
        self.names = Names(shipped_folder() / "name_map.csv", settings.names)
        self.voting = voting.Voting(self.database)
        self.guests = guests.answering(self)

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def live(self) -> None:
        """From now on queued runs are started, and boards fed by those that work: what a running app does."""
        self.runs.live()

    def close(self) -> None:
        """Stops readers and lets go of the database; runs go on without it."""
        self.imports.close()
        self.runs.close()
        self.database.close()

    def perform(self, request: Request) -> Result:
        """Answers any request.

        Raises:
            ArenaError: it cannot be answered; the line says why, and what to do.
        """
        with room(self.settings.home):
            return self._answer(request)

    def _answer(self, request: Request) -> Result:
        if isinstance(request, guests.Asked):
            answered: Result = self.guests[type(request)](request)
            return answered
        if isinstance(request, ballots.Request):
            return self.voting.perform(request)
        verbs: dict[type[Any], Callable[[Any], Result]] = {
            ask.Import: self.bring,
            ask.Survey: self.survey,
            ask.Boards: self.boards,
            ask.Remove: self.remove,
            ask.Leaderboard: self.leaderboard,
            ask.Compare: self.compare,
            ask.Battles: self.battles,
            ask.Battle: self.battle,
            ask.Export: self.export,
            ask.History: self.history,
            ask.Rename: self.rename,
            ask.Links: self.links,
            ask.Suggest: self.suggest,
            look.Trust: lambda asked: trusting.trusted(self.database, asked),
            look.Heatmap: lambda asked: trusting.heatmap(self.database, asked),
            look.Models: lambda asked: trusting.models(self.database, asked),
            look.Outlook: lambda asked: trusting.outlook(self.database, asked),
            look.Facets: lambda asked: trusting.facets(self.database, asked),
            look.Card: lambda asked: carding.card(self.database, asked),
            look.Past: lambda asked: trusting.past(self.database, asked),
            look.Neighbours: lambda asked: carding.neighbours(self.database, asked),
            intake.Formats: self.formats,
            intake.Peek: self.peek,
            intake.ImportLog: self.past,
            running.DryRun: self.runs.dry,
            running.Launch: self.runs.launch,
            running.Runs: lambda _: self.runs.all(),
            running.Run: self.runs.one,
            running.Control: self.runs.control,
            testsets.TestSets: lambda asked: testsets.listed(self.settings, asked),
            testsets.TestSet: lambda asked: testsets.one(self.settings, asked),
            testsets.SetPrompts: lambda asked: testsets.prompts(self.settings, asked),
            lineage.Lineage: lambda asked: lineage.found(self.database, asked),
            checking.Check: lambda asked: checking.checked(self.database, asked),
            guarding.Guard: lambda asked: guarding.guarded(self.database, asked),
            auditing.Audit: lambda asked: auditing.audited(self.database, asked),
            backing.Backup: lambda asked: backing.backed_up(self.settings, self.database, asked),
            sensitivity.Sensitivity: lambda asked: sensitivity.varied(self.database, self.names, asked),
        }
        return verbs[type(request)](request)

    def bring(self, request: ask.Import, progress: reading.Progress | None = None) -> importing.Imported:
        """Imports, then stores the board's ranking under the default settings."""
        report = importing.bring(
            self.database,
            request.path,
            request.board,
            request.format,
            request.judge,
            progress,
            maps=request.maps,
            values=request.values,
        )
        board = boards.get(self.database, report.board)
        if report.kept and board.kind != "published" and board.battles:
            ranking.keep_default(self.database, board)
        return report

    def _finished(self, name: str) -> None:
        """Stores the ranking of a board that a run has fed to its end."""
        board = next((board for board in boards.every(self.database) if board.name == name), None)
        if board is not None and board.kind != "published" and board.battles:
            ranking.keep_default(self.database, board, "run")

    def survey(self, request: ask.Survey, progress: reading.Progress | None = None) -> surveying.Surveyed:
        """Reads what an import would, and stores nothing."""
        plan = reading.planned(
            request.path, request.board, request.format, request.judge, request.maps, request.values
        )
        return surveying.survey(plan, progress)

    def boards(self, _: ask.Boards | None = None) -> tuple[ask.BoardInfo, ...]:
        """All boards, the user's own first."""
        return tuple(_info(self.database, board) for board in boards.every(self.database))

    def remove(self, request: ask.Remove) -> ask.Removed:
        """Takes a board away; the journal keeps a rebuild from bringing it back.

        Where any of it fails, all stands as it did; files of checks go last, once the board is gone.
        """
        board = boards.get(self.database, request.board)
        if board.shipped:
            raise NotFound(f"board {board.name!r} came with the program and cannot be removed")
        through = max(boards.known_imports(self.database), default=0)
        booked = list[Written]()
        with self.database.write(booked=booked) as cursor:
            fed = runs.drop_all(cursor, board.name)
            booked.append(journal.remove(self.settings.journal, board.name, through, fed))
            booked += cast.forget(cursor, self.database, board)
            flags.forget(cursor, board)
            boards.remove(cursor, board.id)
        checkbook.drop(self.settings.checks, board.name)
        return ask.Removed(board.name, board.battles)

    def leaderboard(self, request: ask.Leaderboard) -> ask.Ranked:
        """Ranks a board."""
        return ranking.ranked(self.database, request)

    def compare(self, request: ask.Compare) -> ask.Compared:
        """Compares a board with a reference."""
        return comparing.compared(self.database, self.names, request)

    def battles(self, request: ask.Battles) -> ask.BattlePage:
        """One page of battles.

        Raises:
            BadRequest: the board holds pair counts or published ratings.
        """
        board = boards.get(self.database, request.board)
        if board.kind != "battles":
            raise BadRequest(f"board {board.name!r} holds no single battles: it can be ranked and compared")
        asked = (self.database, board, request.settings, request.filters)
        page = (
            battles.earlier(*asked, request.before, request.limit)
            if request.before
            else battles.page(*asked, request.after, request.limit)
        )
        counted = tally(self.database, board, request.settings, request.filters) if request.count else None
        return ask.BattlePage(board.name, request.filters, page.lines, page.next, counted, page.previous)

    def battle(self, request: ask.Battle) -> ask.BattleFound:
        """One battle, whole."""
        named = boards.get(self.database, request.board) if request.board else None
        number, battle = battles.resolve(self.database, named, request.id)
        board = next(board for board in boards.every(self.database) if board.id == number)
        record = battles.record(self.database, board, battle)
        outcomes = battles.outcomes(self.database, board, battle)
        prompt, run = record.battle.prompt, record.battle.run
        references = battles.references(self.database, prompt) if prompt else ()
        became = lineage.of_battle(self.database, battle, run, prompt) if run and "." in run else None
        found = flags.of_battles(self.database, board, [battle]).get(battle, ())
        return ask.BattleFound(record, outcomes, references, became, found)

    def export(self, request: ask.Export) -> ask.Exported:
        """Writes battles or a board to a file."""
        return exporting.exported(self.database, request)

    def formats(self, _: intake.Formats | None = None) -> intake.FormatsFound:
        """All formats, and what a mapping may say."""
        return intake.formats()

    def peek(self, request: intake.Peek) -> intake.Peeked:
        """The columns of a file in no known format."""
        return intake.peek(request)

    def past(self, request: intake.ImportLog) -> intake.ImportLogFound:
        """The imports of a board."""
        return intake.imports(self.database, request)

    def history(self, request: ask.History) -> ask.HistoryFound:
        """The stored rankings of a board."""
        board = boards.get(self.database, request.board)
        return ask.HistoryFound(board.name, rankings.history(self.database, board))

    def rename(self, request: ask.Rename) -> ask.Renamed:
        """Edits the user's name map."""
        self.names = self.names.set(request.name, request.key, request.match)
        return ask.Renamed(request.name, request.key, str(self.settings.names))

    def links(self, _: ask.Links | None = None) -> ask.LinksFound:
        """The user's name map."""
        return ask.LinksFound(
            tuple((name, link.key, link.match) for name, link in self.names.mine()), str(self.settings.names)
        )

    def shared(self, board: str, reference: str) -> int:
        """How many models two boards share, approximate names included."""
        ours, theirs = (
            boards.models(self.database, boards.get(self.database, name)) for name in (board, reference)
        )
        return len(self.names.match(ours, theirs).pairs)

    def suggest(self, request: ask.Suggest) -> ask.Suggested:
        """Likely names for models that found no partner."""
        board, reference = (boards.get(self.database, name) for name in (request.board, request.reference))
        matching = self.names.match(
            boards.models(self.database, board), boards.models(self.database, reference)
        )
        return ask.Suggested(
            {name: self.names.suggest(name, matching.reference_alone) for name in matching.alone}
        )


def _info(database: Database, board: boards.Board) -> ask.BoardInfo:
    return ask.BoardInfo(
        board.name,
        board.kind,
        board.models,
        board.battles,
        ", ".join(board.judges) or None,
        board.date,
        board.title,
        board.source,
        board.licence,
        boards.categories(database, board),
        boards.languages(database, board),
        board.shipped,
    )
