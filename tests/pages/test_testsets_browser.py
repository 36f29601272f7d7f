"""The data page's test sets in a real Chromium: open one by its address, choose a cluster, start a build."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from arena.corpus import build, sets
from arena.corpus.recipe import Drawing, Recipe
from arena.corpus.types import Place
from arena.plugins import Choice
from tests.corpus import made

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAIT = 30_000


@pytest.fixture(scope="module")
def held(app: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small set in the app's home, and the collection that it was made of."""
    folder = tmp_path_factory.mktemp("set")
    collection = made.write(folder / "main.jsonl", made.prompts(60))
    steps = tuple(Choice(name) for name in ("safety", "length", "prefix"))
    recipe = Recipe((Place(str(collection)),), (), steps, Drawing(clusters=4, hard=5, parts=2, tokens=32))
    quiet = build.Watch(lambda: None, lambda *_: None)
    build.build("small", recipe, folder / "work", folder / "out", quiet)
    sets.install(folder / "out", app.home, "small")
    return collection


def test_a_set_is_read_and_another_is_started(browser: Browser, app: Any, held: Path):
    page = browser.new_page()
    page.set_default_timeout(WAIT)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{app.url}/data?set=small")
    expect(page.locator("#set h2")).to_have_text("small")
    circle = page.locator("#set circle.cluster").last
    circle.dispatch_event("click")
    expect(page.locator("#set .pointed h3")).to_contain_text("Cluster")
    expect(page.locator("#cluster ol li").first).to_be_visible()
    page.locator("#setform button").first.click()
    page.locator("#setname input, #setname textarea").fill("second")
    page.locator("#setsources textarea").fill("/no/such/file.jsonl")
    page.locator("#setlook").click()
    expect(page.locator("#setbuild")).to_contain_text("no such file or folder")
    page.locator("#setsources textarea").fill(str(held))
    page.locator("#setlook").click()
    expect(page.locator("#setbuild")).to_contain_text("counted")
    page.locator("#setstart").click()
    expect(page.locator("#setbuild")).to_contain_text("new")
    expect(page.locator("#sets button[data-what=second]")).to_be_visible(timeout=180_000)
    assert errors == []
    page.close()
