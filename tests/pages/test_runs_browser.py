"""The page of runs in a real Chromium: a form from a preset, the dry run, start, steer, come back, keys."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from arena.errors import BadRequest
from arena.jobs import catalog
from arena.jobs.control import control
from arena.jobs.folder import RunFolder, every
from tests.jobs import rig
from tests.tournament import build

pytestmark = pytest.mark.browser
SLOW = 90_000


@pytest.fixture(scope="module")
def fights(app: Any) -> Iterator[Path]:
    """Presets of the user's own: a short fight, a long one."""
    folder = app.home / "presets"
    for name, n in (("short", 8), ("long", 900)):
        (folder / name).mkdir(parents=True)
        config = catalog.plain(build.tournament(folder / name, n, board=name))
        text = yaml.safe_dump({"kind": "tournament", "config": config})
        (folder / f"{name}.yaml").write_text(f"# A {name} fight\n# Of <b>recorded</b> models.\n{text}")
    yield folder
    for run in every(app.home / "runs"):
        with suppress(BadRequest):  # it has ended
            control(run, "cancel")


@pytest.fixture
def open_runs(visit: Callable[..., Page], fights: Path) -> Callable[..., Page]:
    """Opens the page, once its form is there."""

    def open_page(query: str, **options: Any) -> Page:
        page = visit(f"/runs{query}", **options)
        expect(page.locator("#preset, #start summary").first).to_be_visible()
        return page

    return open_page


def test_a_fight_is_looked_at_started_and_leads_to_its_board(open_runs: Callable[..., Page]) -> None:
    page = open_runs("?preset=short")
    expect(page.locator("#preset-help")).to_have_text("Of <b>recorded</b> models.")
    page.locator("#dry").click()
    expect(page.locator(".flight .verdictline")).to_have_text("Ready to start.", timeout=SLOW)
    expect(page.locator(".flight table")).to_contain_text("battles24")
    page.locator("#launch").click()
    expect(page.locator("#run-head .state.done")).to_be_visible(timeout=SLOW)
    expect(page.locator("#run-live .timeline li")).to_have_count(2)
    page.wait_for_url("**run=tournament-**")
    page.locator("#launch").click()
    expect(page.locator("#told")).to_contain_text("This plan has been run already")
    link = page.get_by_role("link", name="Leaderboard of short")
    expect(link).to_be_visible(timeout=SLOW)
    link.click()
    expect(page.locator(".standings tbody tr")).to_have_count(3)


def test_what_is_wrong_is_red_and_starts_nothing(open_runs: Callable[..., Page], app: Any) -> None:
    page = open_runs("?preset=short")
    page.get_by_label("Board", exact=False).first.fill("wizardarena-mix")
    page.locator("#launch").click()
    expect(page.locator("#told .note.error")).to_contain_text("came with the program")
    page.get_by_label("Board", exact=False).first.fill("")
    page.locator("#dry").click()
    expect(page.locator("#told .note.error")).to_contain_text("board")
    page.locator("#preset").select_option("wizardarena")
    expect(page.locator("#preset-help")).not_to_contain_text("recorded")
    page.locator("#dry").click()
    expect(page.locator(".flight .findings .red").first).to_contain_text("prompts", timeout=SLOW)
    page.wait_for_url("**preset=wizardarena")


@pytest.mark.slow
def test_a_long_run_is_paused_stopped_and_gone_on_with_from_another_tab(
    open_runs: Callable[..., Page], app: Any
) -> None:
    page = open_runs("?preset=long")
    page.locator("#launch").click()
    expect(page.locator("#run-live .timeline .figures").last).to_contain_text(" of ", timeout=SLOW)
    page.locator("#run-head").get_by_role("button", name="Pause").click()
    expect(page.locator("#run-head .state.paused")).to_be_visible()
    address = page.url
    page.close()
    again = open_runs(address.split("/runs")[1])
    expect(again.locator("#run-head .state.paused")).to_be_visible()
    again.locator("#run-head").get_by_role("button", name="Stop").click()
    expect(again.locator("#run-head .state.stopped")).to_be_visible(timeout=SLOW)
    again.locator("#run-head").get_by_role("button", name="Resume").click()
    expect(again.locator("#run-head .state.running")).to_be_visible(timeout=SLOW)
    run = RunFolder(app.home / "runs" / address.partition("run=")[2].partition("&")[0])
    worker = run.worker()
    assert worker is not None
    again.locator("#run-head").get_by_role("button", name="Cancel").click()
    expect(again.locator("#run-list .run.cancelled")).to_be_visible(timeout=SLOW)
    rig.until(lambda: not run.alive())


@pytest.mark.slow
def test_another_judge_brings_its_own_settings_and_a_model_is_added(open_runs: Callable[..., Page]) -> None:
    page = open_runs("?preset=short", viewport={"width": 390, "height": 844})
    page.locator("#set-judge-name").select_option("recorded")
    expect(page.locator('[data-path="judge.options.path"]')).to_be_attached()
    page.get_by_role("button", name="Add a model").click()
    expect(page.locator("#start .list > legend")).to_have_text("Models (4)")
    page.locator('details[data-keep="models.3"] > summary').click()
    expect(page.locator('[data-path="models.3.name"]')).to_have_value("weak 2")
    page.get_by_role("button", name="Take model 4 away").click()
    expect(page.locator("#start .list > legend")).to_have_text("Models (3)")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


@pytest.mark.slow
def test_all_of_it_works_from_the_keyboard(open_runs: Callable[..., Page]) -> None:
    page = open_runs("?preset=short")
    page.locator("#preset").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.path") == "board"
    page.locator("#dry").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flight")).to_be_visible(timeout=SLOW)
    page.locator("#launch").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#run-title")).to_be_focused(timeout=SLOW)
    page.locator("#run-list a.run-link").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#run-title")).to_be_focused(timeout=SLOW)
