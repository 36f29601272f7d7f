"""A judge that talks garbage, stalls, breaks off, never ends, is busy for ever: told, never guessed."""

import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from arena.backends import openai
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError
from arena.jobs.control import control
from arena.jobs.folder import RunFolder
from arena.service.running import Run, Runner
from arena.types import Battle, Verdict
from tests.chaos import rig, rude
from tests.chaos.rude import Manner
from tests.store import build

BODIES = (
    b"", b"null", b"[]", b"3", b'"x"', b"{}", b"\xff\xfe\x00", b"[" * 100_000, b'{"choices": [{"mess',
    b'{"choices": {"a": 1}}', b'{"choices": [null]}', b'{"choices": "abc"}',
    b'{"choices": [{"message": "hi"}]}', b'{"choices": [{"message": {"content": 5}}]}',
    b'{"choices": [{"message": {"content": [{"text": "x"}]}}]}',
    b'{"choices": [{"message": {"content": {}}}]}',
    b'{"choices": [{"message": {"content": null, "refusal": 3}}]}',
)  # fmt: skip
ODD = b'{"choices": [{"message": {"content": "x"}, "finish_reason": ["y"]}], "usage": "z"}'
BROKEN: dict[str, Manner] = {
    "half": rude.half, "endless": rude.endless, "endless head": rude.endless_head, "drip": rude.drip,
    "stall": rude.stall, "close": rude.close, "reset": rude.reset, "noise": rude.noise, "circle": rude.circle,
    "500": rude.status(500), "400": rude.status(400),
}  # fmt: skip
AWAY: dict[str, Manner] = {
    "429": rude.busy(), "429, again in a moment": rude.busy(Retry_After="0.1"),
    "429, in a year": rude.busy(Retry_After="31536000"), "429, never": rude.busy(Retry_After="inf"),
    "429, no number": rude.busy(Retry_After="soon"), "503": rude.status(503), "401": rude.status(401),
    "404": rude.status(404),
}  # fmt: skip
SAYS = (
    "", "I would rather not.", '{"score_1": 11, "score_2": -3}', '{"score_1": "NaN", "score_2": null}',
    '{"explanation": "x"}', '{"score_1": 7, "score_2"', "7", "a tie" * 5000, "[[A>>B]]",
    "\x00\x1b[2J", '{"winner": "a"}',
)  # fmt: skip


def client(url: str, **options: object) -> openai.Client:
    return openai.open(
        openai.Config("tiny", url, **{"timeout": 1.0, "patience": 1.0, "retries": 1, **options})
    )


def asked(made: openai.Client, count: int = 1) -> list[Reply]:
    asks = [Ask(f"q{number}", (Message("user", "?"),), number) for number in range(count)]
    return list(made.answer(asks, Sampling()))


def test_a_body_that_is_no_completion_fails_its_row_and_no_other() -> None:
    with rude.serving(rude.good) as server, closing(client(server.url)) as made:
        for body in BODIES:
            server.turn(rude.raw(body))
            (reply,) = asked(made)
            assert (reply.status, reply.text, bool(reply.error)) == ("error", "", True), body
        server.turn(rude.raw(ODD))
        assert [(reply.status, reply.tokens) for reply in asked(made)] == [("ok", None)]


@pytest.mark.parametrize("manner", BROKEN)
def test_an_answer_that_breaks_off_or_never_ends_is_an_error_in_bounded_time(manner: str) -> None:
    began = time.monotonic()
    with rude.serving(BROKEN[manner]) as server, closing(client(server.url, retries=0)) as made:
        (reply,) = asked(made)
        assert (reply.status, reply.text) == ("error", "")
        assert reply.error
        assert "\n" not in reply.error
        server.turn(rude.good)
        assert asked(made)[0].status == "ok"
    assert time.monotonic() - began < 45


@pytest.mark.parametrize("manner", AWAY)
def test_a_server_that_is_busy_or_closed_for_ever_ends_the_work_with_one_line(manner: str) -> None:
    began = time.monotonic()
    with rude.serving(AWAY[manner]) as server, closing(client(server.url)) as made:
        with pytest.raises(ArenaError) as told:
            asked(made, 3)
        assert server.url in str(told.value)
        assert "\n" not in str(told.value)
        assert 0 < server.listener.asked < 60
    assert time.monotonic() - began < 45


def test_one_row_that_always_breaks_the_connection_does_not_end_the_others() -> None:
    def picky(handler: rude.Handler) -> None:
        (rude.close if handler.body["seed"] == 1 else rude.good)(handler)

    with rude.serving(picky) as server, closing(client(server.url, patience=600.0)) as made:
        found = {reply.id: reply.status for reply in asked(made, 4)}
    assert found == {"q0": "ok", "q1": "error", "q2": "ok", "q3": "ok"}


def test_rows_that_hang_to_the_end_are_errors_where_the_server_still_answers_others() -> None:
    def picky(handler: rude.Handler) -> None:
        (rude.stall if handler.body["seed"] in (3, 4, 5) else rude.good)(handler)

    with rude.serving(picky) as server, closing(client(server.url, timeout=0.3, retries=3)) as made:
        found = {reply.id: reply.status for reply in asked(made, 6)}
    assert found == {f"q{number}": "error" if number > 2 else "ok" for number in range(6)}


