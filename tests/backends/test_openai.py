"""The client against a real server on loopback that is busy, broken, slow, gone, picky or locked."""

import contextlib
import json
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formatdate
from itertools import chain, repeat
from typing import Any

import pytest

from arena.backends import openai
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError
from arena.preflight import worst
from tests.backends.server import Answer, Body, Rule, Server, echo, last, serving

WARM = Sampling(0.7, max_tokens=50)
SCHEMA = json.dumps({"type": "object", "properties": {"score": {"type": "integer"}}})
SECRET = "sk-very-secret-123456"  # noqa: S105 - invented


def asks(count: int) -> list[Ask]:
    return [Ask(f"q{i}", (Message("user", f"{i}"),), i) for i in range(count)]


@contextmanager
def client(server: Server, **options: Any) -> Iterator[openai.Client]:
    made = openai.open(openai.Config("tiny", server.url, **options))
    try:
        yield made
    finally:
        made.close()


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(rule: Rule, count: int = 1, schema: str | None = None, **options: Any) -> tuple[list[Reply], Server]:
    """The replies to so many asks, sorted, from a server that behaves like this."""
    with serving(rule) as server, client(server, **options) as made:
        replies = list(made.answer(asks(count), WARM, schema))
    return sorted(replies, key=lambda reply: int(reply.id[1:])), server


def test_every_ask_is_answered_once_with_its_own_text() -> None:
    replies, server = ask(echo, 100)
    assert [reply.text for reply in replies] == [f"you said {i}" for i in range(100)]
    assert Counter(map(last, server.seen)) == Counter(str(i) for i in range(100))
    assert (replies[0].tokens, replies[0].prompt_tokens, replies[0].status) == (3, 5, "ok")


def test_the_request_says_what_was_asked_for() -> None:
    _, server = ask(echo, 1, SCHEMA, extra='{"top_k": 5}')
    (body,) = server.seen
    told = (
        body["temperature"],
        body["top_p"],
        body["max_tokens"],
        body["seed"],
        body["top_k"],
        body["model"],
    )
    assert told == (0.7, 1.0, 50, 0, 5, "tiny")
    assert body["response_format"]["json_schema"]["schema"] == json.loads(SCHEMA)


def test_replies_come_as_they_are_ready() -> None:
    def rule(body: Body, _: int) -> Answer:
        return Answer(last(body), wait=0.6 if last(body) == "0" else 0.0)

    with serving(rule) as server, client(server) as made:
        assert [reply.id for reply in made.answer(asks(4), WARM)][-1] == "q0"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer("cut", finish="length"), "truncated"),
        (Answer("", finish="content_filter"), "refused"),
        (Answer(status=400, code="content_filter", message="filtered"), "refused"),
        (Answer("", finish="stop"), "ok"),
        (Answer(status=400, message="maximum context length is 128 tokens, you asked for 500"), "error"),
        (Answer(body="<html>hello</html>"), "error"),
        (Answer(body={"choices": []}), "error"),
    ],
)
def test_what_the_server_says_becomes_a_status(answer: Answer, status: str) -> None:
    replies, server = ask(lambda body, _: answer if last(body) == "1" else Answer(), 3)
    assert [reply.status for reply in replies] == ["ok", status, "ok"]
    assert len(server.seen) == 3
    if answer.status == 400 and status == "error":
        assert "128 tokens" in (replies[1].error or "")


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_busy_server_is_given_the_time_that_it_asks_for(form: str) -> None:
    def rule(body: Body, count: int) -> Answer:
        wait = "1" if form == "seconds" else formatdate(time.time() + 2, usegmt=True)
        return Answer(status=429, headers={"Retry-After": wait}) if count == 0 else echo(body, count)

    replies, server = ask(rule)
    assert replies[0].text == "you said 0"
    assert 0.9 <= server.at[1] - server.at[0] < 10


def test_a_server_that_takes_few_at_once_is_sent_few_and_loses_none() -> None:
    most = 4

    def rule(body: Body, _: int) -> Answer:
        if server.running > most:
            return Answer(status=429, headers={"Retry-After": "0.01"})
        return Answer(last(body), wait=0.02)

    with serving(rule) as server, client(server, concurrency=64) as made:
        replies = list(made.answer(asks(150), WARM))
        assert sorted(int(reply.text) for reply in replies) == list(range(150))
        assert made.pace.limit < 16
    assert server.busiest < 24


def test_a_server_that_copes_is_sent_more_and_more_but_never_too_much() -> None:
    with (
        serving(lambda body, _: Answer(last(body), wait=0.05)) as server,
        client(server, concurrency=20) as made,
    ):
        assert len(list(made.answer(asks(300), WARM))) == 300
        assert 10 < made.pace.limit <= 20
    assert 10 < server.busiest <= 20


@pytest.mark.parametrize(
    "trouble", [Answer(status=500), Answer(status=503), Answer(status=502), Answer(drop=True)]
)
def test_a_hiccup_is_asked_again(trouble: Answer) -> None:
    replies, server = ask(lambda body, count: trouble if count < 2 else echo(body, count))
    assert (replies[0].text, len(server.seen)) == ("you said 0", 3)


