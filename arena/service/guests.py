"""Requests that another package brings: `training.service`, where training is installed.

A guest is a module with `REQUESTS`, verb -> (request, result), and a class `Guest` that is made with the
service and has `perform(request)`. It is named, not imported, so that the arena stands without training; its
requests are `Asked`. Leaves out what they ask.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

MODULES = ("training.service",)
"""Where guests are looked for."""


class Asked:
    """What a request of a guest is."""

    __slots__ = ()


def modules(names: tuple[str, ...] = MODULES) -> tuple[ModuleType, ...]:
    """The guests that are installed."""
    return tuple(import_module(name) for name in names if there(name))


def there(name: str) -> bool:
    """Whether a module is installed; its package may be missing."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def requests() -> dict[str, tuple[type[Any], Any]]:
    """Their requests and results by verb."""
    return {verb: pair for module in modules() for verb, pair in module.REQUESTS.items()}


def answering(service: Any) -> Mapping[type[Any], Callable[[Any], Any]]:
    """What answers each request of each guest."""
    found: dict[type[Any], Callable[[Any], Any]] = {}
    for module in modules():
        guest = module.Guest(service)
        found |= {request: guest.perform for request, _ in module.REQUESTS.values()}
    return found
