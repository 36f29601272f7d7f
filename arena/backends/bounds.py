"""How long an answer of a server may be: one that does not end is broken off before it fills the memory.

Leaves out how long it may take (`openai`).
"""

from collections.abc import AsyncIterator
from typing import Any

MOST = 16 << 20
"""Bytes of an answer; a long one of a model has a hundredth of it."""


async def bounded(response: Any) -> None:
    """Lets no more than `MOST` bytes of a response be read: a hook of a client, called before the body."""
    import httpx2

    class Counted(httpx2.AsyncByteStream):
        """A body, counted while it is read."""

        def __init__(self, stream: Any) -> None:
            self.stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for block in self.stream:
                read += len(block)
                if read > MOST:
                    raise httpx2.ReadError(f"the answer does not end: it has more than {MOST >> 20} MiB")
                yield block

        async def aclose(self) -> None:
            await self.stream.aclose()

    response.stream = Counted(response.stream)
