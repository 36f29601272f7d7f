"""What is in the database: the list of boards, and one board with its imports, exports and removal.

Leaves out rankings and battles: links lead there.
"""

from pathlib import Path

from arena.pages import link
from arena.pages.figure import count
from arena.pages.jobs import Told, download
from arena.pages.markup import Markup, Piece, empty, notes, tag, text
from arena.pages.shelf import At, facts
from arena.service.intake import Past
from arena.service.requests import BoardInfo, Exported

KINDS = {"battles": "Battles", "pairs": "Pair counts", "published": "Published ratings"}
WRITABLE = {
    "board": [
        ("CSV", "board.csv"), ("JSON", "board.json"), ("Markdown", "board.md"), ("LaTeX", "board.tex"),
    ],
    "battles": [
        ("JSON Lines", "battles.jsonl"), ("Parquet", "battles.parquet"), ("CSV (evalica)", "battles.csv"),
    ],
}  # fmt: skip
"""What can be downloaded: label, and `what.ending`."""
HEADS = ("Board", "Made of", "Models", "Battles", "Judge", "Date", "Licence")


def boards(found: tuple[BoardInfo, ...], current: str | None) -> Markup:
    """All boards in two tables: the user's own, and those that came with the program."""
    own, ours = ([board for board in found if board.shipped is shipped] for shipped in (False, True))
    none = empty("No boards of your own yet", "Choose a file above, look first, then import.")
    return tag(
        "section",
        tag("h2", f"Your boards ({len(own)})"),
        listed(own, current) if own else none,
        tag("h2", f"Boards that came with the program ({len(ours)})"),
        listed(ours, current) if ours else tag("p", "None.", class_="quiet"),
        class_="stock",
        aria_label="Boards",
    )


def listed(found: list[BoardInfo], current: str | None) -> Markup:
    """A table of boards; the name opens the board."""
    head = tag("tr", [tag("th", name, scope="col", class_=_side(at)) for at, name in enumerate(HEADS)])
    rows = [
        tag("tr", _cells(board, current), class_="open" if board.board == current else None)
        for board in found
    ]
    whole = tag("table", tag("thead", head), tag("tbody", rows), class_="boards")
    return tag("div", whole, class_="scroll", tabindex=0, role="group", aria_label="Table of boards")


def _cells(board: BoardInfo, current: str | None) -> list[Markup]:
    opened = tag(
        "a",
        board.title or board.board,
        href="/data" + link.query(At(board.board)),
        data_board=board.board,
        aria_current="true" if board.board == current else None,
    )
    name = tag("small", board.board, class_="quiet") if board.title and board.title != board.board else None
    rest: list[Piece] = [
        KINDS[board.kind],
        f"{board.models:,}",
        f"{board.battles:,}" if board.battles else "–",
        _short(board.judge),
        str(board.date) if board.date else "–",
        board.licence or "–",
    ]
    return [
        tag("th", opened, name, scope="row", class_="left name"),
        *(tag("td", cell, class_=_class(at, cell), data_head=HEADS[at]) for at, cell in enumerate(rest, 1)),
    ]


def _class(at: int, cell: Piece) -> str | None:
    """A cell's side, and whether it says nothing (a narrow screen leaves it out)."""
    return " ".join(filter(None, (_side(at), "none" if cell == "–" else None))) or None


def _side(column: int) -> str | None:
    return None if column in (2, 3) else "left"


def _short(judge: str | None) -> Piece:
    """The judge, or how many there are."""
    if judge is None:
        return "–"
    names = judge.split(", ")
    return judge if len(names) <= 2 else tag("span", count(len(names), "judge"), title=judge[:400])


