"""The page of iterations in a real Chromium: empty, over a run that is done, and from button to verdict."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from arena.jobs import folder
from tests.pages.conftest import App, Tabs
from tests.training.flywheel import finished

pytestmark = pytest.mark.browser
SLOW = 120_000
WHOLE = 1_200_000
"""Milliseconds that a whole nano iteration may take on a busy machine."""


@pytest.fixture
def own(
    launch: Callable[..., App], tmp_path: Path, room: BrowserContext, browser: Browser
) -> Iterator[tuple[App, Tabs]]:
    """An app with a fresh home, and its tabs; nothing may go wrong in them."""
    app = launch(tmp_path / "home")
    tabs = Tabs(room, browser, app.url)
    yield app, tabs
    tabs.close()
    app.process.terminate()
    assert tabs.wrong == []


def test_an_empty_page_offers_the_button_and_a_done_run_tells_all(own: tuple[App, Tabs]) -> None:
    app, visit = own
    page = visit("/iterate")
    expect(page.locator("#run-list .empty")).to_contain_text("No iteration yet")
    expect(page.locator("#preset")).to_have_value("iterate-nano")
    expect(page.locator("#launch")).to_be_enabled(timeout=SLOW)
    expect(page.locator("#told .findings .green").first).to_be_visible()
    finished.flywheel(app.home / "runs")
    taken(app)
    page = visit("/iterate?run=iteration-made", viewport={"width": 390, "height": 844}, scheme="dark")
    expect(page.locator("#wheel-verdict .verdictline")).to_contain_text(
        "not shown to be better", timeout=SLOW
    )
    expect(page.locator(".wheel-stage.done")).to_have_count(2)
    expect(page.locator(".ratings .version")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Promote I0").click()
    expect(page.locator("#wheel-verdict")).to_contain_text("nano-loop-i0 (chosen by you)", timeout=SLOW)
    followed(page)
    page = visit("/iterate")
    page.locator("#begin").select_option("nano-loop", timeout=SLOW)
    expect(page.locator("#start [data-path=name]")).to_have_value("nano-loop-after-i0", timeout=SLOW)
    expect(page.locator("#told")).to_contain_text("nano-loop-i0-", timeout=SLOW)


def taken(app: App) -> None:
    """Waits until the app has the battles and knows what their model learnt: a battle's page is made once."""
    until = time.monotonic() + SLOW / 1000
    fought = finished.battle(finished.NEW, finished.PANEL[0], "i1-sft-panel")
    while True:
        counts = {one["board"]: one["battles"] for one in app.arena("boards")}
        if counts.get(f"{finished.NAME}-panel") == 4 and app.arena("lineage", fought)["checkpoints"]:
            return
        assert time.monotonic() < until, counts
        time.sleep(0.5)


def followed(page: Page) -> None:
    """From a battle that turned, over what its model learnt, to a row, its battle, and back to the row."""
    page.locator(".flips li", has_text="loss to win").first.get_by_role("link", name="Battle after").click()
    learnt = page.locator("#pane .ancestry a", has_text="was trained on")
    expect(learnt).to_be_visible(timeout=SLOW)
    learnt.click()
    row = page.locator(".training-rows li").first
    expect(row).to_be_visible(timeout=SLOW)
    told = row.locator(".path").text_content()
    row.locator("a.from").first.click()
    became = page.locator("#pane .ancestry li.yes a").first
    expect(became).to_contain_text(re.compile("became a|is answered in"), timeout=SLOW)
    became.click()
    expect(page.locator(".training-rows li.here").first).to_be_visible(timeout=SLOW)
    assert "row=" in page.url
    assert told


@pytest.mark.slow
def test_the_button_leads_from_a_fresh_home_to_a_verdict_though_page_and_app_are_closed(
    own: tuple[App, Tabs], launch: Callable[..., App]
) -> None:
    app, visit = own
    page = visit("/iterate?preset=nano")
    expect(page.locator("#launch")).to_be_enabled(timeout=SLOW)
    page.locator("#launch").click()
    expect(page.locator("#run-head .state")).to_be_visible(timeout=SLOW)
    run = page.url.partition("run=")[2]
    page.close()
    second = visit("/iterate?preset=nano")
    expect(second.locator("#launch")).to_be_enabled(timeout=SLOW)
    second.locator("#launch").click()
    expect(second.locator("#told")).to_contain_text("has a run at work already", timeout=SLOW)
    assert second.url.partition("run=")[2] == run
    second.close()
    app.process.terminate()
    app.process.wait(60)
    assert folder.find(app.home / "runs", run).alive()
    visit.url = launch(app.home).url
    third = visit(f"/iterate?run={run}")
    expect(third.locator("#run-head .state.done")).to_be_visible(timeout=WHOLE)
    expect(third.locator("#wheel-verdict")).to_contain_text("nano-loop-i0", timeout=SLOW)
    expect(third.locator(".wheel-stage.done")).to_have_count(5, timeout=SLOW)
    followed(third)
