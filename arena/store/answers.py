"""Answers that are asked for again and again, kept in memory until something is written.

One click asks the same several times over (ranking, trust, fragility, facets under another chip). Only what
is asked with `kept` comes here. Leaves out the questions.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

MOST = 192_000_000
"""Bytes of answers that are kept, about; the one asked for longest ago goes first."""
_CELL = 60
"""Bytes of a value in a row, about."""


class Answers:
    """Answers by question. Safe to use from several threads; an answer that a write overtook is not kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._bytes, self._age = most, 0, 0
        self._known: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def written(self) -> None:
        """Says that facts changed: nothing that was known is known any more."""
        with self._lock:
            self._known.clear()
            self._bytes, self._age = 0, self._age + 1

    def get(self, question: Hashable, answer: Callable[[], Any], size: int | None = None) -> Any:
        """What is known, else what `answer` says; `size` where it is neither rows nor columns."""
        with self._lock:
            if question in self._known:
                self._known.move_to_end(question)
                return self._known[question][0]
            age = self._age
        found = answer()
        with self._lock:
            if age == self._age and question not in self._known:
                self._keep(question, found, weight(found) if size is None else size)
        return found

    def _keep(self, question: Hashable, found: Any, size: int) -> None:
        if size > self._most:
            return
        for column in found.values() if isinstance(found, dict) else ():
            column.flags.writeable = False
        self._known[question] = found, size
        self._bytes += size
        while self._bytes > self._most:
            _, (_, old) = self._known.popitem(last=False)
            self._bytes -= old


def weight(found: Any) -> int:
    """Bytes of rows, or of columns, about."""
    if isinstance(found, dict):
        return sum(int(column.nbytes) for column in found.values())
    return _CELL * len(found) * (len(found[0]) if found else 1)
