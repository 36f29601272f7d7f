"""Which models a server lists: asked once, in so many seconds and bytes at most, whatever it does meanwhile.

Leaves out what is said of the answer (`openai`).
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from arena.backends.bounds import MOST, PLAIN


def listed(address: str, token: str, seconds: float) -> tuple[int, list[str]]:
    """The status of the answer, and the models where it is a success.

    Raises:
        httpx.HTTPError, httpx.InvalidURL: there is no answer, or none that ends in time.
        ValueError, KeyError, TypeError, AttributeError, RecursionError: it is no list of models.
    """
    with ThreadPoolExecutor(1) as one:  # whoever asks may have a loop of its own
        status, body = one.submit(asyncio.run, _asked(address, token, seconds)).result()
    if not httpx.codes.is_success(status):
        return status, []
    return status, [str(entry["id"]) for entry in json.loads(body)["data"]]


async def _asked(address: str, token: str, seconds: float) -> tuple[int, bytes]:
    headers, body = {"Authorization": f"Bearer {token}", **PLAIN}, bytearray()
    try:
        async with (
            asyncio.timeout(seconds),  # the client's own begins anew with every byte
            httpx.AsyncClient(headers=headers, timeout=seconds) as client,
            client.stream("GET", address) as answer,
        ):
            async for block in answer.aiter_raw():
                body += block
                if len(body) > MOST:
                    raise httpx.ReadError(f"the list does not end: it has more than {MOST >> 20} MiB")
            return answer.status_code, bytes(body)
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"timed out after {seconds:g} s") from error
