"""How long an answer of a server may be: one that does not end is broken off before it fills the memory.

Answers are asked for as they are: a packed one of a mebibyte may be a gibibyte. Leaves out how long it may
take (`openai`).
"""

from collections.abc import AsyncIterator
from typing import Any

from arena.errors import ArenaError

MOST = 16 << 20
"""Bytes of an answer; a long one of a model has a hundredth of it."""


PLAIN = {"Accept-Encoding": "identity"}
"""What a request says, so that the bytes that are counted are those that are held."""


async def bounded(response: Any) -> None:
    """Lets no more than `MOST` bytes of a response be read: a hook of a client, called before the body.

    Raises:
        ArenaError: they are not the text itself.
    """
    import httpx2

    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in {"", "identity"}:
        url = f"{response.url.scheme}://{response.url.netloc.decode()}"
        raise ArenaError(
            f"server {url} packs its answers ({coding[:40]}), though asked not to: switch that off"
        )

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