def test_a_server_that_cannot_show_who_it_is_is_told_at_once_with_the_reason(tmp_path: Path) -> None:
    place = tmp_path / "own.pem"
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    try:
        subprocess.run(
            [*words, "-keyout", str(place), "-out", str(tmp_path / "c.pem")], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("needs openssl")
    place.write_text(place.read_text() + (tmp_path / "c.pem").read_text())
    told = pytest.raises(ArenaError, match=r"is gone .*SSL")
    with rude.serving(rude.good, str(place)) as server, closing(client(server.url, patience=600.0)) as made:
        began = time.monotonic()
        with pytest.raises(ArenaError, match="self-signed certificate"):
            asked(made)
        assert time.monotonic() - began < 30
    with rude.serving(rude.good) as plain, closing(client(plain.url.replace("http", "https"))) as made, told:
        asked(made)


def shown(run: RunFolder) -> tuple[str, int, bool]:
    """What pages and commands show of a run: its state, rows that failed, whether they can be asked again."""
    line = Runner(build.settings(run.path.parents[1])).one(Run(run.id)).line
    return line.state, line.failed, "retry" in line.may


def games(run: RunFolder) -> dict[str, list[Verdict]]:
    """The verdicts of a run, by id, in the order in which they came."""
    found: dict[str, list[Verdict]] = {}
    for fact in rig.told(run):
        if isinstance(fact, Verdict):
            found.setdefault(fact.id, []).append(fact)
    return found


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str, str], str | None]:
    """What the judge says of each game when nothing goes wrong."""
    home = tmp_path_factory.mktemp("calm")
    with rude.serving(rude.good) as server:
        run = rig.launched(home / "runs", rig.fight(home, server.url, 4))
        assert rig.worker(run).wait() == 0
    return _won(run)


def _won(run: RunFolder) -> dict[tuple[int, str, str], str | None]:
    """Who won each game; the judge's address is part of the ids, so games are told by prompt and sides."""
    fights = {fact.id: fact for fact in rig.told(run) if isinstance(fact, Battle)}
    last = [said[-1] for said in games(run).values()]
    return {
        (
            one.game,
            fights[one.battle].prompt or "",
            fights[one.battle].model_a + fights[one.battle].model_b,
        ): one.winner
        for one in last
    }


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["half", "endless", "500"])
def test_games_that_no_judge_could_decide_are_failed_rows_and_are_asked_again_alone(
    calm, home, manner
) -> None:
    with rude.serving(BROKEN[manner]) as server:
        run = rig.launched(
            home / "runs", rig.fight(home.parent, server.url, 4, timeout=1.0, patience=1.0, retries=0)
        )
        assert rig.worker(run).wait(timeout=200) == 0
        assert shown(run) == ("done", 24, True)
        failed = [said for all_ in games(run).values() for said in all_]
        assert {(said.status, said.winner, said.score_a) for said in failed} == {("error", None, None)}
        server.turn(rude.good)
        control(run, "retry")
        assert rig.worker(run).wait(timeout=200) == 0
    assert shown(run) == ("done", 0, False)
    assert all([said.status for said in all_] == ["error", "ok"] for all_ in games(run).values())
    assert _won(run) == calm
    assert rig.battles(home, "t") == 12


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["429", "429, in a year", "404"])
def test_a_judge_that_is_away_for_ever_stops_the_run_in_one_line_and_it_is_resumed(
    calm, home, manner
) -> None:
    with rude.serving(AWAY[manner]) as server:
        run = rig.launched(
            home / "runs", rig.fight(home.parent, server.url, 4, timeout=5.0, patience=1.0, retries=0)
        )
        assert rig.worker(run).wait(timeout=200) == 1
        assert shown(run)[0] == "failed"
        assert server.url in run.said("failed")
        assert "\n" not in run.said("failed")
        assert games(run) == {}
        server.turn(rude.good)
        control(run, "resume")
        assert rig.worker(run).wait(timeout=200) == 0
    assert shown(run) == ("done", 0, False)
    assert {len(all_) for all_ in games(run).values()} == {1}
    assert _won(run) == calm


@pytest.mark.slow
def test_a_judge_that_takes_every_game_and_answers_none_stops_the_run_and_it_is_resumed(calm, home) -> None:
    with rude.serving(rude.stall) as server:
        config = rig.fight(home.parent, server.url, 4, timeout=0.3, patience=60.0, retries=0)
        run = rig.launched(home / "runs", config)
        assert rig.worker(run).wait(timeout=200) == 1
        assert shown(run)[0] == "failed"
        assert f"server {server.url} answers nothing" in run.said("failed")
        assert server.listener.asked < 24
        server.turn(rude.good)
        for verb in ("resume", "retry"):  # games whose time was over stand as failed until they are asked for
            control(run, verb)
            assert rig.worker(run).wait(timeout=200) == 0
    assert shown(run) == ("done", 0, False)
    assert all([said.status for said in all_][-1:] == ["ok"] for all_ in games(run).values())
    assert _won(run) == calm


@pytest.mark.slow
def test_whatever_a_judge_says_that_is_no_verdict_becomes_none(home: Path) -> None:
    turn = iter(range(10**6))

    def speak(handler: rude.Handler) -> None:
        rude.said(SAYS[next(turn) % len(SAYS)])(handler)

    with rude.serving(speak) as server:
        run = rig.launched(home / "runs", rig.fight(home.parent, server.url, 4))
        assert rig.worker(run).wait(timeout=200) == 0
    found = [said for all_ in games(run).values() for said in all_]
    assert len(found) == 24
    assert {(said.winner, said.score_a, said.score_b) for said in found} == {(None, None, None)}
    assert "ok" not in {said.status for said in found}
    assert shown(run) == ("done", 24, True)
