"""Any OpenAI-compatible server: vLLM, llama.cpp, Ollama, LM Studio, hosted ones.

As many requests at once as the server copes with. A busy server is given time (`Retry-After` is honoured), a
server that is gone is waited for, a row that it cannot answer becomes an error while the others go on. The
key comes from an environment variable and is never stored, logged or shown. Leaves out starting a server.
"""

import asyncio
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import asdict, dataclass, field
from queue import SimpleQueue
from time import monotonic
from typing import Annotated, Any, Literal

import httpx
from annotated_types import Ge, Gt

from arena.backends import dialect
from arena.backends.bounds import PLAIN, bounded
from arena.backends.listing import listed
from arena.backends.pace import Pace
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError, BadRequest
from arena.keys import key
from arena.preflight import Finding
from arena.types import Status

_LOG = logging.getLogger(__name__)
_KEYLESS = "no-key"
_LEAST = Ask("", (Message("user", "Hi"),), 0)
_SOON = 5.0  # seconds in which a server that is there says something
_GONE = {502, 503, 504}


@dataclass(frozen=True, slots=True)
class Config:
    """Which server, which of its models, and how patient to be."""

    model: str
    """Name of the model at the server."""
    base_url: str = "http://127.0.0.1:8000/v1"
    """Address of the server, up to and including `/v1`."""
    key_env: str = ""
    """Name of the environment variable that holds the key; empty: the server wants none."""
    concurrency: Annotated[int, Ge(1)] = 64
    """Most requests at once; how many are sent follows what the server copes with."""
    timeout: Annotated[float, Gt(0)] = 600.0
    """Seconds that one answer may take."""
    retries: Annotated[int, Ge(0)] = 3
    """How often a request that failed by itself (time-out, internal error) is sent again."""
    patience: Annotated[float, Ge(0)] = 600.0
    """Seconds to wait for a server that is gone or says that it is busy, before giving up."""
    extra: str = ""
    """Further fields of every request as a JSON object, such as {"top_k": 40}."""


def identity(config: Config) -> str:
    """Content key: address, model and further fields."""
    return key(
        "openai",
        config.base_url.rstrip("/"),
        config.model,
        json.dumps(dialect.added(config.extra), sort_keys=True),
    )


def check(config: Config) -> tuple[Finding, ...]:
    """Asks the server for its models, once, for five seconds at most."""
    subject = f"server {config.base_url}"
    try:
        token = _key(config)
        dialect.added(config.extra)
    except ArenaError as error:
        return (Finding("red", subject, str(error)),)
    try:
        status, there = listed(f"{config.base_url.rstrip('/')}/models", token, _SOON)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = str(error) or type(error).__name__
        return (Finding("red", subject, f"no answer ({said}): start it, or correct base_url"),)
    except dialect.BENT:
        return (Finding("amber", subject, "does not list models: is base_url right, with /v1?"),)
    if status in {401, 403}:
        return (Finding("red", subject, dialect.unkeyed(config.key_env)),)
    if not httpx.codes.is_success(status):
        return (Finding("amber", subject, f"does not list models (status {status})"),)
    return (dialect.found(config.model, there, subject),)


def where(_config: Config) -> Literal["elsewhere"]:
    """It works on a server."""
    return "elsewhere"


def open(config: Config) -> "Client":  # noqa: A001 - the entry point's name everywhere
    """Makes a client; the server is first asked when there is something to ask.

    Raises:
        BadRequest: the key is missing, or an option does not fit.
    """
    return Client(config, _key(config), dialect.added(config.extra))


def _key(config: Config) -> str:
    if re.search(r"//[^/]*@", config.base_url):
        raise BadRequest("base_url holds a password: put it into an environment variable, named in key_env")
    if not re.match(r"https?://", config.base_url):
        raise BadRequest(f"base_url {config.base_url!r} does not begin with http:// or https://")
    if not config.key_env:
        return _KEYLESS
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", config.key_env):
        raise BadRequest("key_env is the name of an environment variable, not the key itself")
    if not (found := os.environ.get(config.key_env, "").strip()):
        raise BadRequest(f"environment variable {config.key_env} is not set: put the server's key into it")
    return found


