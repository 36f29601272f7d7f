"""Every way into the app, compared with `endpoints.csv`: a new one fails until somebody says whose it is.

Routes are asked by real HTTP as nobody, as a visitor and as the operator; events as the browser sends them.
"""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.jobs.folder import RunFolder
from arena.pages.narrow import CLOSED
from arena.service import requests as ask
from arena.service.service import Service
from arena.settings import Settings
from tests.jobs import rig
from tests.store import build
from tests.training.flywheel import finished

ROOT = Path(__file__).parent.parent.parent
TABLE = Path(__file__).with_name("endpoints.csv")
ROLES = {"anyone", "visitor", "operator", "token", "closed"}
WORDS = {"arena": "look", "operator": "do"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A running app: its home, what it offers, and a browser for each role."""

    settings: Settings
    token: str
    routes: frozenset[str]
    events: dict[str, int]
    inputs: dict[str, list[str]]
    """Ids of the inputs of each event."""
    browsers: dict[str, httpx.Client]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A home with a board, two runs and a flywheel that are done, behind both passwords."""
    home = tmp_path_factory.mktemp("doors")
    finished.flywheel(home / "runs")
    with Service(build.settings(home), "test") as service:
        votes = [("gpt-4", "llama-13b", "left"), ("llama-13b", "claude-1", "tie")] * 5
        service.bring(ask.Import(build.votes(home / "votes.csv", votes), "votes"))
    own = {
        "ARENA_PASSWORD": WORDS["arena"],
        "ARENA_OPERATOR_PASSWORD": WORDS["operator"],
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(home / "tmp" / "uploads"),
        "PYTHONPATH": str(ROOT),
    }
    words = [sys.executable, str(Path(__file__).with_name("doors.py")), str(home)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, **own})
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        browsers = {who: logged_in(told["url"], who) for who in ("nobody", *WORDS)}
        numbers = {name: number for name, (number, _) in told["events"].items()}
        inputs = {name: ids for name, (_, ids) in told["events"].items()}
        yield Opened(
            build.settings(home), told["token"], frozenset(told["routes"]), numbers, inputs, browsers
        )
        for one in browsers.values():
            one.close()
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def logged_in(url: str, who: str) -> httpx.Client:
    client = httpx.Client(base_url=url, trust_env=False, timeout=60, transport=httpx.HTTPTransport(retries=5))
    if who in WORDS:
        assert client.post("/login", data={"username": who, "password": WORDS[who]}).status_code == 200
    return client


