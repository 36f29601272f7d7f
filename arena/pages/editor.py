"""A form for any config, made from its fields, their kinds and docstrings, plug-ins and their options too.

A config that gets a field, or a plug-in that is added, has its control here at once. Leaves out what becomes
of the config (`arena.pages.runs`).
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml
from annotated_types import Ge, Le

from arena import plugins, presets
from arena.errors import BadRequest
from arena.fields import describe
from arena.pages.markup import Markup, coded, tag, text
from arena.plugins import Choice

Path = tuple[str, ...]
PACKAGES = {
    "prompts": "arena.prompts",
    "judge": "arena.judges",
    "judges": "arena.judges",
    "grader": "arena.judges",
    "backend": "arena.backends",
    "pairing": "arena.pairing",
    "user": "arena.users",
}
"""Where the plug-ins of a field are, by its name."""
_NONE = "(none)"
_DIGITS = 40
"""Fewer than these a whole number has; longer ones are no numbers that anything could be."""
FRONT = {"separate": "Stop when the first … stand apart"}
"""Fields that stand in front though they need not be set, and what they are called there."""


@dataclass(frozen=True, slots=True)
class Control:
    """One value."""

    path: Path
    name: str
    help: str
    kind: Literal["text", "number", "flag", "word", "plug", "yaml"]
    value: str
    words: tuple[str, ...] = ()
    needed: bool = False
    hint: str = ""
    span: tuple[int, int] | None = None
    """Least and most of a whole number that is bounded: it has a slider."""


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together."""

    path: Path
    name: str
    help: str
    parts: tuple["Control | Group", ...]
    needed: bool = False
    many: bool = False
    """A list, whose parts can be added and taken away."""


def outline(
    model: type[Any], config: Mapping[str, Any], path: Path = (), name: str = "", help_: str = ""
) -> Group:
    """The controls of a config, filled from it."""
    hints = get_type_hints(model, include_extras=True)
    known = {entry.name: entry for entry in fields(model)}
    parts = []
    for field in describe(model):
        entry = known[field.name]
        needed = entry.default is MISSING and entry.default_factory is MISSING
        given = config.get(field.name, MISSING)
        default = entry.default if entry.default is not MISSING else None
        parts.append(_part((*path, field.name), hints[field.name], given, (default, field.help, needed)))
    return Group(path, name, help_, tuple(parts))


def _part(path: Path, hint: Any, given: Any, told: tuple[Any, str, bool]) -> Control | Group:
    default, help_, needed = told
    kind, optional = _bare(hint)
    value = default if given is MISSING else given
    name = path[-1]
    if kind is Choice and name in PACKAGES:
        return _plug(path, PACKAGES[name], value, (help_, needed, optional))
    if is_dataclass(kind) and isinstance(kind, type) and not optional:
        inner = value if isinstance(value, Mapping) else {}
        return outline(kind, inner, path, name, help_)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if isinstance(item, type) and is_dataclass(item) and (item is not Choice or name in PACKAGES):
            return _many(path, item, value or (), (help_, needed))
    if get_origin(kind) is Literal:
        words = ((_NONE,) if optional else ()) + tuple(map(str, get_args(kind)))
        return Control(path, name, help_, "word", _NONE if value is None else str(value), words, needed)
    if kind is bool:
        return Control(path, name, help_, "flag", "yes" if value else "no")
    if kind in (int, float, str):
        shown = "" if given is MISSING or given is None else str(given)
        as_: Literal["text", "number"] = "text" if kind is str else "number"
        hinted = "" if default is None else str(default)
        span = _span(hint) if kind is int and default is not None else None
        return Control(path, name, help_, as_, shown, needed=needed, hint=hinted, span=span)
    shown = (
        ""
        if given is MISSING or given is None
        else yaml.safe_dump(given, allow_unicode=True).removesuffix("...\n")
    )
    return Control(path, name, help_, "yaml", shown, needed=needed)


def _plug(path: Path, package: str, value: Any, told: tuple[str, bool, bool]) -> Group:
    help_, needed, optional = told
    choice = (
        value
        if isinstance(value, Mapping)
        else {"name": value.name, "options": value.options}
        if value
        else {}
    )
    name = str(choice.get("name", ""))
    there = plugins.names(package)
    words = ((_NONE,) if optional or not name else ()) + there
    parts: list[Control | Group] = [
        Control((*path, "name"), path[-1], help_, "plug", name or _NONE, words, needed)
    ]
    if name in there:
        model, options = plugins.load(package, name).Config, choice.get("options") or {}
        about = plugins.help_of(package, name).splitlines()[0]
        parts.append(outline(model, options, (*path, "options"), f"{name}", about))
    return Group(path, path[-1], help_, tuple(parts), needed)


