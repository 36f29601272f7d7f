"""Presets: jobs ready to start, as YAML files that say kind and config; shipped ones, your own, or any path.

A mistake is told with file, line and field: a misspelt field, one given twice, a value that does not fit.
Single fields are overruled by `models.0.backend.options.model=...`. Leaves out starting them (`arena.jobs`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError
from yaml.resolver import Resolver

from arena.errors import BadRequest, NotFound
from arena.fields import shown
from arena.jobs import catalog
from arena.settings import shipped

_TOP = ("kind", "config")
_LONGEST, _DEEPEST = 1 << 20, 40
"""Bytes of a preset, and lists and fields within one another."""
_DIGITS = 1_000
"""Characters of a number. PyYAML takes 1:30:00 as one to the base 60, in time that grows as their square."""
_NUMBERS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
_LONG = f"more than {_LONGEST >> 10} KiB, and no preset is as long"
_ODD = (ValueError, OverflowError, AttributeError, TypeError, LookupError)
"""What PyYAML stumbles over values with that are not what they are said to be: `!!bool x`."""


class Preset(NamedTuple):
    """A kind of job and its config, checked."""

    kind: str
    config: dict[str, Any]
    """As it stands in the file, overrides applied; what is missing keeps its default."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A preset in a list."""

    name: str
    kind: str
    title: str
    """The first sentence of its header comment, or its first lines up to one that begins with a capital."""
    about: str
    """The rest of the comment."""
    path: Path


class _Spots(dict[tuple[str, ...], int]):
    """The line of every field, by its path; of one that is not there, that of the nearest above."""

    def line(self, path: tuple[str, ...]) -> int:
        """Counted from 1."""
        return next((self[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self), 1)


def every(home: Path | None = None) -> tuple[Shown, ...]:
    """All presets by name; one of your own hides the shipped one of its name."""
    found: dict[str, Shown] = {}
    for folder in _folders(home):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, _shown(path))
    return tuple(found[name] for name in sorted(found))


def load(name: str, overrides: Sequence[str] = (), home: Path | None = None) -> Preset:
    """A preset by name or path, with overrides such as `samples=2`.

    Raises:
        NotFound: there is none; says which there are.
        BadRequest: it cannot be read, or something in it does not fit; says where.
    """
    path = _find(name, home)
    document, spots = _read(path)
    if missing := [word for word in _TOP if word not in document]:
        raise BadRequest(f"{path}: no {missing[0]!r} in it; a preset has {' and '.join(_TOP)}")
    if unknown := [str(word) for word in document if word not in _TOP]:
        line = spots.line((unknown[0],))
        raise BadRequest(
            f"{path}, line {line}: {unknown[0]!r} does not belong here, only {' and '.join(_TOP)}"
        )
    kind, config = str(document["kind"]), document["config"]
    if not isinstance(config, dict):
        raise BadRequest(f"{path}, line {spots.line(('config',))}: config is a list of fields with values")
    model = catalog.load(kind).Config
    given = {_override(config, text) for text in overrides}
    _check(model, config, (path, spots, given))
    return Preset(kind, config)


def _folders(home: Path | None) -> tuple[Path, ...]:
    return (*((home / "presets",) if home else ()), shipped() / "presets")


def _find(name: str, home: Path | None) -> Path:
    for folder in _folders(home):
        if (path := folder / f"{name}.yaml").is_file() and Path(name).name == name:
            return path
    path = Path(name).expanduser()
    if path.is_file():
        return path
    raise NotFound(f"no preset {name!r}: there are {', '.join(p.name for p in every(home))}, or give a file")


def _shown(path: Path) -> Shown:
    lines = path.read_text("utf-8", "replace").splitlines()
    header = []
    for line in lines:
        if not line.startswith("#"):
            break
        header.append(line.removeprefix("#").strip())
    kind = next((line.partition(":")[2].strip() for line in lines if line.startswith("kind:")), "")
    words = list(filter(None, header))
    first = next((at for at, line in enumerate(words) if at and line[0].isupper()), len(words))
    title, stop, rest = " ".join(words[:first]).partition(". ")
    about = " ".join(filter(None, (rest, *words[first:])))
    return Shown(path.stem, kind, title + stop.strip() if title else path.stem, about, path)