def table(kind: str) -> dict[str, str]:
    """Whose each endpoint of a kind is."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["role"] in ROLES and row["what"].strip() for row in rows)
    found = {row["endpoint"]: row["role"] for row in rows if row["kind"] == kind}
    assert len(found) == sum(row["kind"] == kind for row in rows), "a line stands twice"
    return found


def test_every_route_is_classified(app: Opened) -> None:
    assert app.routes == set(table("route"))


def test_every_event_is_classified(app: Opened) -> None:
    assert set(app.events) == set(table("event"))


def test_no_route_of_mcp_is_there(app: Opened) -> None:
    assert not [route for route in app.routes if "mcp" in route]


def asked(app: Opened, who: str, route: str) -> int:
    """The status of a route; whatever a path wants is filled in."""
    method, _, path = route.partition(" ")
    path = re.sub(r"\{\w+(:\w+)?\}", "x1", path).replace("/*", "/x1")
    body = {"json": {}} if method == "POST" else {}
    with app.browsers[who].stream(method, path, **body) as answer:
        return answer.status_code


def test_a_route_answers_whom_it_is_for(app: Opened) -> None:
    wrong = {}
    for route, role in table("route").items():
        if route == "GET /logout":
            continue
        got = {who: asked(app, who, route) for who in ("nobody", "arena", "operator")}
        if role == "closed":
            fine = set(got.values()) == {404}
        elif role == "token":
            fine = set(got.values()) == {403}
        elif role == "visitor":
            fine = got["nobody"] == 401 and not {401, 403} & ({got["arena"], got["operator"]} - {403})
        else:
            fine = all(status < 500 and status != 401 for status in got.values())
        if not fine:
            wrong[route] = (role, got)
    assert wrong == {}


def test_what_is_closed_is_said_so_in_the_table(app: Opened) -> None:
    said = {route.partition(" ")[2] for route, role in table("route").items() if role == "closed"}
    assert all(CLOSED.fullmatch(path) for path in said)
    others = {route.partition(" ")[2] for route, role in table("route").items() if role != "closed"}
    assert not [path for path in others if CLOSED.fullmatch(path)]


def test_a_wrong_token_and_none_open_no_door(app: Opened) -> None:
    for headers in ({}, {"authorization": "Bearer"}, {"authorization": f"Bearer {app.token[:-1]}"}):
        for verb in ("boards", "import", "backup", "remove", "control", "launch"):
            assert (
                app.browsers["operator"].post(f"/arena/{verb}", json={}, headers=headers).status_code == 403
            )


def sent(app: Opened, who: str, number: int, data: list[Any], event: dict[str, Any] | None) -> str:
    """An event as the browser sends it; what came of it, as text, or the status that refused it."""
    mark = f"s{time.monotonic_ns()}"
    body = {"data": data, "fn_index": number, "session_hash": mark, "event_data": event, "trigger_id": None}
    joined = app.browsers[who].post("/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return str(joined.status_code)
    with app.browsers[who].stream("GET", "/gradio_api/queue/data", params={"session_hash": mark}) as answer:
        for line in answer.iter_lines():
            told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            if told.get("msg") in ("process_completed", "unexpected_error"):
                return json.dumps(told)
    return ""


def filled(app: Opened, name: str, **given: Any) -> list[Any]:
    """Nothing for each input of a handler's event but those that are named by their element's id."""
    return [given.get(part.replace("-", "_")) for part in app.inputs[name]]


def test_nobody_is_answered_by_any_event(app: Opened) -> None:
    for name, number in app.events.items():
        assert sent(app, "nobody", number, filled(app, name), None) == "401", name
        direct = app.browsers["nobody"].post("/gradio_api/run/predict", json={"data": [], "fn_index": number})
        assert direct.status_code in (401, 404), name


def state(app: Opened) -> dict[str, Any]:
    """All that a visitor may not change."""
    home = app.settings.home
    files = [home / name for name in ("journal.jsonl", "name_map.csv")]
    door = app.browsers["nobody"].post(
        "/arena/boards", json={}, headers={"authorization": f"Bearer {app.token}"}
    )
    return {
        "files": {path.name: path.read_bytes() for path in files if path.is_file()},
        **{
            name: sorted(path.name for path in (home / name).glob("*"))
            for name in ("runs", "imports", "models")
        },
        "boards": sorted(board["board"] for board in door.json()),
    }


def pressed(do: str, what: str = "", **more: Any) -> dict[str, Any]:
    return {"do": do, "what": what, "values": {}, **more}


WHEEL = "?run=iteration-made"
CHANGES = (
    ("arena.pages.leaderboard:Page.store", {"state": "?board=votes"}, None),
    ("arena.pages.naming:Naming.wire.say", {}, {"name": "y", "key": "gpt-4"}),
    ("arena.pages.data:Page.use", {}, pressed("remove", "votes")),
    ("training.pages.iterate:Page.act", {"wheel_at_now": WHEEL}, pressed("promote", "nano-loop-i0")),
    ("arena.pages.runs:Page.act", {}, pressed("remove", "RUN")),
)  # fmt: skip
"""What the operator does and a visitor cannot, as the browser sends it."""


def test_what_is_the_operators_a_visitor_cannot_do_and_the_operator_can(app: Opened) -> None:
    run = rig.made(app.settings.runs, rows=2, board=None)
    run.drop("queued")
    run.put("stopped")
    for name, given, event in CHANGES:
        assert table("event")[name] == "operator", name
        asked_for = {**event, "what": run.id} if event and event.get("what") == "RUN" else event
        data, before = filled(app, name, **given), state(app)
        sent(app, "arena", app.events[name], data, asked_for)
        assert state(app) == before, name
        told = sent(app, "operator", app.events[name], data, asked_for)
        assert state(app) != before, (name, told)
    assert not RunFolder(run.path).path.exists()


def test_a_visitor_names_no_path_of_the_machine(app: Opened, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("mother,maiden\nsmith,1\n")
    mark = app.settings.scratch / "arrived" / ("0" * 16)
    around = f"{mark}/../../../{'../' * 12}{secret}"
    before = state(app)
    for path in (str(secret), around):
        name = "arena.pages.data:Page.chosen"
        data = filled(app, name, mark="", source="path", path=path, format="mapped")
        assert "maiden" not in sent(app, "arena", app.events[name], data, None)
        for name in ("arena.pages.data:Page.start", "arena.pages.data:Page.survey"):
            data = filled(app, name, mark="", source="path", path=path, at="", into="stolen")
            assert "maiden" not in sent(app, "arena", app.events[name], data, None)
    assert state(app) == before
    name = "arena.pages.data:Page.chosen"
    data = filled(app, name, mark="", source="path", path=str(secret), format="mapped")
    assert "maiden" in sent(app, "operator", app.events[name], data, None)


def test_a_visitor_opens_a_test_set_by_its_name_alone(app: Opened, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    name = "arena.pages.testsets:Part.open"
    data, event = filled(app, name), pressed("open", str(tmp_path))
    assert "no test set" in sent(app, "arena", app.events[name], data, event)
    assert "no test set" not in sent(app, "operator", app.events[name], data, event)


def test_a_visitor_reads_no_log_settings_or_places_of_runs(app: Opened) -> None:
    made = "iteration-made"
    for name, at in (
        ("training.pages.iterate:Page.look", f"?run={made}"),
        ("arena.pages.runs:Page.look", made),
    ):
        number = app.events[name]
        data = [at, ""]
        told = sent(app, "arena", number, data, None)
        assert made in told
        assert "Settings" not in told
        assert str(app.settings.home) not in told
        assert "Settings" in sent(app, "operator", number, data, None)


@pytest.mark.parametrize(
    "path",
    ["owner.json", "journal.jsonl", "arena.duckdb", "runs/iteration-made/config.json", "../../../etc/passwd"],
)
def test_no_file_of_the_home_is_handed_out(app: Opened, path: str) -> None:
    (app.settings.home / "owner.json").write_text("{}")
    place = f"{app.settings.home}/{path}"
    for who in ("nobody", "arena", "operator"):
        for address in (
            f"/gradio_api/file={place}",
            f"/gradio_api/file/{place}",
            f"/look/../{path}",
            f"/look/%2e%2e/{path}",
        ):
            answer = app.browsers[who].get(address)
            assert answer.status_code in (401, 403, 404), (who, address)
