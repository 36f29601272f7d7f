"""What the program is made of: the packages that it needs, as they are installed, with their licences.

Read from the metadata of installed packages; nothing is asked for over a network. Leaves out what data and
shipped boards are under (`data/README.md`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

OWN = "arena-learning"
PERMISSIVE = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "HPND", "ISC",
    "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
})  # fmt: skip
"""SPDX names of licences under which a package may be used and passed on with a notice."""
ACCEPTED = {
    "MPL-2.0": "copyleft by file: we change none of its files",
    "LicenseRef-NVIDIA": "NVIDIA's own packages, which torch's CUDA build installs",
}
"""Beginnings of others that are accepted, and why."""
_WORDS = (
    (r"apache(?!.*1\.)", "Apache-2.0"),
    (r"mozilla|\bmpl", "MPL-2.0"),
    (r"\b(bsd)?.?2.clause|simplified bsd", "BSD-2-Clause"),
    (r"\bbsd\b|3.clause", "BSD-3-Clause"),
    (r"\bmit\b", "MIT"),
    (r"\bisc\b", "ISC"),
    (r"python software foundation|\bpsf", "PSF-2.0"),
    (r"historical permission", "HPND"),
    (r"unlicense", "Unlicense"),
    (r"nvidia", "LicenseRef-NVIDIA-Proprietary"),
    (r"(?<!l)gpl|general public|affero", "LicenseRef-GPL"),
)
"""How licences are called where metadata gives no SPDX expression."""


@dataclass(frozen=True, slots=True)
class Part:
    """One package."""

    name: str
    version: str
    licence: str
    """SPDX expression; empty where nothing is said."""
    fine: bool
    """Whether it may be used: permissive, or accepted for a reason."""
    needs: tuple[str, ...]
    home: str


def parts(extras: Iterable[str] = ("all",), root: str = OWN) -> tuple[Part, ...]:
    """The package and all that it needs with these extras, by name; what is not installed is left out."""
    found: dict[str, Part] = {}
    asked: set[tuple[str, str]] = set()
    waiting: list[tuple[str, str]] = [(canonicalize_name(root), extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in asked:
            continue
        asked.add((name, extra))
        try:
            held = distribution(name)
        except PackageNotFoundError:
            continue
        wanted = tuple(_needs(held, extra))
        waiting += [(need, more) for need, mores in wanted for more in ("", *mores)]
        before = found[name].needs if name in found else ()
        needs = tuple(sorted({*before, *(need for need, _ in wanted)}))
        licence = _licence(held)
        found[name] = Part(name, held.version, licence, fine(licence), needs, _home(held))
    return tuple(found[name] for name in sorted(found))


def _needs(held: Distribution, extra: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a package needs here, with the extras of each."""
    for line in held.requires or ():
        try:
            need = Requirement(line)
        except InvalidRequirement:
            continue
        if need.marker is None and extra:
            continue
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            yield canonicalize_name(need.name), tuple(sorted(need.extras))


def _licence(held: Distribution) -> str:
    """The SPDX expression, else what classifiers or the licence's first line come to."""
    if expression := _said(held, "License-Expression"):
        return expression
    named = [
        line.rpartition(" :: ")[2]
        for line in held.metadata.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    said = named or [_said(held, "License").partition("\n")[0]]
    known = dict.fromkeys(filter(None, map(_spdx, said)))
    return " AND ".join(known) if known else said[0][:80]


def _spdx(said: str) -> str:
    return next((name for pattern, name in _WORDS if re.search(pattern, said, re.IGNORECASE)), "")


def fine(expression: str) -> bool:
    """Whether an SPDX expression can be kept to: one side of an OR, every side of an AND."""
    words = re.findall(r"\(|\)|[^\s()]+", expression)
    value, rest = _any(words)
    return value and not rest


def _any(words: list[str]) -> tuple[bool, list[str]]:
    value, words = _all(words)
    while words and words[0].upper() == "OR":
        other, words = _all(words[1:])
        value = value or other
    return value, words


def _all(words: list[str]) -> tuple[bool, list[str]]:
    value, words = _one(words)
    while words and words[0].upper() == "AND":
        other, words = _one(words[1:])
        value = value and other
    return value, words


def _one(words: list[str]) -> tuple[bool, list[str]]:
    if not words:
        return False, []
    if words[0] == "(":
        value, rest = _any(words[1:])
        return value and rest[:1] == [")"], rest[1:]
    value, rest = words[0] in PERMISSIVE or words[0].startswith(tuple(ACCEPTED)), words[1:]
    if rest and rest[0].upper() == "WITH":  # an exception only adds rights
        rest = rest[2:]
    return value, rest


def _said(held: Distribution, field: str) -> str:
    """The first value of a field of the metadata."""
    return str((held.metadata.get_all(field) or [""])[0]).strip()


def _home(held: Distribution) -> str:
    given = (str(line).partition(",") for line in held.metadata.get_all("Project-URL") or ())
    links = {name.strip().lower(): link.strip() for name, _, link in given}
    known = ("source", "source code", "repository", "homepage", "home")
    return next((links[name] for name in known if name in links), _said(held, "Home-page"))


def bom(found: tuple[Part, ...], now: datetime) -> Mapping[str, Any]:
    """A software bill of materials: CycloneDX 1.6."""
    own = next(part for part in found if part.name == OWN)
    there = {part.name: part for part in found}
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, stamp + ''.join(map(_purl, found)))}",
        "version": 1,
        "metadata": {"timestamp": stamp, "component": {**_component(own), "type": "application"}},
        "components": [_component(part) for part in found if part.name != OWN],
        "dependencies": [
            {"ref": _purl(part), "dependsOn": [_purl(there[need]) for need in part.needs if need in there]}
            for part in found
        ],
    }


def _purl(part: Part) -> str:
    return f"pkg:pypi/{part.name}@{part.version}"


def _component(part: Part) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(part),
        "name": part.name,
        "version": part.version,
        "purl": _purl(part),
    }
    if part.licence:
        simple = part.licence in PERMISSIVE | {"MPL-2.0"}
        kind = {"license": {"id": part.licence}} if simple else {"license": {"name": part.licence}}
        told["licenses"] = [kind]
    if part.home.startswith("https://"):
        told["externalReferences"] = [{"type": "website", "url": part.home}]
    return told
