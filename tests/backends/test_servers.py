"""Several real servers on loopback that serve one model: shared work, and one of them gone."""

import socket
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from threading import Timer
from typing import Any

import pytest

from arena import plugins
from arena.backends import servers
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError, BadRequest
from arena.plugins import Choice
from arena.preflight import worst
from tests.backends.server import Answer, Body, Rule, Server, echo, last, serving

WARM = Sampling(0.7, max_tokens=50)


def asks(count: int) -> list[Ask]:
    return [Ask(f"q{i}", (Message("user", f"{i}"),), i) for i in range(count)]


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


def config(first: str, *others: str, **options: Any) -> servers.Config:
    inner = Choice("openai", {"model": "tiny", "base_url": first, **options})
    return servers.Config(inner, others, patience=0.2, wait=0.5)


def answered(count: int, *urls: str) -> list[Reply]:
    made = servers.open(config(*urls))
    try:
        return sorted(made.answer(asks(count), WARM), key=lambda reply: int(reply.id[1:]))
    finally:
        made.close()


def slow(body: Body, _: int) -> Answer:
    return Answer(f"you said {last(body)}", wait=0.02)


@pytest.fixture
def three() -> Any:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(slow)) for _ in range(3)]


def test_all_servers_work_and_every_row_is_asked_once(three: list[Server]) -> None:
    replies = answered(90, *(server.url for server in three))
    assert [reply.text for reply in replies] == [f"you said {i}" for i in range(90)]
    seen = Counter(last(body) for server in three for body in server.seen)
    assert seen == Counter(str(i) for i in range(90))
    assert all(server.seen for server in three)


def test_each_row_keeps_its_own_seed_whoever_is_asked(three: list[Server]) -> None:
    answered(30, *(server.url for server in three))
    assert all(str(body["seed"]) == last(body) for server in three for body in server.seen)


def test_what_a_server_that_is_gone_had_goes_to_the_others(three: list[Server]) -> None:
    replies = answered(40, nobody(), three[0].url, nobody())
    assert [reply.text for reply in replies] == [f"you said {i}" for i in range(40)]


def test_one_that_lacks_the_model_does_not_stop_the_others(three: list[Server]) -> None:
    rule: Rule = lambda _body, _count: Answer(status=404, message="no such model")  # noqa: E731
    with serving(rule) as wrong:
        replies = answered(40, wrong.url, three[0].url)
    assert {reply.status for reply in replies} == {"ok"}
    assert len(replies) == 40


def test_with_all_of_them_gone_it_says_so_in_one_line() -> None:
    with pytest.raises(ArenaError, match="is gone") as caught:
        answered(10, nobody(), nobody())
    assert "\n" not in str(caught.value)


def test_asked_again_at_once_it_says_so_again() -> None:
    """It gave nothing and said nothing, as if there had been nothing to answer."""
    made = servers.open(config(nobody(), nobody()))
    try:
        for _ in range(2):
            with pytest.raises(ArenaError, match="is gone"):
                list(made.answer(asks(3), WARM))
    finally:
        made.close()


def test_once_all_are_gone_whoever_comes_back_is_waited_for() -> None:
    url, back = nobody(), ExitStack()
    made = servers.open(replace(config(nobody(), url), wait=60.0))
    late = Timer(1.5, lambda: back.enter_context(serving(echo, port=int(url.split(":")[2][:-3]))))
    late.start()
    with back:
        assert len(list(made.answer(asks(20), WARM))) == 20
    made.close()


def test_what_waiting_does_not_mend_is_told_at_once() -> None:
    rule: Rule = lambda _body, _count: Answer(status=404, message="no such model")  # noqa: E731
    with serving(rule) as one, serving(rule) as two:
        made = servers.open(replace(config(one.url, two.url), patience=30.0, wait=600.0))
        with pytest.raises(ArenaError, match="has no model"):
            list(made.answer(asks(3), WARM))
        made.close()


def test_the_patience_of_inner_is_refused_where_it_would_not_be_used() -> None:
    with pytest.raises(BadRequest, match="patience of inner is not used"):
        servers.check(config(nobody(), patience=5.0))
    servers.open(config(nobody(), patience=600.0)).close()  # as a form that holds all fields has it


def test_more_servers_change_no_identity() -> None:
    one, two = config("http://a:1/v1"), config("http://a:1/v1", "http://b:1/v1")
    assert servers.identity(one) == servers.identity(two)
    plain = plugins.config("arena.backends", one.inner)
    assert servers.identity(one) == plugins.load("arena.backends", "openai").identity(plain)


def test_a_server_that_is_not_there_is_amber_as_long_as_another_is() -> None:
    with serving(echo) as there:
        assert worst(servers.check(config(there.url))) == "green"
        assert worst(servers.check(config(nobody(), there.url))) == "amber"
    assert worst(servers.check(config(nobody()))) == "red"


def test_what_asks_no_server_is_refused() -> None:
    inner = Choice("recorded", {"path": "x"})
    with pytest.raises(BadRequest, match="inner recorded has no base_url"):
        servers.open(servers.Config(inner, ()))
