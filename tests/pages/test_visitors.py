"""Roles: who may log in, and what a visitor cannot do that an operator can."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from arena.pages import visitors
from arena.settings import Settings
from tests.store import build

Entered = Callable[[str, str], Page]

WORDS = {"password": "look", "operator_password": "do"}


def test_without_passwords_nobody_logs_in_and_everybody_operates(home: Path) -> None:
    settings = Settings(home=home)
    assert visitors.login(settings) is None
    assert visitors.operates(settings)


def test_each_role_has_its_own_password(home: Path) -> None:
    known = visitors.login(Settings(home=home, **WORDS))
    assert known is not None
    assert [known("arena", "look"), known("operator", "do")] == [True, True]
    assert not any(known(*pair) for pair in (("arena", "do"), ("operator", "look"), ("root", ""), ("", "")))
    alone = visitors.login(Settings(home=home, operator_password="do"))  # noqa: S106
    assert alone is not None
    assert not alone("arena", "")


def test_outside_an_event_nobody_operates_an_app_with_passwords(home: Path) -> None:
    assert not visitors.operates(Settings(home=home, password="look"))  # noqa: S106


@pytest.fixture
def entered(browser: Browser, launch: Callable[..., Any], home: Path, tmp_path: Path) -> Iterator[Entered]:
    """Logs in to one app with both passwords, each time in a browser of its own; it has a board `brief`."""
    app = launch(home, **WORDS)
    app.arena("import", str(build.votes(tmp_path / "brief.csv", [("m", "n", "left")] * 9)))
    with ExitStack() as opened:

        def log_in(name: str, path: str) -> Page:
            context = browser.new_context()
            opened.callback(context.close)
            page = context.new_page()
            page.goto(app.url)
            page.get_by_label("username").fill(name)
            page.get_by_label("password").fill(WORDS["password" if name == "arena" else "operator_password"])
            page.get_by_role("button", name="Login").click()
            expect(page.locator(".bar").first).to_be_visible()
            page.goto(app.url + path)
            return page

        yield log_in


@pytest.mark.slow
def test_an_operator_launches_and_removes_and_a_visitor_looks(entered: Entered) -> None:
    operator, visitor = entered("operator", "/runs"), entered("arena", "/runs")
    expect(operator.locator("#launch")).to_be_visible()
    expect(visitor.locator("#told")).to_contain_text("started and steered by the operator")
    expect(visitor.locator("#launch")).to_have_count(0)
    for page, said in ((visitor, "removed by the operator"), (operator, "brief is removed")):
        page.goto(page.url.replace("/runs", "/data?board=brief"))
        page.get_by_text("Remove this board…").click()
        page.get_by_role("button", name="Yes, remove brief").click()
        expect(page.locator("#opened")).to_contain_text(said)
