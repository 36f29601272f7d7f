"""Flags made from settings dataclasses, so that a field added there is a flag here at once."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from arena.fields import describe, fill


def options(**groups: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Replaces a command's parameters of these names by one flag per field of the dataclass.

    The command gets the filled dataclass. A flag that is not given keeps the field's default.
    """

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command)
        kept = [parameter for name, parameter in own.parameters.items() if name not in groups]
        flags = [(group, field) for group, kind in groups.items() for field in describe(kind)]
        taken = {parameter.name for parameter in kept}

        def run(**given: Any) -> None:
            filled = {
                group: fill(
                    kind, {field.name: given.pop(_slot(field.name, taken)) for field in describe(kind)}
                )
                for group, kind in groups.items()
            }
            command(**given, **filled)

        parameters = kept + [_parameter(_slot(field.name, taken), field, group) for group, field in flags]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return run

    return wrap


def _slot(name: str, taken: set[str]) -> str:
    return f"{name}_" if name in taken else name


def _parameter(slot: str, field: Any, group: str) -> inspect.Parameter:
    shown = None if field.default is None or field.kind is bool else str(field.default)
    flag = f"{field.flag}/--no-{field.name.replace('_', '-')}" if field.kind is bool else field.flag
    option = typer.Option(
        flag,
        help=field.help,
        metavar=None if field.kind is bool else field.metavar,
        show_default=shown or False,
        rich_help_panel=group.capitalize(),
    )
    kind = Annotated[bool | None, option] if field.kind is bool else Annotated[str | None, option]
    return inspect.Parameter(slot, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
