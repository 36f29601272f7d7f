"""The `openai` backend against real vLLM servers: schema, wrong names, a server that dies in the middle."""

import json
import threading
import time
from collections import Counter

import pytest

from arena.backends import openai
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError
from arena.preflight import worst
from tests.vllm.served import Served
from tests.vllm.test_engine import VERDICT

Pair = tuple[Served, Served]
SHORT = Sampling(1.0, max_tokens=16)


def asks(count: int) -> list[Ask]:
    return [Ask(f"q{i}", (Message("user", f"what is {i * 7919}?"),), i) for i in range(count)]


def test_the_server_is_seen_beforehand_and_a_wrong_name_is_told(servers: Pair) -> None:
    assert worst(openai.check(openai.Config("tiny", servers[0].url))) == "green"
    wrong = openai.open(openai.Config("huge", servers[0].url))
    with pytest.raises(ArenaError, match="no model 'huge': it has tiny"):
        list(wrong.answer(asks(2), SHORT))
    wrong.close()


def test_a_judges_schema_is_enforced_by_the_server(servers: Pair) -> None:
    judge = openai.open(openai.Config("tiny", servers[0].url))
    replies = list(judge.answer(asks(32), Sampling(1.0, max_tokens=220), json.dumps(VERDICT)))
    judge.close()
    # The server's own grammar lets raw control characters into strings.
    read = [json.loads(reply.text, strict=False) for reply in replies if reply.status == "ok"]
    assert len(read) >= 30
    assert all(1 <= verdict["score_a"] <= 10 for verdict in read)


def test_a_chat_that_is_too_long_is_an_error_with_numbers(servers: Pair) -> None:
    backend = openai.open(openai.Config("tiny", servers[0].url))
    long = Ask("long", (Message("user", "x " * 600),), 0)
    replies = {reply.id: reply for reply in backend.answer([*asks(3), long], SHORT)}
    backend.close()
    assert "256" in (replies["long"].error or "")
    assert Counter(reply.status == "error" for reply in replies.values()) == {False: 3, True: 1}


def test_a_server_killed_in_the_middle_loses_nothing_and_nothing_is_asked_twice(servers: Pair) -> None:
    count, at_once = 600, 16
    before = servers[1].done()
    found: dict[int, list[Reply]] = {0: [], 1: []}

    def play(number: int) -> None:
        backend = openai.open(openai.Config("tiny", servers[number].url, concurrency=at_once))
        for reply in backend.answer(asks(count), SHORT):
            found[number].append(reply)
        backend.close()

    threads = [threading.Thread(target=play, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    while len(found[0]) < 100:
        time.sleep(0.01)
    servers[0].kill()
    time.sleep(1)
    given = len(found[0])
    servers[0].start()
    servers[0].wait()
    for thread in threads:
        thread.join(300)
    for number in (0, 1):
        assert Counter(reply.id for reply in found[number]) == Counter(ask.id for ask in asks(count))
        assert {reply.status for reply in found[number]} <= {"ok", "truncated"}
    assert servers[1].done() - before == count
    assert 100 <= given < count
    # Some answers had come in without having been handed on when `given` was read.
    assert count - given - at_once <= servers[0].done() <= count - given, (
        "what was answered is not asked again"
    )