def test_one_row_that_breaks_the_server_is_an_error_and_the_others_go_on() -> None:
    broken = Answer(status=500, message="assert failed in layer 3")
    replies, server = ask(lambda body, _: broken if last(body) == "1" else Answer(), 3, retries=1)
    assert [reply.status for reply in replies] == ["ok", "error", "ok"]
    assert "layer 3" in (replies[1].error or "")
    assert Counter(map(last, server.seen)) == {"0": 1, "1": 2, "2": 1}


def test_a_row_that_hangs_is_an_error_and_the_others_go_on() -> None:
    slow = Answer(wait=3.0)
    replies, _ = ask(lambda body, _: slow if last(body) == "1" else Answer(), 3, timeout=1, retries=1)
    assert [reply.status for reply in replies] == ["ok", "error", "ok"]
    assert "in 1 s" in (replies[1].error or "")


def test_a_server_that_is_restarted_is_waited_for_and_nothing_is_asked_twice() -> None:
    found: list[Reply] = []
    port = free()
    with contextlib.closing(
        openai.open(openai.Config("tiny", f"http://127.0.0.1:{port}/v1", concurrency=4))
    ) as made:
        with serving(lambda body, _: Answer(last(body), wait=0.05), port) as first:
            thread = threading.Thread(target=lambda: found.extend(made.answer(asks(60), WARM)))
            thread.start()
            time.sleep(0.4)
        time.sleep(0.3)
        with serving(lambda body, _: Answer(last(body)), port) as second:
            thread.join(30)
    assert sorted(int(reply.text) for reply in found) == list(range(60))
    assert 4 <= len(first.seen) < 60
    assert len(first.seen) + len(second.seen) <= 60 + 4, "only what was under way is sent again"


def test_a_server_that_stays_away_stops_the_work_with_one_line() -> None:
    config = openai.Config("tiny", f"http://127.0.0.1:{free()}/v1", patience=1)
    made = openai.open(config)
    start = time.monotonic()
    with pytest.raises(ArenaError, match=r"is gone .*start it again") as raised:
        list(made.answer(asks(5), WARM))
    assert 1 <= time.monotonic() - start < 20
    assert "\n" not in str(raised.value)
    made.close()
    assert worst(openai.check(config)) == "red"


@pytest.mark.parametrize(
    "answer",
    [Answer(status=429, headers={"Retry-After": "3600"}), Answer(status=429, code="insufficient_quota")],
)
def test_a_wait_beyond_all_patience_is_told_at_once(answer: Answer) -> None:
    start = time.monotonic()
    with pytest.raises(ArenaError, match="429"):
        ask(lambda *_: answer, patience=30)
    assert time.monotonic() - start < 20


def test_a_wrong_model_is_told_with_what_the_server_has() -> None:
    missing = Answer(status=404, message="The model `tiny` does not exist.")
    with serving(lambda *_: missing) as server, client(server) as made:
        server.models = ("llama", "qwen")
        assert "llama, qwen" in openai.check(made.config)[0].text
        with pytest.raises(ArenaError, match=r"no model 'tiny': it has llama, qwen"):
            list(made.answer(asks(3), WARM))


def test_a_wrong_address_is_told() -> None:
    for url in ("127.0.0.1:8000/v1", "http://user:pass@127.0.0.1/v1"):
        with pytest.raises(ArenaError, match="base_url"):
            openai.open(openai.Config("tiny", url))


def test_a_server_that_takes_no_schema_is_asked_without_once_and_for_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def rule(body: Body, _: int) -> Answer:
        picky = Answer(status=400, message="unknown field response_format")
        return picky if "response_format" in body else Answer('{"score": 7}')

    with serving(rule) as server, client(server, concurrency=1) as made, caplog.at_level(logging.WARNING):
        replies = list(made.answer(asks(20), WARM, SCHEMA))
    assert {reply.text for reply in replies} == {'{"score": 7}'}
    assert sum("response_format" in body for body in server.seen) == 1
    assert [record.message for record in caplog.records if "response_format" in record.message]


def test_a_chat_that_is_too_long_is_not_blamed_on_the_schema() -> None:
    replies, server = ask(lambda *_: Answer(status=400, message="context length is 10"), 4, SCHEMA)
    assert {reply.status for reply in replies} == {"error"}
    assert all("response_format" in body for body in server.seen)


def test_newer_names_of_fields_are_learned() -> None:
    def rule(body: Body, _: int) -> Answer:
        if "max_tokens" in body:
            text = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return Answer(status=400, message=text, param="max_tokens")
        if "seed" in body:
            return Answer(status=400, message="Unrecognized request argument supplied: seed")
        return Answer(str(body["max_completion_tokens"]))

    replies, server = ask(rule, 10, concurrency=1)
    assert {reply.text for reply in replies} == {"50"}
    assert len(server.seen) == 12


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MY_KEY", SECRET)
    return SECRET