def _many(path: Path, item: type[Any], value: Any, told: tuple[str, bool]) -> Group:
    help_, needed = told
    if item is Choice:
        parts: list[Control | Group] = [
            _plug((*path, str(at)), PACKAGES[path[-1]], one, ("", True, False))
            for at, one in enumerate(value)
        ]
    else:
        parts = [
            outline(item, one, (*path, str(at)), str(one.get("name") or f"number {at + 1}"))
            for at, one in enumerate(value)
        ]
    return Group(path, path[-1], help_, tuple(parts), needed, many=True)


def _bare(hint: Any) -> tuple[Any, bool]:
    """A hint without its bounds and its None, and whether None may be."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not NoneType]
        return (_bare(rest[0])[0] if len(rest) == 1 else hint), len(rest) < len(get_args(hint))
    return hint, False


def _span(hint: Any) -> tuple[int, int] | None:
    """The bounds of a whole number, where it has both."""
    bounds = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    least = next((one.ge for one in bounds if isinstance(one, Ge)), None)
    most = next((one.le for one in bounds if isinstance(one, Le)), None)
    return (int(str(least)), int(str(most))) if least is not None and most is not None else None


def controls(group: Group) -> Iterator[Control]:
    """Every control below."""
    for part in group.parts:
        if isinstance(part, Group):
            yield from controls(part)
        else:
            yield part


# What the person wrote


def applied(model: type[Any], config: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The config with the form's values; an emptied one falls back to its default.

    Raises:
        BadRequest: a value that has to be YAML is none.
    """
    found: dict[str, Any] = copy.deepcopy(dict(config))
    for control in controls(outline(model, config)):
        key = ".".join(control.path)
        if key in values:
            _put(found, control, str(values[key]))
    return found


def _put(config: Any, control: Control, said: str) -> None:
    unmoved = control.span is not None and not control.value and said.strip() == control.hint
    if unmoved or said.strip() == control.value.strip():
        return
    inner = config
    for step in control.path[:-1]:
        inner = inner[int(step)] if isinstance(inner, list) else inner.setdefault(step, {})
    last, empty = control.path[-1], said.strip() in ("", _NONE)
    if empty and control.kind != "flag":
        inner.pop(last, None)
    elif control.kind == "plug":
        inner[last], inner["options"] = said, {}
    else:
        inner[last] = said == "yes" if control.kind == "flag" else _read(control, said)


def _read(control: Control, said: str) -> Any:
    if control.kind == "word" and said.lstrip("-").isdecimal() and len(said) < _DIGITS:
        return int(said)
    if said.strip() in ("''", '""'):  # nothing, where the default is something
        return ""
    if control.kind in ("text", "word"):
        return said
    try:
        return presets.value(said)
    except BadRequest as error:
        raise BadRequest(
            f"{'.'.join(control.path)}: {said[:60]!r} cannot be read: write it as YAML"
        ) from error


def changed(config: Mapping[str, Any], do: str, path: str) -> dict[str, Any]:
    """The config with a part of a list added (as the last one is) or taken away."""
    found: dict[str, Any] = copy.deepcopy(dict(config))
    inner: Any = found
    *way, last = path.split(".")
    for step in way:
        inner = inner[int(step)] if isinstance(inner, list) else inner.setdefault(step, {})
    if do == "drop":
        del inner[int(last)]
        return found
    items = inner.setdefault(last, [])
    one = copy.deepcopy(items[-1]) if items else {}
    if "name" in one and "options" not in one:
        one["name"] = f"{one['name']} 2"
    items.append(one)
    return found


