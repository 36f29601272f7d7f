"""The name map: which names of different boards mean the same model.

The shipped map (`data/name_map.csv`) leads from a source's name to LMSYS's key, exactly or approximately;
the user's own (`name_map.csv` in the home folder: name, key, match) overrules it and is what the app edits.
Leaves out boards.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz, process, utils

from arena.cells import inert, plain
from arena.errors import BadRequest, Unreadable

Match = Literal["exact", "approx"]
_HEAD = ("name", "key", "match")
_STEPS: tuple[Match | None, ...] = (None, "exact", "approx")
"""Same name, then exact links, then approximate ones."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a name stands for. `own`: the user said so."""

    key: str
    match: Match
    own: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One model under its names on two boards."""

    name: str
    reference: str
    match: Match


@dataclass(frozen=True, slots=True)
class Matching:
    """Two boards' models, matched: pairs, and what stayed alone on either side."""

    pairs: tuple[Pair, ...]
    alone: tuple[str, ...]
    reference_alone: tuple[str, ...]


class Names:
    """The shipped map under the user's own."""

    def __init__(self, shipped: Path, own: Path) -> None:
        self.own = own
        self._shipped = _shipped(shipped)
        self._links = self._shipped | _own(own)

    def link(self, name: str) -> Link | None:
        """What the map says of a name, if anything."""
        return self._links.get(name) or self._links.get(name.casefold())

    def match(self, names: Iterable[str], reference: Iterable[str], exact: bool = False) -> Matching:
        """Pairs up two boards' names: same name first, then same key; approximate links last, unless `exact`.

        No name is used twice: where several would fit one, the closest match wins.
        """
        left, right = dict.fromkeys(names), dict.fromkeys(reference)
        pairs: list[Pair] = []
        for match in _STEPS if not exact else _STEPS[:-1]:
            places = self._places(right, match)
            for name in list(left):
                found = next((places[key] for key in self._keys(name, match) if key in places), None)
                if found is not None and found in right:
                    pairs.append(Pair(name, found, match or "exact"))
                    del left[name], right[found]
        return Matching(tuple(pairs), tuple(left), tuple(right))

    def _places(self, right: Iterable[str], match: Match | None) -> dict[str, str]:
        """Where keys lead on the reference. Its own names go before what the map makes of them."""
        places = {name: name for name in right}
        for name in right:
            places.setdefault(name.casefold(), name)
        for name in right if match else ():
            for key in self._keys(name, match):
                places.setdefault(key, name)
        return places

    def _keys(self, name: str, match: Match | None) -> tuple[str, ...]:
        """What a name may stand for: what the user said and nothing else, else the name, else its link."""
        link = self.link(name)
        if link is not None and link.own:
            return (
                (link.key, link.key.casefold())
                if match in (None, link.match) or link.match == "exact"
                else ()
            )
        if match is None or link is None or (match == "exact" and link.match == "approx"):
            return name, name.casefold()
        return (link.key.casefold(),)

    def suggest(self, name: str, reference: Iterable[str], limit: int = 5) -> tuple[tuple[str, float], ...]:
        """Names of the reference that look like `name`, with a likeness of 0-1."""
        found = process.extract(
            name, list(reference), scorer=fuzz.WRatio, processor=utils.default_process, limit=limit
        )
        return tuple((other, score / 100) for other, score, _ in found)

    def set(self, name: str, key: str | None, match: Match = "exact") -> "Names":
        """Writes what `name` stands for into the user's map (None: takes it out); returns the new map."""
        if not name.strip():
            raise BadRequest("a name map entry needs a name")
        own = _own(self.own)
        own.pop(name, None)
        if key:
            own[name] = Link(key, match, own=True)
        _save(self.own, own)
        return self.reload(own)

    def mine(self) -> tuple[tuple[str, Link], ...]:
        """What the user said, by name."""
        return tuple(
            sorted(((name, link) for name, link in self._links.items() if link.own), key=lambda one: one[0])
        )

    def reload(self, own: dict[str, Link]) -> "Names":
        """The same shipped map under another map of the user's."""
        fresh = object.__new__(Names)
        fresh.own = self.own
        fresh._shipped = self._shipped
        fresh._links = self._shipped | own
        return fresh


def _shipped(path: Path) -> dict[str, Link]:
    links: dict[str, Link] = {}
    for row in _rows(path, ("source_name", "lmsys_key", "match")):
        links.setdefault(
            row["source_name"], Link(row["lmsys_key"], "exact" if row["match"] == "exact" else "approx")
        )
        if row.get("lmsys_display"):
            links.setdefault(row["lmsys_display"], Link(row["lmsys_key"], "exact"))
    for name, link in list(links.items()):
        links.setdefault(name.casefold(), link)
    return links


def _own(path: Path) -> dict[str, Link]:
    if not path.is_file():
        return {}
    return {
        plain(row["name"]): Link(
            plain(row["key"]), "approx" if row["match"] == "approx" else "exact", own=True
        )
        for row in _rows(path, _HEAD)
    }


def _rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path}: the name map cannot be read: {error}") from error
    if rows and not set(needed) <= set(rows[0]):
        raise Unreadable(f"{path}: a name map has the columns {', '.join(needed)}")
    return [row for row in rows if all(row[column] for column in needed[:2])]


def _save(path: Path, links: dict[str, Link]) -> None:
    beside = path.with_suffix(".tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        writer.writerows((inert(name), inert(link.key), link.match) for name, link in sorted(links.items()))
    beside.replace(path)


_LINES = {
    "mixtral": "mistral",
    "chatgpt": "gpt",
    "codellama": "llama",
    "chatglm": "glm",
    "codegemma": "gemma",
}
"""Lines of models that go by another name."""


def family(name: str) -> str:
    """Whose child a model is, by its name alone: its first word, without an organisation before it."""
    found = re.match(r"[^a-z]*([a-z]+)", name.rpartition("/")[2].lower())
    first = found[1] if found else name.lower()
    return _LINES.get(first, first)
