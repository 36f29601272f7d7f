"""What can be asked: one file per family, each with a docstring and a `FAMILY`."""

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from arena.pocket.types import Family, Item


@cache
def every() -> tuple[Family, ...]:
    """All families, by name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name != "lexicon")
    return tuple(import_module(f"{__name__}.{name}").FAMILY for name in names)


@cache
def load(name: str) -> Family:
    """The family of that name.

    Raises:
        KeyError: there is none.
    """
    return {family.name: family for family in every()}[name]


@cache
def words() -> tuple[str, ...]:
    """All words of two letters and more that are asked about or answered, in the order of the alphabet."""
    said = (text for family in every() for item in family.items for text in (item.answer, *item.slots))
    return tuple(sorted({word for text in said for word in re.findall("[A-Za-z]{2,}", text)}))


def find(name: str, key: str) -> Item:
    """The item of that key in the family of that name.

    Raises:
        KeyError: there is none.
    """
    return _index(name)[key]


@cache
def _index(name: str) -> dict[str, Item]:
    return {item.key: item for item in load(name).items}
