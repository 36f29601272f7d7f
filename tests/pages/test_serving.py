"""The app as a process: a door for the command line, strangers kept out, the database let go of."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.errors import BadRequest, Busy
from arena.pages import serve
from arena.settings import Settings


def ask(app: Any, verb: str, body: str = "{}", **headers: str) -> httpx.Response:
    note = json.loads((app.home / "owner.json").read_text())
    usual = {"authorization": f"Bearer {note['token']}"}
    return httpx.post(f"{app.url}/arena/{verb}", content=body, headers=usual | headers, trust_env=False)


def test_the_command_line_goes_through_the_running_app(app: Any) -> None:
    boards = app.arena("boards")
    assert {"hostile", "lmsys-2024-05-27", "wizardarena-mix"} <= {board["board"] for board in boards}
    ranked = app.arena("leaderboard", "hostile")
    assert [line["model"] for line in ranked["ratings"]] == ["<b>evil</b>", "plain"]


def test_the_door_needs_its_token(app: Any) -> None:
    assert ask(app, "boards").status_code == 200
    assert ask(app, "boards", authorization="Bearer wrong").status_code == 403
    assert ask(app, "boards", authorization="").status_code == 403


def test_a_backup_goes_through_the_running_app_and_comes_out_the_same(app: Any, tmp_path: Path) -> None:
    kept = app.arena("backup", str(tmp_path / "b.zip"))
    assert kept["left"] == []
    command = [sys.executable, "-m", "arena", "--home", str(tmp_path / "again")]
    subprocess.run([*command, "restore", str(tmp_path / "b.zip")], check=True, stdout=subprocess.DEVNULL)
    words = ("leaderboard", "hostile", "--json")
    done = subprocess.run([*command, *words], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["ratings"] == app.arena(*words[:2])["ratings"]


def test_an_error_keeps_its_name_and_its_line(app: Any) -> None:
    reply = ask(app, "leaderboard", '{"board": "nowhere"}')
    assert (reply.status_code, reply.json()["error"]) == (400, "NotFound")
    assert "no board 'nowhere'" in reply.json()["text"]
    assert ask(app, "juggle").json()["error"] == "BadRequest"


def test_another_host_name_is_not_answered(app: Any) -> None:
    assert httpx.get(app.url, headers={"host": "elsewhere.example"}, trust_env=False).status_code == 400
    policy = httpx.get(app.url, trust_env=False).headers["content-security-policy"]
    assert "default-src 'self'" in policy


def test_a_wider_address_needs_a_password(home: Path) -> None:
    with pytest.raises(BadRequest, match="ARENA_PASSWORD"):
        serve.serve(Settings(home=home, host="0.0.0.0", password=None))  # noqa: S104
    assert not any(home.iterdir())


def test_a_taken_port_is_one_line(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Busy, match="is taken"):
            serve.serve(Settings(home=home, port=other.getsockname()[1]))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_database(launch: Any, home: Path, sign: signal.Signals) -> None:
    running = launch(home)
    running.process.send_signal(sign)
    assert running.process.wait(60) == 0
    assert not (home / "owner.json").exists()
    assert not list(home.glob("*.wal"))


def test_a_password_is_asked_for(launch: Any, home: Path) -> None:
    url = launch(home, password="open sesame").url  # noqa: S106
    assert httpx.get(f"{url}/config", trust_env=False).status_code == 401
    for password, status in (("wrong", 400), ("open sesame", 200)):
        login = {"username": "arena", "password": password}
        assert httpx.post(f"{url}/login", data=login, trust_env=False).status_code == status


def test_loopback_is_known() -> None:
    assert [serve.loopback(host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "example.org")] == [  # noqa: S104
        True, True, True, False, False,
    ]  # fmt: skip
    assert serve.address("0.0.0.0", 80) == "http://127.0.0.1:80"  # noqa: S104


def test_a_person_at_no_page_is_led_back_and_a_program_gets_the_plain_404(app: Any) -> None:
    with httpx.Client(base_url=app.url, headers={"accept": "text/html,*/*"}, trust_env=False) as person:
        shown = person.get("/<b>nowhere")
        assert person.get("/battles").status_code == 200
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No page at /&lt;b&gt;nowhere" in shown.text
    assert 'href="/battles"' in shown.text
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    assert httpx.get(f"{app.url}/nowhere", trust_env=False).json() == {"detail": "Not Found"}
