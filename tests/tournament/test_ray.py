"""Battles on Ray: a real cluster of several raylets comes to the facts of one machine, whoever dies."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from arena.backends.types import Sampling
from arena.errors import ArenaError
from arena.jobs import catalog, facts, plan
from arena.jobs.events import since
from arena.jobs.folder import RunFolder
from arena.plugins import Choice
from arena.preflight import Finding
from arena.tournament import cost, preflight
from arena.tournament.cluster import Cluster, Node, fit, room
from arena.tournament.config import Contestant, Tournament
from arena.tournament.ray import connecting
from arena.tournament.ray.actors import Actor, Hello, Refusal
from arena.tournament.ray.pool import _nobody
from arena.tournament.tasks import Answering, Found
from arena.types import Battle, Fact
from tests.tournament.build import plain, prompts, tournament
from tests.tournament.raylets import Raylets, raylets

pytest.importorskip("ray")
slow = pytest.mark.slow


def on_ray(config: Tournament, **cluster: object) -> Tournament:
    return replace(config, executor="ray", ray=replace(Cluster(), **cluster))


def findings(config: Tournament) -> list[Finding]:
    return [found for found in preflight.check(config) if found.subject == "Ray"]


@pytest.mark.parametrize(
    ("cluster", "node", "actors"),
    [
        (Cluster(most=9), Node("a", 8), 8),
        (Cluster(cpus=0.1, most=99), Node("a", 1), 10),
        (Cluster(gpus=4, most=9), Node("a", 64, 8), 2),
        (Cluster(cpus=40, gpus=1, most=9), Node("a", 64, 8), 1),
        (Cluster(gpus=1), Node("a", 64), 0),
        (Cluster(cpus=0, most=7), Node("a", 0), 7),
    ],
)
def test_as_many_actors_fit_as_cores_and_gpus_allow(cluster: Cluster, node: Node, actors: int) -> None:
    assert fit(cluster, node) == actors
    assert room(cluster, [node] * 3) == min(3 * actors, cluster.most)


def test_one_machine_or_many_it_is_the_same_run(tmp_path: Path) -> None:
    kind, config = catalog.load("tournament"), tournament(tmp_path)
    one, many = (catalog.identity(kind, made) for made in (config, on_ray(config, most=64, gpus=1)))
    assert one == many


def test_launched_again_on_ray_a_stopped_run_goes_on_there(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    run = launched(tmp_path / "runs", config)
    run.put("stopped")
    run.drop("queued")
    again = plan.launch(tmp_path / "runs", plan.Plan("tournament", catalog.plain(on_ray(config, most=2))))
    assert (again.id, again.fate) == (run.id, "resumed")
    assert (run.spec().config["executor"], run.spec().config["ray"]["most"]) == ("ray", 2)


def test_a_config_with_no_place_is_told_before_the_start(tmp_path: Path) -> None:
    (found,) = findings(on_ray(tournament(tmp_path), gpus=64))
    assert found.level == "red"
    assert "room for 0 actors with 1 CPU and 64 GPUs each" in found.text
    assert "lower ray.cpus, ray.gpus or ray.least, or add nodes" in found.text
    (coming,) = findings(on_ray(tournament(tmp_path), gpus=64, nodes=2))
    assert (coming.level, "the 2 nodes that are to come are waited for" in coming.text) == ("amber", True)
    (fits,) = findings(on_ray(tournament(tmp_path), most=1))
    assert (fits.level, "room for 1 actor of at most 1" in fits.text) == ("green", True)


def test_without_an_actor_room_and_a_slow_start_are_told_apart() -> None:
    """A cluster where nothing fits, and one where something does."""
    assert _nobody(Cluster(gpus=1), [Node("a", 8)]).startswith(
        "Ray had no room for an actor with 1 CPU and 1 GPU"
    )
    assert _nobody(Cluster(), [Node("a", 8)]).startswith("no actor came up in 600 s, though there is room")
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        TypeAdapter(Cluster).validate_python({"patience": 0})


def test_more_actors_wanted_than_allowed_is_told(tmp_path: Path) -> None:
    found = findings(on_ray(tournament(tmp_path), least=3, most=2))
    assert "least 3 is more than most 2: lower the one or raise the other" in [one.text for one in found]


def test_a_cluster_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    (found,) = findings(on_ray(tournament(tmp_path), address="127.0.0.1:9"))
    assert found.level == "red"
    assert found.text.startswith("Ray at 127.0.0.1:9 cannot be reached: ")
    assert "\n" not in found.text


def test_a_node_that_does_not_come_up_in_time_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ray tells it on a machine with too much to do: a bare Exception."""
    import ray

    def late(**_: object) -> None:
        raise Exception("The current node timed out\nduring startup.")  # noqa: TRY002 - as Ray does

    monkeypatch.setattr(ray, "init", late)
    with pytest.raises(ArenaError, match=r"^Ray did not start on this machine: .* timed out during startup"):
        connecting._init(ray, "local", tmp_path)


