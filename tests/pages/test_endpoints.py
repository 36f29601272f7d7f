"""Every way into the app, compared with `endpoints.csv`: a new one fails until somebody says whose it is.

Routes are asked by real HTTP as nobody, as a visitor and as the operator; events as the browser sends them.
"""

import csv
import gc
import json
import re
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
import uvicorn
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from arena.jobs.folder import RunFolder
from arena.pages import frame, serve
from arena.pages.narrow import CLOSED
from arena.service import requests as ask
from arena.service.service import Service
from arena.settings import Settings
from tests.jobs import rig
from tests.store import build
from tests.training.flywheel import finished

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # Gradio leaves event loops to the collector
TABLE = Path(__file__).with_name("endpoints.csv")
ROLES = {"anyone", "visitor", "operator", "token", "closed"}
WORDS = {"arena": "look", "operator": "do"}


@dataclass(slots=True)
class Opened:
    """The app of a home, served from this process, and a browser for each role."""

    service: Service
    app: Any
    url: str
    browsers: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def inner(self) -> Any:
        """Gradio's own app inside ours."""
        return next(
            r.app for r in self.app.routes if isinstance(r, Mount) and isinstance(r.app, gr.routes.App)
        )

    @property
    def events(self) -> dict[str, int]:
        """Handlers of events by name, each with the first event that it is asked by."""
        found: dict[str, int] = {}
        for number, event in self.inner.get_blocks().fns.items():
            if event.fn is not None and event.name is not None:
                name = f"{event.fn.__module__}:{event.fn.__qualname__}".replace(".<locals>", "")
                found.setdefault(name, number)
        return found


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    with Service(settings, "test", packages=(*rig.PACKAGES, "training.kinds")) as service:
        app = frame.mounted(service, "the token", settings, only_loopback=True)
        swept()
        ear = serve.bound("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        found = Opened(service, app, serve.address("127.0.0.1", ear.getsockname()[1]))
        try:
            yield found
        finally:
            for one in found.browsers.values():
                one.close()
            server.should_exit = True
            thread.join(20)
    del app, server, thread, found
    swept()


def swept() -> None:
    """What Gradio left open is collected here, and not in whatever test comes next."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A home with a board, two runs and a flywheel that are done, behind both passwords."""
    home = tmp_path_factory.mktemp("doors")
    finished.flywheel(home / "runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        patch.setenv("GRADIO_TEMP_DIR", str(home / "tmp" / "uploads"))
        settings = Settings(home=home, wait=0, password="look", operator_password="do")  # noqa: S106
        with opened(settings) as found:
            votes = [("gpt-4", "llama-13b", "left"), ("llama-13b", "claude-1", "tie")] * 5
            found.service.bring(ask.Import(build.votes(home / "votes.csv", votes), "votes"))
            for name in ("nobody", *WORDS):
                found.browsers[name] = client = httpx.Client(base_url=found.url, trust_env=False, timeout=30)
                if name in WORDS:
                    login = {"username": name, "password": WORDS[name]}
                    assert client.post("/login", data=login).status_code == 200
            yield found


def table(kind: str) -> dict[str, str]:
    """Whose each endpoint of a kind is."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["role"] in ROLES and row["what"].strip() for row in rows)
    found = {row["endpoint"]: row["role"] for row in rows if row["kind"] == kind}
    assert len(found) == sum(row["kind"] == kind for row in rows), "a line stands twice"
    return found


def routes(app: Opened) -> set[str]:
    """`GET /path` of every route, ours and Gradio's; a path with and without its last slash is one."""
    found = set()
    for route in [*app.app.routes, *app.inner.routes]:
        if isinstance(route, Route | APIRoute):
            path = route.path.rstrip("/") or "/"
            found |= {f"{method} {path}" for method in (route.methods or {"GET"}) - {"HEAD"}}
        elif isinstance(route, Mount) and route.path:
            found.add(f"GET {route.path}/*")
    return found


def test_every_route_is_classified(app: Opened) -> None:
    assert routes(app) == set(table("route"))


def test_every_event_is_classified(app: Opened) -> None:
    assert set(app.events) == set(table("event"))


def test_no_route_of_mcp_is_there(app: Opened) -> None:
    assert not [route for route in routes(app) if "mcp" in route]


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
    for headers in ({}, {"authorization": "Bearer"}, {"authorization": "Bearer the tokem"}):
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


def blank(app: Opened, number: int) -> list[Any]:
    """Nothing for each input of an event."""
    return [None] * len(app.inner.get_blocks().fns[number].inputs)


def test_nobody_is_answered_by_any_event(app: Opened) -> None:
    for name, number in app.events.items():
        assert sent(app, "nobody", number, blank(app, number), None) == "401", name
        direct = app.browsers["nobody"].post("/gradio_api/run/predict", json={"data": [], "fn_index": number})
        assert direct.status_code in (401, 404), name


def state(app: Opened) -> dict[str, Any]:
    """All that a visitor may not change."""
    home = app.service.settings.home
    files = [home / name for name in ("journal.jsonl", "name_map.csv")]
    return {
        "files": {path.name: path.read_bytes() for path in files if path.is_file()},
        **{
            name: sorted(path.name for path in (home / name).glob("*"))
            for name in ("runs", "imports", "models")
        },
        "boards": [board.board for board in app.service.boards()],
        "jobs": [(job.id, job.state) for job in app.service.imports.all()],
    }


def pressed(do: str, what: str = "", **more: Any) -> dict[str, Any]:
    return {"do": do, "what": what, "values": {}, **more}


def filled(app: Opened, name: str, **given: Any) -> list[Any]:
    """Nothing for each input of a handler's event but those that are named by their element's id."""
    event = app.inner.get_blocks().fns[app.events[name]]
    return [given.get((part.elem_id or "").replace("-", "_")) for part in event.inputs]


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
    run = rig.made(app.service.settings.runs, rows=2, board=None)
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
    mark = app.service.uploads.folder / ("0" * 16)
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
    made = finished.RUN if hasattr(finished, "RUN") else "iteration-made"
    for name, at in (
        ("training.pages.iterate:Page.look", f"?run={made}"),
        ("arena.pages.runs:Page.look", made),
    ):
        number = app.events[name]
        data = [at, ""]
        told = sent(app, "arena", number, data, None)
        assert made in told
        assert "Settings" not in told
        assert str(app.service.settings.home) not in told
        assert "Settings" in sent(app, "operator", number, data, None)


@pytest.mark.parametrize(
    "path",
    ["owner.json", "journal.jsonl", "arena.duckdb", "runs/iteration-made/config.json", "../../../etc/passwd"],
)
def test_no_file_of_the_home_is_handed_out(app: Opened, path: str) -> None:
    (app.service.settings.home / "owner.json").write_text("{}")
    place = f"{app.service.settings.home}/{path}"
    for who in ("nobody", "arena", "operator"):
        for address in (
            f"/gradio_api/file={place}",
            f"/gradio_api/file/{place}",
            f"/look/../{path}",
            f"/look/%2e%2e/{path}",
        ):
            answer = app.browsers[who].get(address)
            assert answer.status_code in (401, 403, 404), (who, address)
