"""Where files come from and how they are to be read: the settings of an import, as controls and as a request.

Whoever operates the app may name any path on its machine; from visitors only uploads are taken, for a path
would show them the server's files (`arena.pages.visitors`).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from arena.errors import BadRequest
from arena.pages.markup import Markup, tag
from arena.service import requests as ask
from arena.service.intake import FormatsFound
from arena.service.service import Service

MAPPED = "mapped"
"""The format that a person describes column by column."""

Asked = TypeVar("Asked", ask.Import, ask.Survey)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page's state: what is to be read, how, into which board; and which board is open below."""

    board: str | None = None
    source: Literal["upload", "path"] = "upload"
    path: str | None = None
    format: str | None = None
    into: str | None = None
    judge: str | None = None
    maps: str | None = None
    """One FIELD=COLUMN per line."""
    values: str | None = None
    """One FIELD:THEIRS=OURS per line."""


def request(kind: type[Asked], wanted: Wanted, service: Service, mark: str, *, free: bool = True) -> Asked:
    """The request that the controls make; `mark` is the upload's, `free` whether paths may be named.

    Raises:
        BadRequest: nothing is named, or a visitor names a path.
        NotFound: the upload is gone.
    """
    maps, values = (tuple((lines or "").splitlines()) for lines in (wanted.maps, wanted.values))
    if wanted.format == MAPPED and not maps:
        raise BadRequest("say which column each field is: model A, model B and who won at least")
    return kind(
        _path(wanted, service, mark, free=free),
        (wanted.into or "").strip() or None,
        None if wanted.format == MAPPED else wanted.format,
        (wanted.judge or "").strip() or None,
        maps,
        values,
    )


def _path(wanted: Wanted, service: Service, mark: str, *, free: bool) -> Path:
    if wanted.source == "upload":
        if not mark:
            raise BadRequest("choose files to upload first")
        return service.uploads.path(mark)
    if not free:
        raise BadRequest("from visitors only uploads are taken: log in as operator to name a path")
    path = (wanted.path or "").strip()
    if not path or "\0" in path:
        raise BadRequest("write the path of a file or folder on this server first")
    return Path(path).expanduser()


def suggested(path: Path) -> str:
    """A board's name after a file's."""
    return re.sub(r"[^A-Za-z0-9 ._+-]+", "-", path.stem).strip(" ._+-")[:80]


def choices(known: FormatsFound) -> list[tuple[str, str]]:
    """Finding out, own columns, and every format by name."""
    named = [(one.name, one.name) for one in known.formats if one.name != MAPPED]
    return [("Find out from the file", ""), ("My own columns", MAPPED), *named]


def explained(known: FormatsFound, name: str) -> Markup:
    """A format's help: what it is, what it was checked on, whether it can be written too."""
    found = next((one for one in known.formats if one.name == name), None)
    if found is None:
        return tag(
            "p",
            f"{len(known.formats) - 1} formats are known by their content; a folder may hold several. "
            "Choose one only where the wrong one is found.",
            class_="quiet",
        )
    if name == MAPPED:
        words = "Say which column is what. = before a value makes it the same in every row, such as =crowd."
        return tag("p", words, class_="quiet")
    ways = "read and written" if found.writes else "read"
    return tag(
        "p",
        found.help,
        tag("span", f"checked on {found.checked}", class_="chip"),
        tag("span", ways, class_="chip"),
        tag("span", found.more, class_="more-help") if found.more else None,
        class_="quiet",
    )


def lead() -> Markup:
    """What this page is for."""
    return tag(
        "div",
        tag("h1", "Data"),
        tag(
            "p",
            "Bring battles, answers, judgments or whole boards in. Look first shows what would be read, kept "
            "and rejected, and stores nothing. Who operates the app may also name a path on its machine.",
            class_="quiet",
        ),
        class_="title",
    )
