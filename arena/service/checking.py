"""Leak and copy checks of a board: asked for, made, kept; and what a ranking is without what they flag.

Answers are held against each other, prompts against the rows that the board's models were trained on and
against public collections. Leaves out how texts are compared (`arena.corpus.leaks`, `store/sql/copies.sql`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le

from arena.corpus import sets, sources
from arena.corpus.leaks import Leaks
from arena.corpus.types import Place
from arena.errors import ArenaError, BadRequest, NotFound
from arena.flags import Done, Flag, Looked, Mark
from arena.keys import key
from arena.service.schooling import schools
from arena.store import boards, checkbook, flags
from arena.store.boards import Board
from arena.store.database import Database
from arena.types import Prompt

BENCHMARKS = frozenset(
    {
        "alpaca_eval_annotations", "alpaca_eval_outputs", "arena_hard_answer", "arena_hard_judgment",
        "arena_hard_question", "fastchat_pair", "fastchat_question", "fastchat_single", "llmbar",
        "mt_bench_human", "pandalm", "vicuna_question", "vicuna_review",
    }
)  # fmt: skip
"""Formats whose questions are a public benchmark's: boards that came in one are looked at unasked."""


@dataclass(frozen=True, slots=True)
class Check:
    """Look for leaks and copies on a board, and keep what is found."""

    board: str
    against: tuple[str, ...] = ()
    """Public collections: boards of this home, test sets, files or folders; NAME=PATH gives a name. Empty:
    the boards of this home that came in a benchmark's format."""
    trained: tuple[str, ...] = ()
    """MODEL=PATH: rows that a model was trained on. Those of checkpoints of this home are found unasked."""
    likeness: Annotated[float, Ge(0.3), Le(1)] = 0.7
    """Likeness (Jaccard, of word 3-grams) from which a prompt counts as nearly another."""
    words: Annotated[int, Ge(0)] = 0
    """Equal answers of fewer words are not flagged: short ones are often equal because they are right."""
    forget: bool = False
    """Take the board's checks away instead."""
    again: bool = False
    """With the likeness and the words of the board's last check, where there was one."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Check's answer."""

    board: str
    done: Done | None
    """None: checks were taken away."""
    prompts: int
    copies: int
    alike: int
    new: int
    """Flags that were not known before."""
    gone: int = 0
    """Flags of earlier checks that this one did not find again where it looked: they are taken away."""
    forgotten: int = 0
    """Checks that were taken away."""
    passed: tuple[str, ...] = ()
    """Why collections that nobody named were not looked at."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A collection to hold prompts against."""

    mark: Mark
    name: str
    model: str | None
    read: Callable[[], Iterable[Prompt]]
    named: bool = True
    """Whether somebody asked for it: else the check goes on where it cannot be read."""


def checked(database: Database, request: Check) -> Checked:
    """Makes a check.

    Raises:
        BadRequest: the board holds no single battles, or a model is not on it.
        NotFound: no such board, test set or file. Unreadable: a file holds no prompts.
    """
    board = boards.get(database, request.board)
    if board.kind != "battles":
        raise BadRequest(f"board {board.name!r} holds no single battles: there is nothing to check")
    if request.forget:
        with database.write() as cursor:
            flags.forget(cursor, board)
        gone = checkbook.drop(database.settings.checks, board.name)
        return Checked(board.name, None, 0, 0, 0, 0, forgotten=gone)
    last = next(iter(flags.checks(database, board)), None) if request.again else None
    if last is not None:
        request = replace(request, likeness=last.likeness, words=last.words)
    models = boards.models(database, board)
    shelves = (*_named(database, board, request, models), *_unasked(database, board, request, models))
    found = flags.copies(database, board, request.words)
    asked = flags.asked(database, board) if shelves else ()
    leaks = Leaks(asked, request.likeness)
    looked: list[Looked] = []
    passed: list[str] = []
    said: list[Flag] = list(found)
    for shelf in shelves:
        try:
            like, rows = leaks.among(shelf.read())
        except (ArenaError, OSError) as error:
            if shelf.named:
                raise
            passed.append(f"{shelf.name}: {error}")
            continue
        looked.append(Looked(shelf.mark, shelf.name, shelf.model, rows, len(like)))
        said += (
            Flag(shelf.mark, None, one.prompt, shelf.model, shelf.name, one.item, one.likeness, one.said)
            for one in like
        )
    done = _done(board, request, tuple(looked), said)
    stored = flags.add(database, board, done, tuple(said))
    copies = sum(flag.mark == "copy" for flag in found)
    return Checked(board.name, done, len(asked), copies, len(found) - copies, stored.new, stored.gone,
                   passed=tuple(passed))  # fmt: skip


