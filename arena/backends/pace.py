"""How many requests a server is sent at once: one more as long as it copes, half when it says too much.

Additive increase, multiplicative decrease, as in TCP. Leaves out when a request is sent again (`openai`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

_MUTE = 5
"""Rounds of time-outs with no answer between them after which a server may have gone mute."""


@dataclass(slots=True)
class Pace:
    """Bounds the requests under way to between one and `most`. Lives in one event loop."""

    most: int
    limit: float = field(init=False)
    """Requests that may be under way now."""
    running: int = field(default=0, init=False)
    unanswered: int = field(default=0, init=False)
    """Rounds of time-outs since the server last answered; those that were under way at once are one."""
    _freed: asyncio.Condition = field(default_factory=asyncio.Condition, init=False)
    _cut: float = field(default=float("-inf"), init=False)
    _pause: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.limit = min(8.0, self.most)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Waits for a turn; gives the time at which it began."""
        async with self._freed:
            while self.running >= int(self.limit):
                await self._freed.wait()
            self.running += 1
        try:
            await self._rest()
            yield monotonic()
        finally:
            self.running -= 1
            async with self._freed:
                self._freed.notify_all()

    async def _rest(self) -> None:
        wait = self._pause - monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
            await self._rest()  # the server may have asked for more time meanwhile

    @property
    def mute(self) -> bool:
        """Whether the server may have gone mute."""
        return self.unanswered >= _MUTE

    def eased(self) -> None:
        """A request went well: after as many as may be under way, one more may."""
        self.limit = min(float(self.most), self.limit + 1 / self.limit)

    def silent(self, began: float) -> None:
        """A request that `began` then had no answer in time."""
        self.unanswered += began > self._cut
        self.strained(began)

    def strained(self, began: float, pause: float = 0.0) -> None:
        """A request that `began` then was too much. Those sent before the last cut are no news."""
        self._pause = max(self._pause, monotonic() + pause)
        if began > self._cut:
            self.limit = max(1.0, self.limit / 2)
            self._cut = monotonic()
