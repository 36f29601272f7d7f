"""From rows to items: the one place where a malformed row becomes a reject and its siblings go on."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from arena.formats.read.fields import Malformed, excerpt, shown
from arena.formats.read.limits import check
from arena.formats.read.names import Names
from arena.formats.read.text import CUT
from arena.formats.types import Item
from arena.types import Fact, Reject, Row


class Line(NamedTuple):
    """One row: where it stands, its fields, and its text where it had a line of its own."""

    number: int
    values: dict[str, Any]
    text: str | None = None


def build(
    rows: Iterable[Line | Reject], make: Callable[[Line], tuple[Fact, ...]], names: Names | None = None
) -> Iterator[Item]:
    """Each row's facts by `make`, which raises Malformed where it has none, and the notes of `names`."""
    for row in rows:
        if isinstance(row, Reject):
            yield row
            continue
        try:
            facts = make(row)
            for fact in facts:
                check(fact)
        except Malformed as error:
            text = excerpt(row.values if row.text is None else row.text, CUT)
            yield Reject(row.number, shown(str(error), CUT), text.rstrip())
            continue
        if names and names.notes:
            yield from names.tell()
        yield Row(facts, row.number)