def test_the_key_comes_from_the_environment_and_goes_to_the_server_alone(secret: str) -> None:
    with serving(echo, key=secret) as server, client(server, key_env="MY_KEY") as made:
        assert next(made.answer(asks(1), WARM)).text == "you said 0"
        assert server.keys == [f"Bearer {secret}"]
        assert worst(openai.check(made.config)) == "green"
        assert secret not in repr(made) + repr(made.config) + openai.identity(made.config)


def test_a_wrong_key_is_told_without_showing_it(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(echo, key="another") as server, client(server, key_env="MY_KEY") as made:
        with pytest.raises(ArenaError, match="MY_KEY") as raised:
            list(made.answer(asks(2), WARM))
        found = openai.check(made.config)
    assert worst(found) == "red"
    assert secret not in str(raised.value) + caplog.text + str(found)


def test_a_server_that_repeats_the_key_does_not_get_it_into_an_error(secret: str) -> None:
    refusal = Answer(status=400, message=f"bad request of {secret}")
    with serving(lambda *_: refusal) as server, client(server, key_env="MY_KEY") as made:
        (reply,) = made.answer(asks(1), WARM)
    assert "bad request of ***" in (reply.error or "")


def test_a_missing_key_and_a_key_in_the_wrong_place_are_told() -> None:
    for name in ("NOT_SET_ANYWHERE", SECRET):
        config = openai.Config("tiny", key_env=name)
        with pytest.raises(ArenaError) as raised:
            openai.open(config)
        assert SECRET not in str(raised.value)
        assert worst(openai.check(config)) == "red"
    with pytest.raises(ArenaError, match="JSON"):
        openai.open(openai.Config("tiny", extra="top_k=4"))


def test_two_batches_at_once_share_the_bound() -> None:
    with (
        serving(lambda body, _: Answer(last(body), wait=0.02)) as server,
        client(server, concurrency=6) as made,
    ):
        found: list[Reply] = []
        threads = [
            threading.Thread(target=lambda: found.extend(made.answer(asks(40), WARM))) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(found), server.busiest <= 6) == (80, True)


def test_leaving_early_stops_asking() -> None:
    with (
        serving(lambda body, _: Answer(last(body), wait=0.05)) as server,
        client(server, concurrency=2) as made,
    ):
        replies = made.answer(asks(200), WARM)
        next(replies)
        replies.close()  # type: ignore[attr-defined]
        time.sleep(0.3)
        seen = len(server.seen)
        time.sleep(0.3)
        assert len(server.seen) == seen < 20


def test_identity_is_address_model_and_extra() -> None:
    plain = openai.Config("tiny", "http://127.0.0.1:1/v1")
    assert openai.identity(plain) == openai.identity(
        replace(plain, concurrency=1, timeout=3, base_url=f"{plain.base_url}/")
    )
    for other in (replace(plain, model="big"), replace(plain, extra='{"top_k": 1}')):
        assert openai.identity(other) != openai.identity(plain)


def test_an_answer_is_asked_for_as_it_is_and_a_packed_one_is_refused_in_one_line() -> None:
    """200 MiB that fit into 200 KiB: what was counted was not what was held."""
    bomb = Answer(body="x" * (200 << 20), headers={"Content-Encoding": "gzip"})
    with pytest.raises(
        ArenaError, match=r"^server http://127.0.0.1:\d+ packs its answers \(gzip\), though asked not to"
    ):
        ask(lambda *_: bomb, patience=30)
    _, server = ask(echo)
    assert server.codings == ["identity"]


@contextmanager
def saying(*pieces: bytes, wait: float = 0.0) -> Iterator[str]:
    """An address that says these bytes to whoever comes, and goes on with the last one until he leaves."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            link, _ = listener.accept()
            with link:
                link.recv(10_000)
                for piece in chain(pieces, repeat(pieces[-1])):
                    link.sendall(piece)
                    if over.wait(wait):
                        return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        finally:
            over.set()
            thread.join()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(("pieces", "wait", "said"), [
    ((OK + b"\r\n", b" "), 0.05, "timed out after 0.5 s"),  # a body, byte by byte
    ((OK, b"X-A: b\r\n"), 0.05, "timed out after 0.5 s"),  # headers, one by one
    ((OK + b"\r\n", b"x" * (1 << 20)), 0.0, "the list does not end: it has more than 16 MiB"),
])  # fmt: skip
def test_a_list_of_models_that_does_not_end_is_left_in_time(
    pieces: tuple[bytes, ...], wait: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "_SOON", 0.5 if wait else 60.0)
    with saying(*pieces, wait=wait) as url:
        (found,) = openai.check(openai.Config("tiny", url))
    assert (found.level, said in found.text) == ("red", True)


def test_a_list_that_is_bent_is_amber() -> None:
    deep = b"[" * 100_000
    with saying(OK + b"Content-Length: %d\r\n\r\n" % len(deep) + deep) as url:
        (found,) = openai.check(openai.Config("tiny", url))
    assert (found.level, "does not list models" in found.text) == ("amber", True)
