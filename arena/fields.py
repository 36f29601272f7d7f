"""Fields of a settings dataclass with the docstring under each: flags and forms are made from them."""

import ast
import inspect
import re
import textwrap
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from arena.errors import BadRequest

T = TypeVar("T")
_HALF = re.compile("[\ud800-\udfff]")
"""Halves of characters: JSON and command lines can bring them, nothing can store them."""
LARGEST = 2**63 - 1
"""The largest whole number that the database can be asked with."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called, may be, is by default, and what it says."""

    name: str
    kind: type[Any]
    """bool, int, float, str or date; str for a choice."""
    choices: tuple[str, ...]
    """The allowed words of a choice, else empty."""
    default: Any
    help: str

    @property
    def flag(self) -> str:
        """The command-line flag."""
        return "--" + self.name.replace("_", "-")

    @property
    def metavar(self) -> str:
        """What stands for the value in help."""
        return "|".join(self.choices) or {"str": "TEXT", "date": "YYYY-MM-DD"}.get(
            self.kind.__name__, self.kind.__name__.upper()
        )


def shown(value: Any, most: int = 200) -> str:
    """A value as an error's line shows it, cut; Python writes out no number of more than 4,300 digits."""
    try:
        return repr(value)[:most]
    except (ValueError, RecursionError) as error:
        return f"a {type(value).__name__} that cannot be shown ({error})"[:most]


def describe(kind: type[Any]) -> tuple[Field, ...]:
    """The fields of a dataclass, in order."""
    return _described(kind)  # type: ignore[arg-type]  # classes are hashable, mypy reads their instances


@cache
def _described(kind: type[Any]) -> tuple[Field, ...]:
    said, hints = _docstrings(kind), get_type_hints(kind)
    return tuple(
        _field(entry.name, hints[entry.name], entry.default, said.get(entry.name, ""))
        for entry in fields(kind)
    )


def _field(name: str, hint: Any, default: Any, text: str) -> Field:
    options = [part for part in get_args(hint) if part is not NoneType] if _is_union(hint) else [hint]
    if get_origin(options[0]) is Literal:
        return Field(name, str, tuple(map(str, get_args(options[0]))), default, text)
    return Field(name, options[0], (), None if default is MISSING else default, text)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _docstrings(kind: type[Any]) -> dict[str, str]:
    """What stands under each field, those of base classes included."""
    bases = [base for base in reversed(kind.__mro__) if base is not object]
    return {name: text for base in bases for name, text in _own_docstrings(base).items()}


def _own_docstrings(kind: type[Any]) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    if not isinstance(body, ast.ClassDef):
        raise TypeError(f"{kind} is no class")
    found: dict[str, str] = {}
    for statement, after in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            found[statement.target.id] = inspect.cleandoc(after.value.value)
    return found


def fill(kind: type[T], given: dict[str, Any]) -> T:
    """The dataclass with these fields given, None meaning "not given".

    Raises:
        BadRequest: a value does not fit; the message names flag, value and what would fit.
    """
    for name, value in given.items():
        if isinstance(value, str) and not value.isascii() and _HALF.search(value):
            raise BadRequest(f"{name}: {_HALF.sub('?', value)[:60]}: half a character is no text")
    try:
        found = TypeAdapter(kind).validate_python(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        field = next(field for field in describe(kind) if field.name == name)
        raise BadRequest(
            f"{field.flag} {first['input']}: {first['msg'].lower()} ({field.metavar})"
        ) from error
    for field in describe(kind):
        value = getattr(found, field.name)
        if isinstance(value, int) and abs(value) > LARGEST:
            raise BadRequest(f"{field.flag} {shown(value, 30)}: the largest whole number here is {LARGEST:,}")
    return found
