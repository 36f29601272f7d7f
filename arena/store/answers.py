"""Answers that are asked for again and again, kept in memory until something is written.

One click asks the same several times over (ranking, trust, fragility, facets under another chip), and many
people the same at once. Only what is asked with `kept` comes here. Leaves out the questions.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any

MOST = 192_000_000
"""Bytes of answers that are kept, about; the one asked for longest ago goes first."""
_CELL = 60
"""Bytes of a value in a row, about."""


@dataclass(frozen=True, slots=True)
class _Known:
    answer: Any
    size: int
    boards: tuple[int, ...] | None
    """Those that it is about; None where that is not known."""


@dataclass(slots=True)
class _Making:
    boards: tuple[int, ...] | None
    done: threading.Event
    overtaken: bool = False
    """Whether a write came before it was done."""


class Answers:
    """Answers by question. Safe to use from several threads; an answer that a write overtook is not kept.

    Who asks what somebody else is being answered waits for that answer, and does not have it made again.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._bytes = most, 0
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()
        self._making: dict[Hashable, _Making] = {}
        self._lock = threading.Lock()

    def written(self, boards: Collection[int] | None = None) -> None:
        """Says that facts of these boards changed, or of any: what was known of them is known no more."""
        with self._lock:
            for question in [one for one, known in self._known.items() if _about(known.boards, boards)]:
                self._bytes -= self._known.pop(question).size
            for question in [one for one, making in self._making.items() if _about(making.boards, boards)]:
                self._making.pop(question).overtaken = True  # who asks from now on does not wait for it

    def get(
        self,
        question: Hashable,
        answer: Callable[[], Any],
        size: int | None = None,
        boards: tuple[int, ...] | None = None,
    ) -> Any:
        """What is known, else what `answer` says; `size` where it is neither rows nor columns."""
        while True:
            with self._lock:
                if question in self._known:
                    self._known.move_to_end(question)
                    return self._known[question].answer
                if (other := self._making.get(question)) is None:
                    making = self._making[question] = _Making(boards, threading.Event())
                    break
            other.done.wait()
        try:
            found = answer()
            with self._lock:
                if not making.overtaken:
                    self._keep(question, _Known(found, weight(found) if size is None else size, boards))
            return found
        finally:
            with self._lock:
                if self._making.get(question) is making:
                    del self._making[question]
            making.done.set()

    def _keep(self, question: Hashable, known: _Known) -> None:
        if known.size > self._most:
            return
        for column in known.answer.values() if isinstance(known.answer, dict) else ():
            column.flags.writeable = False
        self._known[question] = known
        self._bytes += known.size
        while self._bytes > self._most:
            _, old = self._known.popitem(last=False)
            self._bytes -= old.size


def _about(known: tuple[int, ...] | None, boards: Collection[int] | None) -> bool:
    """Whether a write to `boards` may change what is known about those."""
    return known is None or boards is None or any(board in boards for board in known)


def weight(found: Any) -> int:
    """Bytes of rows, or of columns, about."""
    if isinstance(found, dict):
        return sum(int(column.nbytes) for column in found.values())
    return _CELL * len(found) * (len(found[0]) if found else 1)
