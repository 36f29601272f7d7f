"""A running app with a home of its own, asked by browser and by command line, as a person would."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

ROOT = Path(__file__).parent.parent.parent
WAIT = 20_000
"""Milliseconds that a busy machine may take."""
expect.set_options(timeout=WAIT)
SHOUT = "<img src=x onerror=alert(1)><script>alert(2)</script> **bold** ![spy](http://spy.example/p.png)"


@dataclass(frozen=True, slots=True)
class App:
    """The process, its home and where it answers."""

    home: Path
    url: str
    process: subprocess.Popen[str]

    def arena(self, *words: str) -> Any:
        """Runs `arena WORDS --json` beside the app; the app holds the database, so it answers."""
        command = [sys.executable, "-m", "arena", "--home", str(self.home), *words, "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., App]]:
    """Starts `arena serve` on a free port: `launch(home, password=...)`. All end with the tests."""
    with ExitStack() as running:

        def run(home: Path, **settings: str) -> App:
            command = [sys.executable, "-m", "arena", "--home", str(home), "serve", "--port", "0"]
            environment = {name: value for name, value in os.environ.items() if not name.startswith("ARENA_")}
            environment["ARENA_POCKET"] = "off"
            environment |= {f"ARENA_{name.upper()}": value for name, value in settings.items()}
            log = home.with_suffix(".log")
            said = running.enter_context(log.open("w"))
            process = running.enter_context(
                subprocess.Popen(
                    command, cwd=ROOT, text=True, env=environment, stdout=subprocess.PIPE, stderr=said
                )
            )
            running.callback(process.terminate)
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://127.0.0.1:" in line, log.read_text()
            return App(home, line.split()[-1], process)

        yield run


@pytest.fixture(scope="session")
def app(launch: Callable[..., App], tmp_path_factory: pytest.TempPathFactory) -> App:
    """The app with the shipped boards and two battles of hostile texts, brought in while it runs."""
    found = launch(tmp_path_factory.mktemp("app"))
    hostile = tmp_path_factory.mktemp("hostile") / "battles.jsonl"
    hostile.write_text("".join(json.dumps(row) + "\n" for row in rows()), "utf-8")
    assert found.arena("import", str(hostile), "--board", "hostile")["kept"] == 2
    return found


def rows() -> list[dict[str, Any]]:
    """Battles whose every text tries to be more than text."""

    def talk(answer: str) -> list[dict[str, str]]:
        return [{"role": "user", "content": f"Say {SHOUT}"}, {"role": "assistant", "content": answer}]

    return [
        {
            "question_id": f"q{number}",
            "model_a": "<b>evil</b>",
            "model_b": "plain",
            "winner": winner,
            "judge": "<i>judge</i>",
            "conversation_a": talk(SHOUT),
            "conversation_b": talk("A quiet answer."),
        }
        for number, winner in enumerate(("model_a", "tie"))
    ]


@pytest.fixture(scope="session")
def room(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for all tests that do not need their own: what it has fetched once it keeps."""
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        context.set_default_timeout(WAIT)
        yield context


class Tabs:
    """Opens addresses of an app, in the common browser or in one `apart`, and notes all that goes wrong."""

    def __init__(self, room: BrowserContext, browser: Browser, url: str) -> None:
        self.room, self.browser, self.url = room, browser, url
        self.wrong: list[str] = []
        self.opened: list[Page | BrowserContext] = []

    def __call__(self, address: str, *, apart: bool = False, scheme: Any = "light", **options: Any) -> Page:
        """A page at that address. `options` are those of a context; most make it one of its own."""
        size = options.pop("viewport", {"width": 1280, "height": 800})
        context = self.room
        if apart or options:
            given = {"permissions": ["clipboard-read", "clipboard-write"], "accept_downloads": True} | options
            context = self.browser.new_context(**given)
            context.set_default_timeout(WAIT)
            self.opened.append(context)
        page = context.new_page()
        if context is self.room:
            self.opened.append(page)
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        self.listen(page)
        page.goto(self.url + address)
        return page

    def listen(self, page: Page) -> None:
        """No error in the console, no dialog, no request to any other host."""
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda asked: None if self.home(asked.url) else self.wrong.append(f"asked for {asked.url}"),
        )

    def home(self, url: str) -> bool:
        """Whether a request stays on this machine."""
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob") or parts.netloc == urlsplit(self.url).netloc

    def close(self) -> None:
        """Closes what was opened."""
        for one in reversed(self.opened):
            one.close()


@pytest.fixture
def visit(room: BrowserContext, browser: Browser, app: App) -> Iterator[Tabs]:
    """Opens addresses of the app; fails on an error, a dialog, or a request to any other host."""
    tabs = Tabs(room, browser, app.url)
    yield tabs
    tabs.close()
    assert tabs.wrong == []


def choose(page: Page, control: str, option: str) -> None:
    """Picks an option of a list."""
    page.locator(f"#{control} input").click()
    page.locator(f"#{control}").get_by_role("option", name=option, exact=True).click()


@pytest.fixture(scope="session")
def bench(app: App, shared: Path) -> dict[str, Any]:
    """arena-bench, imported through the running app."""
    report: dict[str, Any] = app.arena(
        "import", str(shared / "fastchat" / "arena_bench_v1"), "--board", "arena-bench", "--judge", "gpt-4"
    )
    return report


@pytest.fixture(scope="session")
def vicuna(app: App, shared: Path) -> str:
    """The reviews of the Vicuna blog: nine categories, two judges."""
    app.arena("import", str(shared / "vicuna_blog_eval"), "--board", "vicuna")
    return "vicuna"