def test_without_the_package_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (found,) = findings(on_ray(tournament(tmp_path)))
    assert found.level == "red"
    assert found.text.startswith("executor ray needs Ray: pip install 'arena-learning[ray]'")


def test_the_dry_run_plans_for_so_many_nodes(tmp_path: Path) -> None:
    config = on_ray(tournament(tmp_path), nodes=8, most=6, cpus=os.cpu_count() or 1)
    lines = {line.what: line for line in cost.estimate(config)}
    assert (lines["nodes"].value, lines["actors"].value) == (8, 6)
    assert "1 on each node" in lines["actors"].note
    assert "ray.most is 6" in lines["actors"].note
    told = [lines[f"minutes on {n} node{'s' * (n > 1)}"] for n in (1, 2, 4, 8)]
    assert [line.value for line in told] == sorted((line.value for line in told), reverse=True)
    assert told[3].note.startswith("6 actors")


def test_an_actor_answers_or_says_in_one_line_why_not(tmp_path: Path) -> None:
    config, version = tournament(tmp_path), __import__("arena").__version__
    actor = Actor(config, version)
    assert isinstance(actor.hello(), Hello)
    assert actor.do(Answering(0, (), ())) == Found()
    Path(str(config.models[1].backend.options["path"])).unlink()
    refused = actor.do(Answering(1, (), ()))
    assert isinstance(refused, Refusal)
    assert "middle.jsonl" in refused.text
    assert "\n" not in refused.text
    actor.close()
    assert actor.do(Answering(0, (), ())) == Refusal("ArenaError", "the actor was closed")


def test_an_actor_of_another_version_does_not_begin(tmp_path: Path) -> None:
    said = Actor(tournament(tmp_path), "0.0.1").hello()
    assert isinstance(said, Refusal)
    assert "0.0.1 here: install the same" in said.text


# On a real cluster


@slow
def test_idle_deaths_count_against_no_batch_and_an_error_of_ours_comes_out(tmp_path: Path) -> None:
    """Where no death is allowed: all actors killed between two batches; then a result that raises."""
    words = [sys.executable, "-m", "tests.tournament.pooling", str(tmp_path)]
    said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=300).stdout
    lines = [line for line in said.splitlines() if "(raylet)" not in line]
    assert lines == ["first", "second", "KeyError('nothing')", "last"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Raylets]:
    """A head and two nodes, one core each."""
    with raylets() as made:
        for _ in range(3):
            made.add()
        with pytest.MonkeyPatch.context() as patch:
            for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
                patch.setenv(name, made.env[name])
            yield made


def until(there: Callable[[], bool], seconds: float = 240.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def pocket(n: int = 40) -> Tournament:
    """Three of the pocket world's models, in small units."""
    models = tuple(
        Contestant(name, Choice("transformers", {"model": f"shipped:{name}"}))
        for name in ("oak", "fern", "sprout")
    )
    warm = Sampling(temperature=0.7, max_tokens=40)
    return Tournament("t", prompts(n), models, Choice("verifier"), sampling=warm, unit=4, canaries=2)


def launched(runs: Path, config: Tournament) -> RunFolder:
    made = plan.launch(runs, plan.Plan("tournament", catalog.plain(config)))
    return RunFolder(runs / made.id)


def work(run: RunFolder, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "arena.jobs.worker", str(run.path)], env=env)


def told(run: RunFolder) -> dict[str, Fact]:
    """Facts by id, without what tells runs apart; fails where one comes twice."""
    found = [fact for _, fact in facts.read(run.outputs)]
    return plain([replace(f, run=None, when=None) if isinstance(f, Battle) else f for f in found])


def notes(run: RunFolder) -> str:
    return "\n".join(event.text for _, event in since(run.path / "events.jsonl", 0) if event.kind == "note")


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fact]:
    """What a run in one process comes to."""
    run = launched(tmp_path_factory.mktemp("calm"), pocket())
    began = time.monotonic()
    assert work(run, {**os.environ, "OMP_NUM_THREADS": "1"}).wait() == 0
    print(f"in one process: {count(run)} facts in {time.monotonic() - began:.0f} s")
    return told(run)


