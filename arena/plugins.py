"""Plug-ins: a file is one, named by it, its module docstring the help, `Config` its options.

A package of plug-ins (`arena.backends`, `arena.judges`, ...) says in its `types` what entry points its
files have. Importing a plug-in loads no heavy library. Leaves out what plug-ins do.
"""

import inspect
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from arena.errors import BadRequest
from arena.fields import describe, shown


@dataclass(frozen=True, slots=True)
class Choice:
    """Which plug-in, with which options: as it stands in presets, run folders and requests."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the plug-in's `Config`; what is missing keeps its default."""


@cache
def names(package: str) -> tuple[str, ...]:
    """The plug-ins of a package: its files that have a `Config`, sorted."""
    folder = list(import_module(package).__path__)
    found = (module.name for module in iter_modules(folder) if not module.ispkg)
    return tuple(sorted(name for name in found if hasattr(import_module(f"{package}.{name}"), "Config")))


def load(package: str, name: str) -> ModuleType:
    """The module of a plug-in.

    Raises:
        BadRequest: there is none of that name; the message lists what there is.
    """
    if name not in names(package):
        kind = package.rpartition(".")[2]
        raise BadRequest(f"no {name!r} among {kind}: choose one of {', '.join(names(package))}")
    return import_module(f"{package}.{name}")


def config(package: str, choice: Choice) -> Any:
    """The `Config` of a choice, checked.

    Raises:
        BadRequest: no such plug-in, an option it does not have, or a value that does not fit; all named.
    """
    kind = load(package, choice.name).Config
    known = [entry.name for entry in describe(kind)]
    if unknown := sorted(set(choice.options) - set(known)):
        raise BadRequest(
            f"{choice.name} has no option {unknown[0]!r}: it has {', '.join(known) or 'none at all'}"
        )
    return _filled(kind, choice)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """What checks options; making one takes a hundred times as long as using it."""
    return TypeAdapter(kind)


def _filled(kind: type[Any], choice: Choice) -> Any:
    try:
        adapter: TypeAdapter[Any] = _adapter(kind)  # type: ignore[arg-type] # a class is hashable
        return adapter.validate_python(dict(choice.options))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        given = "" if first["type"] == "missing" else f" = {shown(first['input'])}"
        raise BadRequest(f"{choice.name}: {where}{given}: {first['msg'].lower()}") from error


def chosen(options: Any) -> Choice:
    """The choice that a `Config` object came from, all of its fields written out."""
    return Choice(type(options).__module__.rpartition(".")[2], asdict(options))


def help_of(package: str, name: str) -> str:
    """What a plug-in says of itself: the docstring of its file."""
    return inspect.cleandoc(load(package, name).__doc__ or "")
