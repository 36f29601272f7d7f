"""The boards to choose from, what is on each of them, and how one is introduced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from arena.pages.figure import count
from arena.pages.markup import Markup, Piece, empty, tag
from arena.service.requests import BoardInfo

FIRST = "lmsys-votes-2024-08-14"
"""What a first start opens on: human votes, ranked live."""


@dataclass(frozen=True, slots=True)
class At:
    """The part of every page's address that says which board."""

    board: str | None = None


def options(boards: Iterable[BoardInfo]) -> list[tuple[str, str]]:
    """Label and name of each board, for a picker."""
    return [(label(board), board.board) for board in boards]


def label(board: BoardInfo) -> str:
    """Title, date where the title does not say it, and size."""
    name = board.title or board.board
    dated = f" · {board.date}" if board.date and str(board.date) not in name else ""
    return f"{name}{dated} · {count(board.models, 'model')}"


def pick(
    boards: Sequence[BoardInfo],
    params: Mapping[str, str],
    name: str = "board",
    first: str = FIRST,
    *,
    single: bool = False,
) -> tuple[BoardInfo | None, tuple[str, ...]]:
    """The board that a link names, else the user's own, else `first`, else any; an unknown name is said.

    Where `first` is not the usual one, it goes before the user's own. `single`: only boards with battles.
    """
    wanted, known = params.get(name), {board.board for board in boards}
    boards = [board for board in boards if board.kind == "battles"] if single else boards
    by_name = {board.board: board for board in boards}
    if wanted in by_name:
        return by_name[wanted], ()
    own = next((board for board in boards if not board.shipped and board.battles), None)
    usual = by_name.get(first)
    found = (own or usual if first == FIRST else usual) or next(iter(boards), None)
    if not wanted or found is None:
        return found, ()
    why = f"{wanted!r} keeps no single battles" if wanted in known else f"There is no board {wanted!r} here"
    return found, (f"{why}; this is {found.board}.",)


def readable(boards: Iterable[BoardInfo]) -> tuple[BoardInfo, ...]:
    """Boards with battles to read first."""
    return tuple(sorted(boards, key=lambda board: board.kind != "battles"))


def judges(board: BoardInfo) -> tuple[str, ...]:
    """Who judged."""
    return tuple(board.judge.split(", ")) if board.judge else ()


Choices = list[tuple[str, str]]
"""Label and value; the value of the first one is empty: the default."""


def held(board: BoardInfo, models: Sequence[str]) -> dict[str, Choices]:
    """What there is to choose from, by field."""

    def any_of(names: Sequence[str], none: str = "Any") -> Choices:
        return [(none, ""), *((name, name) for name in names)]

    some = any_of(models)
    return {
        "category": categories(board),
        "language": any_of(board.languages),
        "judge": any_of(judges(board)),
        "anchor": any_of(models, "None"),
        "a": some,
        "b": some,
    }


def categories(board: BoardInfo) -> Choices:
    """Battles are shown in all categories at first, other boards in the first one they have."""
    whole = board.kind == "battles" or not board.categories
    first, rest = ("Any", board.categories) if whole else (board.categories[0], board.categories[1:])
    return [(first, ""), *((name, name) for name in rest)]


def useless(board: BoardInfo) -> frozenset[str]:
    """Fields with nothing to choose between."""
    few = {"category": board.categories, "language": board.languages, "judge": judges(board)}
    return frozenset(name for name, known in few.items() if len(known) < 2)


def facts(*named: tuple[str, Piece | date]) -> Markup:
    """A line of `name value`, empty ones left out."""
    pairs = [(name, str(value) if isinstance(value, date) else value) for name, value in named if value]
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs], class_="facts")


def bare() -> Markup:
    """What stands where no board is."""
    return empty(
        "No boards yet", "Bring battles in: ", tag("code", "arena import PATH"), ", then reload this page."
    )