def count(run: RunFolder) -> int:
    return sum(1 for _ in facts.lines(run.outputs))


@slow
def test_its_driver_killed_a_run_goes_on_to_the_facts_of_one_machine(
    cluster: Raylets, calm: dict[str, Fact], tmp_path: Path
) -> None:
    run = launched(tmp_path, on_ray(pocket(), address=cluster.address))
    driver = work(run, cluster.env)
    until(lambda: count(run) > len(calm) // 10)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    before = count(run)
    assert before < len(calm)
    assert work(run, cluster.env).wait() == 0
    assert told(run) == calm
    assert "3 nodes, room for 3 actors" in notes(run)


@slow
def test_what_an_actor_lacks_ends_the_run_in_one_line(cluster: Raylets, tmp_path: Path) -> None:
    server = {"model": "m", "base_url": "http://127.0.0.1:9/v1", "key_env": "ARENA_TEST_KEY"}
    judge = Choice("pairwise_score", {"backend": {"name": "openai", "options": server}})
    config = on_ray(tournament(tmp_path, judge=judge), address=cluster.address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARENA_TEST_KEY", "here, not on the nodes")
        run = launched(tmp_path, config)
        assert work(run, {**cluster.env, "ARENA_TEST_KEY": "here, not on the nodes"}).wait() == 1
    assert run.state() == "failed"
    assert "environment variable ARENA_TEST_KEY is not set" in (run.said("failed") or "")
    assert "\n" not in (run.said("failed") or "").strip()


@slow
def test_stopped_on_ray_it_goes_on_in_one_process_and_leaves_nothing_behind(
    calm: dict[str, Fact], tmp_path: Path
) -> None:
    run = launched(tmp_path, on_ray(pocket(), most=2))
    with tempfile.TemporaryDirectory(prefix="t") as scratch:
        env = {**os.environ, "OMP_NUM_THREADS": "1", "TMPDIR": scratch}
        driver = work(run, env)
        until(lambda: count(run) > len(calm) // 10)
        driver.terminate()
        assert (driver.wait(), run.state()) == (1, "stopped")
        assert not list(Path(scratch).glob("arena-ray-*"))
    assert launched(tmp_path, pocket()).id == run.id
    assert work(run, env).wait() == 0
    assert told(run) == calm


@slow
def test_where_no_node_comes_the_run_ends_by_itself(cluster: Raylets, tmp_path: Path) -> None:
    config = on_ray(tournament(tmp_path), address=cluster.address, gpus=1, nodes=9, patience=1)
    run = launched(tmp_path, config)
    assert work(run, cluster.env).wait() == 1
    assert "Ray had no room for an actor with 1 CPU and 1 GPU in 1 s" in (run.said("failed") or "")


@slow
def test_a_node_killed_in_the_middle_costs_a_batch_and_no_fact(
    cluster: Raylets, calm: dict[str, Fact], tmp_path: Path
) -> None:
    run = launched(tmp_path, on_ray(pocket(), address=cluster.address))
    began, driver = time.monotonic(), work(run, cluster.env)
    until(lambda: count(run) > len(calm) // 10)
    cluster.kill(2)
    assert driver.wait() == 0
    print(f"on three nodes, one killed: {count(run)} facts in {time.monotonic() - began:.0f} s")
    assert told(run) == calm
    assert "are asked again" in notes(run)


@slow
def test_from_outside_a_head_that_is_gone_ends_the_run_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray's client tries for half a minute to reach it again."""
    with raylets() as made:
        made.add()
        for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
            monkeypatch.setenv(name, made.env[name])
        run = launched(tmp_path, on_ray(pocket(), address=f"ray://127.0.0.2:{made.client}"))
        driver = work(run, made.env)
        until(lambda: count(run) > 0)
        made.kill(0)
        assert driver.wait() == 1
    said = (run.said("failed") or "").strip()
    assert f"the connection to Ray at ray://127.0.0.2:{made.client} broke" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no\nroom", "no room"),
        (
            "Failed: Traceback (most recent call last):\n  File x\n    start(\nRuntimeError: no room\n",
            "Failed: RuntimeError: no room",
        ),
        ("", "OSError"),
    ],
)
def test_of_a_cluster_s_traceback_its_end_is_told(text: str, told: str) -> None:
    error = connecting._unreached("a:1", OSError(text))
    assert str(error).startswith(f"Ray at a:1 cannot be reached: {told}: is it up")