def board(info: BoardInfo, past: tuple[Past, ...], told: Markup, shown: Told = str) -> Markup:
    """One board: what it is, where to go, what to download, what it was made of, and how to remove it."""
    at = link.query(At(info.board))
    ways: list[Piece] = [tag("a", "See its leaderboard", href=f"/{at}")]
    if info.kind == "battles" and info.battles:
        ways.append(tag("a", "Read its battles", href=f"/battles{at}"))
    ways.append(tag("a", "Compare it", href=f"/agreement{at}"))
    return tag(
        "section",
        tag("h2", info.title or info.board, tabindex=-1),
        facts(
            ("Name", info.board),
            ("Made of", KINDS[info.kind]),
            ("Models", f"{info.models:,}"),
            ("Battles", f"{info.battles:,}" if info.battles else None),
            ("Judge", info.judge),
            ("State of", info.date),
            ("Source", info.source),
            ("Licence", info.licence),
        ),
        tag("p", ways, class_="ways"),
        told,
        exports(info),
        history(info, past, shown),
        removal(info),
        class_="opened",
        aria_label=f"Board {info.board}",
    )


def exports(info: BoardInfo) -> Markup:
    """Buttons for everything that the board can be written as."""
    sets = [("Download the ranking", "board")]
    if info.kind == "battles" and info.battles:
        sets.append(("Download the battles", "battles"))
    return text(
        tag(
            "div",
            tag("h3", words),
            tag("p", [_export(label, what, info.board) for label, what in WRITABLE[kind]], class_="acts"),
            class_="exports",
        )
        for words, kind in sets
    )


def _export(label: str, what: str, name: str) -> Markup:
    return tag(
        "button", label, type="button", class_="act", data_do="export", data_what=what, data_of=name,
        aria_label=f"Download {what.partition('.')[0]} as {label}",
    )  # fmt: skip


def written(done: Exported) -> Markup:
    """What was written, with the link that fetches it."""
    path = Path(done.path)
    size = path.stat().st_size if path.is_file() else 0
    words = f"{path.name} ({count(done.rows, 'row')}, {bytes_(size)})"
    return tag(
        "div",
        tag("p", "Written: ", download(path, words, fresh=True), class_="written", role="status"),
        notes(done.notes, "info"),
    )


def history(info: BoardInfo, past: tuple[Past, ...], shown: Told = str) -> Markup:
    """The imports that a board is made of, newest first."""
    if not past:
        why = "It came with the program." if info.shipped else "Nothing was imported into it."
        return tag("div", tag("h3", "Imports"), tag("p", why, class_="quiet"))
    heads = ("No.", "When (UTC)", "Format", "From", "Read", "Kept", "Rejected", "Known already")
    head = tag(
        "tr",
        [tag("th", name, scope="col", class_="left" if at < 4 else None) for at, name in enumerate(heads)],
    )
    rows = [
        tag(
            "tr",
            tag("th", f"{one.number:,}", scope="row", class_="left"),
            tag("td", f"{one.made:%Y-%m-%d %H:%M}", class_="left"),
            tag("td", one.format, class_="left"),
            tag("td", shown(one.path), class_="left path"),
            [tag("td", f"{n:,}") for n in (one.read, one.kept, one.rejected, one.duplicates)],
        )
        for one in past
    ]
    whole = tag("table", tag("thead", head), tag("tbody", rows), class_="past")
    return tag(
        "div",
        tag("h3", "Imports"),
        tag("div", whole, class_="scroll", tabindex=0, role="group", aria_label="Imports of this board"),
    )


def removal(info: BoardInfo) -> Markup:
    """Remove, asked once more; boards of the program stay."""
    if info.shipped:
        return tag("p", "This board came with the program and cannot be removed.", class_="quiet")
    what = count(info.battles, "battle") if info.battles else count(info.models, "model")
    sure = tag(
        "button",
        f"Yes, remove {info.board}",
        type="button",
        class_="act",
        data_do="remove",
        data_what=info.board,
    )
    return tag(
        "details",
        tag("summary", "Remove this board…"),
        tag("p", f"This takes {what} and its imports away. The files they were read from stay as they are."),
        sure,
        class_="removal",
    )


def bytes_(size: float) -> str:
    """`3.2 MB`."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"