def pruned(model: type[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """The config without choices that name nothing."""
    found: dict[str, Any] = copy.deepcopy(dict(config))
    for name, hint in get_type_hints(model).items():
        one = found.get(name)
        if _bare(hint)[0] is Choice and isinstance(one, dict) and not one.get("name"):
            del found[name]
    return found


# As HTML


def form(group: Group) -> Markup:
    """The form: what decides most in front, the rest folded."""
    front = [
        part
        for part in group.parts
        if part.needed or part.name in FRONT or (isinstance(part, Group) and _chosen(part))
    ]
    rest = [part for part in group.parts if part not in front]
    more = tag(
        "details",
        tag("summary", f"{len(rest)} more settings"),
        tag("div", [_shown(part) for part in rest], class_="fields"),
        data_keep="more-settings",
    )
    return text([tag("div", [_shown(part) for part in front], class_="fields"), more if rest else None])


def _chosen(group: Group) -> bool:
    return any(
        isinstance(part, Control) and part.kind == "plug" and part.value != _NONE for part in group.parts
    )


def _shown(part: Control | Group) -> Markup:
    return _field(part) if isinstance(part, Control) else _box(part)


def _box(group: Group) -> Markup:
    """A group: a plug-in with its options, a list, or the fields of a part."""
    if group.many:
        return _list(group)
    inner: list[Markup] = []
    for part in group.parts:
        if (
            isinstance(part, Group)
            and group.parts
            and isinstance(group.parts[0], Control)
            and group.parts[0].kind == "plug"
        ):
            folded = tag("div", [_shown(one) for one in part.parts], class_="fields")
            title = f"Options of {part.name}"
            help_ = tag("p", coded(part.help), class_="quiet")
            if part.parts:
                key = ".".join(part.path)
                inner.append(tag("details", tag("summary", title), help_, folded, data_keep=key))
            else:
                inner.append(help_)
        else:
            inner.append(_shown(part))
    needed = tag("span", "needed", class_="needed") if group.needed else None
    return tag("fieldset", tag("legend", words(group.name), " ", needed), inner, class_="group")


def _list(group: Group) -> Markup:
    path = ".".join(group.path)
    single = words(group.name).removesuffix("s").lower()
    items = [
        tag(
            "details",
            tag("summary", f"{number}. {_title(part)}"),
            tag("div", [_shown(one) for one in _parts(part)], class_="fields"),
            tag("button", f"Take {single} {number} away", type="button", class_="act", data_do="drop",
                data_what=f"{path}.{number - 1}"),
            data_keep=f"{path}.{number - 1}",
        )
        for number, part in enumerate(group.parts, 1)
    ]  # fmt: skip
    add = tag("button", f"Add a {single}", type="button", class_="act", data_do="add", data_what=path)
    help_ = tag("p", coded(group.help), class_="quiet") if group.help else None
    return tag(
        "fieldset",
        tag("legend", f"{words(group.name)} ({len(items)})"),
        help_,
        items,
        add,
        class_="group list",
    )


def _parts(part: Control | Group) -> tuple[Control | Group, ...]:
    return part.parts if isinstance(part, Group) else (part,)


def _title(part: Control | Group) -> str:
    """What a part of a list is called: its name, and the plug-in that it uses."""
    if isinstance(part, Control):
        return part.value
    plug = next((one.value for one in controls(part) if one.kind == "plug"), "")
    return " · ".join(filter(None, dict.fromkeys((part.name, plug))))


def _field(control: Control) -> Markup:
    key = ".".join(control.path)
    name = f"set-{key.replace('.', '-')}"
    said: dict[str, Any] = {
        "id": name,
        "data_path": key,
        "aria_describedby": f"{name}-help" if control.help else None,
    }
    if control.kind in ("word", "plug"):
        said |= {"data_do": "plug"} if control.kind == "plug" else {}
        options = [tag("option", word, value=word, selected=word == control.value) for word in control.words]
        entry = tag("select", options, **said)
    elif control.kind == "flag":
        entry = tag("input", type="checkbox", checked=control.value == "yes", **said)
    elif control.kind == "yaml":
        entry = tag(
            "textarea", control.value, rows=min(8, control.value.count("\n") + 2), spellcheck="false", **said
        )
    elif control.span is not None:
        least, most = control.span
        now = control.value or control.hint
        slide = tag("input", type="range", min=least, max=most, step=1, value=now, **said)
        entry = tag("span", slide, tag("output", now, for_=name), class_="slider")
    else:
        said |= {"inputmode": "decimal"} if control.kind == "number" else {}
        entry = tag("input", type="text", value=control.value, placeholder=control.hint, autocomplete="off",
                    required=control.needed, **said)  # fmt: skip
    help_ = tag("small", coded(control.help), id=f"{name}-help") if control.help else None
    plug = control.kind == "plug"  # its legend says the same
    needed = tag("span", "needed", class_="needed") if control.needed and not plug else None
    label = tag("label", words(control.name), needed, for_=name, class_="unseen" if plug else None)
    return tag("div", label, entry, help_, class_=f"field {control.kind}")


def words(name: str) -> str:
    """A field, for people."""
    return FRONT.get(name) or name.replace("_", " ").capitalize()