@dataclass(slots=True)
class Client:
    """A server's model. Its requests run in a thread of their own, so replies come as they are ready."""

    config: Config
    key: str = field(repr=False)
    extra: dict[str, Any]
    exact: bool = field(default=False, init=False)
    dropped: set[str] = field(default_factory=set, init=False)
    """Fields of a request that this server does not take."""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop, init=False)
    pace: Pace = field(init=False)
    heard: float = field(default=0.0, init=False)
    """When the server last showed that it is there."""
    _client: Any = field(default=None, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.pace = Pace(self.config.concurrency)
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True, name="openai")
        self._thread.start()

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """One reply for each ask, as they come."""
        self.heard = monotonic()
        ready: SimpleQueue[Reply | None] = SimpleQueue()
        work = asyncio.run_coroutine_threadsafe(self._all(list(asks), sampling, schema, ready), self.loop)
        work.add_done_callback(lambda _: ready.put(None))
        try:
            while (reply := ready.get()) is not None:
                yield reply
            _finish(work)
        finally:
            work.cancel()

    def close(self) -> None:
        """Drops what is under way and closes the connections."""
        if self.loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _stop(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def _all(
        self, asks: list[Ask], sampling: Sampling, schema: str | None, ready: "SimpleQueue[Reply | None]"
    ) -> None:
        if self._client is None:
            self._client = _client(self.config, self.key)
        waiting = iter(asks)

        async def work() -> None:
            for ask in waiting:
                ready.put(await self._one(ask, sampling, schema))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(asks), self.config.concurrency)):
                group.create_task(work())

    async def _one(self, ask: Ask, sampling: Sampling, schema: str | None) -> Reply:
        """The reply to one ask, sent again where that may help."""
        import stamina
        from openai import OpenAIError

        failed = 0

        def again(error: Exception) -> bool | float:
            nonlocal failed
            wait = self._again(error)
            if wait is None:
                failed += 1
                return failed <= self.config.retries
            return wait

        try:
            async for attempt in stamina.retry_context(
                on=again, attempts=None, timeout=None, wait_initial=0.25, wait_jitter=0.5, wait_max=30.0
            ):
                with attempt:
                    return await self._once(ask, sampling, schema)
        except (OpenAIError, dialect.Cut) as error:
            return await self._failed(ask, error)
        raise AssertionError  # attempts come until one returns or raises

    async def _once(self, ask: Ask, sampling: Sampling, schema: str | None) -> Reply:
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        async with self.pace.turn() as began:
            try:
                reply = await self._fitted(ask, sampling, schema, began)
            except APITimeoutError:
                self.pace.silent(began)
                await self._ping()
                if self.pace.mute and await self._speaks():
                    self.pace.unanswered = 0
                raise
            except APIConnectionError as error:
                self.pace.strained(began)
                if not await self._ping():
                    raise
                raise dialect.Cut(dialect.said(error, self.key)) from error
            except APIStatusError as error:
                if error.status_code == 429 or error.status_code in _GONE:
                    self.pace.strained(began, min(dialect.after(error) or 0.0, self.config.patience))
                else:
                    self.heard, self.pace.unanswered = monotonic(), 0
                raise
            self.heard, self.pace.unanswered = monotonic(), 0
            self.pace.eased()
        return reply

    async def _fitted(self, ask: Ask, sampling: Sampling, schema: str | None, began: float) -> Reply:
        """Sends a request, without fields that this server turns out not to take."""
        from openai import BadRequestError, UnprocessableEntityError

        without = frozenset(self.dropped)
        while True:
            try:
                reply = await self._send(ask, sampling, schema, without, began)
                break
            except (BadRequestError, UnprocessableEntityError) as error:
                culprit = dialect.culprit(error, without, schema is not None)
                if culprit is None:
                    raise
                without |= {culprit}
        for name in sorted(without - self.dropped):
            _LOG.warning("%s does not take %s: it is left out from here on", self.config.base_url, name)
        self.dropped |= without
        return reply

    async def _send(
        self, ask: Ask, sampling: Sampling, schema: str | None, without: frozenset[str], began: float
    ) -> Reply:
        import httpx2
        from openai import APITimeoutError

        most = "max_completion_tokens" if "max_tokens" in without else "max_tokens"
        fields: dict[str, Any] = {
            "model": self.config.model,
            "messages": [asdict(message) for message in ask.messages],
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            most: sampling.max_tokens,
            "seed": ask.seed % 2**31,
            "extra_body": self.extra or None,
        }
        if sampling.stop:
            fields["stop"] = list(sampling.stop)
        if schema is not None:
            told = {"name": "answer", "schema": json.loads(schema), "strict": True}
            fields["response_format"] = {"type": "json_schema", "json_schema": told}
        sent = {name: value for name, value in fields.items() if name not in without}
        try:
            async with asyncio.timeout(self.config.timeout):  # the client's own begins anew with every byte
                answer = await self._client.chat.completions.create(**sent)
        except TimeoutError as error:
            raise APITimeoutError(httpx2.Request("POST", self.config.base_url)) from error
        except dialect.BENT:
            return Reply(ask.id, "", "error", error=dialect.NO_COMPLETION)
        return dialect.reply(ask, answer, round((monotonic() - began) * 1000))

    async def _ping(self) -> bool:
        """Whether the server is there at all: it answers something."""
        from openai import APIConnectionError, APIStatusError

        try:
            async with asyncio.timeout(_SOON):
                await self._client.with_options(timeout=_SOON).models.list()
        except (APIConnectionError, TimeoutError):
            return False
        except (APIStatusError, *dialect.BENT):
            pass  # an answer, whatever it says
        self.heard = monotonic()
        return True

    async def _speaks(self) -> bool:
        """Whether it answers the least that can be asked: then it is the rows that are too much for it."""
        from openai import APIConnectionError, APIStatusError

        try:
            await self._send(_LEAST, Sampling(max_tokens=1), None, frozenset(self.dropped), monotonic())
        except (APIConnectionError, APIStatusError) as error:
            return isinstance(error, APIStatusError)
        return True

    def _patient(self) -> bool:
        return monotonic() - self.heard <= self.config.patience

    def _again(self, error: Exception) -> bool | float | None:
        """Whether to send again, or after how many seconds; None: a few times."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        if isinstance(error, dialect.Cut):
            return None
        if isinstance(error, APITimeoutError):
            return None if self._patient() and not self.pace.mute else False
        if isinstance(error, APIConnectionError):
            return self._patient() and not dialect.unsafe(error)
        if not isinstance(error, APIStatusError):
            return False
        if error.status_code == 429 or error.status_code in _GONE:
            after = dialect.after(error)
            if error.code == "insufficient_quota" or (after or 0.0) > self.config.patience:
                return False
            return self._patient() and (after or True)
        return None if error.status_code >= 500 or error.status_code in {408, 409} else False

    async def _failed(self, ask: Ask, error: Exception) -> Reply:
        """What an error that sending again did not help is to its row. Raises where it is everybody's."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        if isinstance(error, dialect.Cut):
            text = f"the server broke the answer off ({error}), asked {self.config.retries + 1} times"
            return Reply(ask.id, "", "error", error=text)
        said = dialect.said(error, self.key)
        if isinstance(error, APITimeoutError) and self.pace.mute:
            raise ArenaError(dialect.mute(self.config.base_url, self.config.timeout)) from error
        if isinstance(error, APITimeoutError) and self._patient():
            text = f"no answer in {self.config.timeout:g} s, asked {self.config.retries + 1} times"
            return Reply(ask.id, "", "error", error=text)
        if isinstance(error, APIConnectionError):
            text = (
                f"server {self.config.base_url} is gone ({said}): start it again, or correct it, then resume"
            )
            raise ArenaError(text) from error
        if not isinstance(error, APIStatusError):
            return Reply(ask.id, "", "error", error=said)
        if error.status_code in {401, 403}:
            raise ArenaError(
                f"server {self.config.base_url}: {dialect.unkeyed(self.config.key_env)}"
            ) from error
        if error.status_code == 404:
            raise ArenaError(await self._unknown(said)) from error
        if error.status_code == 429 or error.status_code in _GONE:
            text = f"server {self.config.base_url} was too busy or gone for too long ({said}): resume later"
            raise ArenaError(text) from error
        status: Status = "refused" if error.code == "content_filter" else "error"
        return Reply(ask.id, "", status, error=said)

    async def _unknown(self, said: str) -> str:
        from openai import OpenAIError

        try:
            there = [model.id for model in (await self._client.models.list()).data]
        except OpenAIError:
            return f"server {self.config.base_url} says {said}: is base_url right, with /v1?"
        told = dialect.listed(there)
        return f"server {self.config.base_url} has no model {self.config.model!r}: it has {told}"


def _client(config: Config, token: str) -> Any:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

    limits = Timeout(config.timeout, connect=min(10.0, config.timeout))
    http = DefaultAsyncHttpxClient(timeout=limits, headers=PLAIN, event_hooks={"response": [bounded]})
    return AsyncOpenAI(
        api_key=token, base_url=config.base_url, timeout=limits, max_retries=0, http_client=http
    )


def _finish(work: Future[None]) -> None:
    """Raises what stopped the work, where something did."""
    try:
        work.result()
    except CancelledError as error:
        raise ArenaError("the connection was closed while answers were awaited") from error
    except ExceptionGroup as group:
        raise group.exceptions[0] from group