def _done(board: Board, request: Check, looked: tuple[Looked, ...], said: list[Flag]) -> Done:
    """A check's head; the same check of the same battles that finds the same has the same id."""
    parts = (
        str(replace(request, again=False)),
        str(board.battles),
        str(looked),
        *(flag.id(board.name) for flag in said),
    )
    made = datetime.now(UTC).replace(tzinfo=None)
    return Done(
        key("check", *parts), board.name, made, board.battles, request.likeness, request.words, looked
    )


def _named(database: Database, board: Board, request: Check, models: tuple[str, ...]) -> Iterator[_Shelf]:
    """What is named, opened at once, so that a slip is told first."""
    for text in request.trained:
        model, equals, path = text.partition("=")
        if not equals or not path:
            raise BadRequest(
                f"--trained {text!r}: say MODEL=PATH, a model of the board and a file of its rows"
            )
        if model not in models:
            raise BadRequest(f"--trained {text!r}: no model {model!r} on board {board.name!r}")
        yield _Shelf("trained", Path(path).name, model, _opened(Place(path, Path(path).name)))
    for text in request.against:
        yield from _public(database, board, text)


def _unasked(database: Database, board: Board, request: Check, models: tuple[str, ...]) -> Iterator[_Shelf]:
    """What this home has: rows of checkpoints; and where no collection is named, boards of benchmarks."""
    for one in schools(database, models):
        read = partial(_prompts, Place(str(one.path), one.source))
        yield _Shelf("trained", one.source, one.model, read, named=False)
    for other in () if request.against else _benchmarks(database, board):
        yield _Shelf("public", other.name, None, partial(_asked_of, database, other), named=False)


def _benchmarks(database: Database, board: Board) -> tuple[Board, ...]:
    """The other boards that came in a benchmark's format."""
    sql = "SELECT DISTINCT boards.name, format FROM imports JOIN boards ON boards.id = imports.board"
    names = {
        name for name, formats in database.rows(sql) if BENCHMARKS & set(formats.replace(",", " ").split())
    }
    found = (one for one in boards.every(database) if one.name in names and one.name != board.name)
    return tuple(sorted(found, key=lambda one: one.name))


def _public(database: Database, board: Board, text: str) -> Iterator[_Shelf]:
    """A board, the files of a test set, or a file."""
    other = next((one for one in boards.every(database) if one.name == text), None)
    if other is not None:
        if other.name == board.name:
            raise BadRequest(f"board {text!r} cannot be checked against itself")
        items = _asked_of(database, other)
        yield _Shelf("public", text, None, lambda: items)
        return
    held = next((one for one in sets.every(database.settings.home) if one.name == text), None)
    if held is not None:
        for name, path in sets.files(held).items():
            yield _Shelf("public", f"{text} {name}", None, _opened(Place(str(path), name)))
        return
    place = sources.place(text)
    if not Path(place.path).expanduser().exists():
        raise NotFound(
            f"no board, test set or file {text!r}: `arena boards` and `arena testset show` list them"
        )
    yield _Shelf("public", place.called, None, _opened(place))


def _asked_of(database: Database, other: Board) -> tuple[Prompt, ...]:
    """The prompts of a board."""
    found = flags.prompts(database, other)
    if not found:
        raise BadRequest(f"board {other.name!r} has no prompts to check against")
    return tuple(Prompt(name, other.name, name, turns) for name, turns in found)


def _opened(place: Place) -> Callable[[], Iterable[Prompt]]:
    """The prompts of a file: it is looked at now, and read when it is asked for."""
    sources.files(place)
    return partial(_prompts, place)


def _prompts(place: Place) -> Iterator[Prompt]:
    return (item for item in sources.read(place) if isinstance(item, Prompt))
