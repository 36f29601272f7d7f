"""vLLM in its child process: answers, schema, adapters by request, and the end of the process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from arena.backends import transformers, vllm
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError
from arena.preflight import worst
from tests.backends import tiny
from tests.vllm.served import QUIET

GREEDY = Sampling(temperature=0, max_tokens=12)
VERDICT = {
    "type": "object",
    "properties": {
        "explanation": {"type": "string", "maxLength": 20},
        "score_a": {"type": "integer", "minimum": 1, "maximum": 10},
        "score_b": {"type": "integer", "minimum": 1, "maximum": 10},
    },
    "required": ["explanation", "score_a", "score_b"],
    "additionalProperties": False,
}


def asks(count: int) -> list[Ask]:
    return [
        Ask(f"q{i}", (Message("user", f"what is {i * 7919}?" + " add" * (i % 5)),), i) for i in range(count)
    ]


def texts(replies: Iterator[Reply]) -> dict[str, str]:
    return {reply.id: reply.text for reply in replies}


def _alike(one: str, other: str) -> float:
    """The share of a text with which another begins, too."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), len(one)) / max(1, len(one))


@pytest.fixture(scope="module")
def config(model: Path) -> vllm.Config:
    return vllm.Config(str(model), dtype="float32", eager=True, context=256, adapters=2, rank=8)


@pytest.fixture(scope="module")
def engine(config: vllm.Config) -> Iterator[vllm.Engine]:
    before = dict(os.environ)
    os.environ.update(QUIET)
    opened = vllm.open(config)
    os.environ.clear()
    os.environ.update(before)
    yield opened
    opened.close()


def test_it_says_beforehand_that_it_can_work(config: vllm.Config) -> None:
    assert worst(vllm.check(config)) == "green"


def test_every_ask_gets_one_reply(engine: vllm.Engine) -> None:
    replies = list(engine.answer(asks(200), GREEDY))
    assert sorted(reply.id for reply in replies) == sorted(ask.id for ask in asks(200))
    assert all(0 < (reply.tokens or 0) <= 12 and reply.prompt_tokens for reply in replies)
    assert {reply.status for reply in replies} <= {"ok", "truncated"}


def test_greedy_answers_are_those_of_transformers_up_to_rounding(engine: vllm.Engine, model: Path) -> None:
    """vLLM's attention for CPUs rounds to bfloat16, and an untrained model's words are close calls."""
    plain = transformers.open(transformers.Config(str(model), device="cpu"))
    wanted = texts(plain.answer(asks(40), GREEDY))
    given = texts(engine.answer(asks(40), GREEDY))
    alike = [_alike(text, given[name]) for name, text in wanted.items()]
    assert min(alike) > 0
    assert sum(alike) / len(alike) >= 0.8


def test_a_seed_draws_the_same_answer_again(engine: vllm.Engine) -> None:
    warm = Sampling(1.0, max_tokens=12)
    first = texts(engine.answer(asks(40), warm))
    assert texts(engine.answer(asks(40)[::-1], warm)) == first
    assert len(set(first.values())) > 20


def test_a_judges_schema_holds_even_for_a_model_that_knows_nothing(engine: vllm.Engine) -> None:
    replies = list(engine.answer(asks(32), Sampling(1.0, max_tokens=200), json.dumps(VERDICT)))
    read = [json.loads(reply.text) for reply in replies if reply.status == "ok"]
    assert len(read) == 32
    assert all(set(verdict) == {"explanation", "score_a", "score_b"} for verdict in read)
    assert all(1 <= verdict["score_a"] <= 10 and 1 <= verdict["score_b"] <= 10 for verdict in read)


def test_a_chat_that_is_too_long_is_an_error_and_its_neighbours_are_answered(engine: vllm.Engine) -> None:
    long = Ask("long", (Message("user", "x " * 600),), 0)
    replies = {reply.id: reply for reply in engine.answer([*asks(9), long], GREEDY)}
    assert replies.pop("long").status == "error"
    assert {reply.status for reply in replies.values()} <= {"ok", "truncated"}
    assert len(replies) == 9


def test_adapters_are_swapped_by_request_in_one_process(
    engine: vllm.Engine, config: vllm.Config, model: Path, tmp_path: Path
) -> None:
    plain = texts(engine.answer(asks(20), GREEDY))
    said = {}
    for seed in (5, 6):
        tuned = replace(config, adapter=str(tiny.adapter(model, tmp_path / f"lora{seed}", seed)))
        other = engine.adapted(tuned)
        assert other is not None
        assert other.child is engine.child
        assert vllm.identity(tuned) != vllm.identity(config)
        said[seed] = texts(other.answer(asks(20), GREEDY))
        other.close()
    assert plain != said[5] != said[6] != plain
    assert texts(engine.answer(asks(20), GREEDY)) == plain
    assert engine.adapted(replace(config, dtype="bfloat16")) is None


def test_a_process_whose_parent_is_gone_ends() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "arena.backends.vllm"],
        stdin=subprocess.PIPE,
        env=vllm._environment(),
        start_new_session=True,
    )
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(60) == -signal.SIGKILL


def test_a_killed_process_is_one_line_that_tells_what_it_said(engine: vllm.Engine) -> None:
    workers = psutil.Process(engine.child.process.pid).children(recursive=True)
    os.kill(engine.child.process.pid, signal.SIGKILL)
    with pytest.raises(ArenaError, match=r"vllm ended by itself \(exit code -9\)") as raised:
        list(engine.answer(asks(5), GREEDY))
    assert "\n" not in str(raised.value)
    end = time.monotonic() + 10
    while any(worker.is_running() and worker.status() != "zombie" for worker in workers):
        assert time.monotonic() < end, "a worker outlived its engine"
        time.sleep(0.1)


def test_a_model_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "none-such"}')
    with pytest.raises(ArenaError, match="none-such"):
        vllm.open(vllm.Config(str(tmp_path)))