def _read(path: Path) -> tuple[dict[str, Any], _Spots]:
    try:
        text = _text(path)
        node = yaml.compose(text, yaml.SafeLoader)
        spots = _Spots(_lines(node, (), path)) if node is not None else _Spots()
        document = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read: {error}") from error
    except _ODD as error:  # 2024-13-45 looks like a day
        raise BadRequest(f"{path}: a value in it cannot be: {_short(error)}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise BadRequest(f"{path}{where}: not YAML: {problem}") from error
    if not isinstance(document, dict):
        raise BadRequest(f"{path}: a preset has {' and '.join(_TOP)}")
    return document, spots


def _text(path: Path) -> str:
    """What stands in the file, where it is one that a person may have written.

    Raises:
        BadRequest: it is not, as `_sound` has it.
    """
    with path.open("rb") as file:
        raw = file.read(_LONGEST + 1)
    if len(raw) > _LONGEST:
        raise BadRequest(f"{path}: {_LONG}")
    text = raw.decode()
    _sound(text, str(path))
    return text


def _sound(text: str, told: str) -> None:
    """Refuses what is too long, nested too deeply, or says by `*` that something stands there once more.

    A few lines of the last are gigabytes.
    """
    if len(text) > _LONGEST:
        raise BadRequest(f"{told}: {_LONG}")
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise BadRequest(f"{told}, line {line}: *{event.anchor}: write it out, aliases are not taken")
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > _DIGITS and _number(event):
            raise BadRequest(f"{told}, line {line}: a number of more than {_DIGITS:,} characters")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise BadRequest(f"{told}, line {line}: nested more than {_DEEPEST} deep")


def _number(event: yaml.ScalarEvent) -> bool:
    """Whether a number is made of it: one by its looks, or said to be."""
    plain = Resolver().resolve(yaml.ScalarNode, event.value, (event.implicit[0], False))  # type: ignore[no-untyped-call]
    return (event.tag or plain) in _NUMBERS


def value(text: str) -> Any:
    """What the text of one field says, as it would in a file.

    Raises:
        BadRequest: it is not YAML, or not as a person writes it.
    """
    try:
        _sound(text, repr(text[:60]))
        return yaml.safe_load(text)
    except (yaml.YAMLError, *_ODD) as error:
        raise BadRequest(f"{text[:200]!r}: the value is not YAML: put it into quotes") from error


def _short(error: Exception) -> str:
    """The first line of an error's words."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _lines(node: yaml.Node, path: tuple[str, ...], file: Path) -> Iterator[tuple[tuple[str, ...], int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            line = name.start_mark.line + 1
            if not isinstance(name, yaml.ScalarNode):
                raise BadRequest(f"{file}, line {line}: a list cannot be the name of a field")
            if name.value in seen:
                raise BadRequest(f"{file}, line {line}: {name.value!r} stands there twice")
            seen.add(name.value)
            yield from _lines(value, (*path, name.value), file)
            yield (*path, name.value), line
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*path, str(number)), file)


# Overrides


def _override(config: dict[str, Any], text: str) -> tuple[str, ...]:
    """Puts one override into a config; the path of the field."""
    name, equals, raw = text.partition("=")
    path = tuple(name.strip().split("."))
    if not equals or not all(path):
        raise BadRequest(
            f"{text[:60]!r} is no override: write field=value, such as samples=2 or models.0.name=mine"
        )
    said = value(raw)
    inner: Any = config
    for depth, part in enumerate(path[:-1]):
        inner = _inside(inner, part, ".".join(path[: depth + 1]))
    if isinstance(inner, list):
        place = _place(inner, path[-1], name)
        inner[place : place + 1] = [said]
    elif isinstance(inner, dict):
        inner[path[-1]] = said
    else:
        raise BadRequest(f"{name}: {'.'.join(path[:-1])} is {shown(inner)} and has no fields")
    return path


def _inside(inner: Any, part: str, name: str) -> Any:
    if isinstance(inner, list):
        place = _place(inner, part, name)
        if place == len(inner):
            inner.append({})
        return inner[place]
    if isinstance(inner, dict):
        if inner.get(part) is None:
            inner[part] = {}
        return inner[part]
    raise BadRequest(f"{name}: {shown(inner)} has no fields")


def _place(inner: list[Any], part: str, name: str) -> int:
    """A place in a list; one behind its end adds to it."""
    if part.isdecimal() and int(part) <= len(inner):
        return int(part)
    raise BadRequest(f"{name}: {part!r} is no place in a list of {len(inner)}: they count from 0")


# Checks

_Where = tuple[Path, _Spots, set[tuple[str, ...]]]


def _check(model: type[Any], config: Mapping[str, Any], where: _Where) -> None:
    for path, known in _unknown(model, config, ()):
        choice = f"choose one of {', '.join(known)}"
        raise BadRequest(f"{_told(path, where)}: there is no such field; {choice}")
    try:
        TypeAdapter(model).validate_python(config)
    except ValidationError as error:
        first = error.errors()[0]
        path = tuple(str(part) for part in first["loc"] if not str(part).endswith("]"))
        given = "" if first["type"] == "missing" else f" = {shown(first['input'])}"
        raise BadRequest(f"{_told(path, where)}{given}: {first['msg'].lower()}") from error


def _told(path: tuple[str, ...], where: _Where) -> str:
    file, spots, given = where
    name = " ".join(".".join(path)[:200].split())
    if any(path[: len(one)] == one for one in given):
        return f"override {name}"
    return f"{file}, line {spots.line(('config', *path))}: {name}"


def _unknown(
    hint: Any, value: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Fields that a dataclass does not have, at any depth, with those it has."""
    for kind in _kinds(hint):
        if is_dataclass(kind) and isinstance(value, Mapping):
            known, hints = tuple(entry.name for entry in fields(kind)), get_type_hints(kind)
            for name, inner in value.items():
                if name not in known:
                    yield (*path, str(name)), known
                else:
                    yield from _unknown(hints[name], inner, (*path, name))
        elif get_origin(kind) in (tuple, list) and isinstance(value, list):
            for number, inner in enumerate(value):
                yield from _unknown(get_args(kind)[0], inner, (*path, str(number)))


def _kinds(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in (Union, UnionType):
        return tuple(part for part in get_args(hint) if part is not NoneType)
    return (hint,)
