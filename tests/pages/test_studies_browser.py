"""The page of studies in a real Chromium: from a point to its run, to a row, to the battle behind it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from arena.jobs.folder import RunFolder, Spec
from tests.pages.conftest import App, Tabs
from tests.training.flywheel import finished
from tests.training.studies.test_studies import study as made_study
from training.studies import cells
from training.studies.cells import Study

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOW = 120_000
study = made_study


def test_a_point_leads_to_run_rows_and_battle(
    launch: Callable[..., App], tmp_path: Path, room: BrowserContext, browser: Browser, study: Study
) -> None:
    app = launch(tmp_path / "home")
    run = RunFolder(app.home / "runs" / "study-x")
    run.make(Spec("study", {}, "", "2026-01-01T10:00:00", "k", 1, None, gpu=False))
    inner = finished.flywheel(run.path / "steps", "study-x.plain-s0")
    cells.write(run.outputs, replace(study, cells=(replace(study.cells[0], run=inner.id), *study.cells[1:])))
    visit = Tabs(room, browser, app.url)
    page = visit("/studies?study=study-x", viewport={"width": 390, "height": 844}, scheme="dark")
    page.locator(".armed a").first.click(timeout=SLOW)
    page.get_by_role("link", name="1 SFT").click(timeout=SLOW)
    page.locator(".training-rows a.from").first.click(timeout=SLOW)
    expect(page.locator("#fight-title")).to_be_focused(timeout=SLOW)
    expect(page.locator(".fight .answer.b")).to_contain_text("elm says spell OWL")
    expect(page.locator(".fight .verdict")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".fight").get_by_role("link", name="Close it").click()
    expect(page.locator(".fight")).to_have_count(0, timeout=SLOW)
    expect(page.locator(".training-rows .here")).to_have_count(1)
    visit.close()
    app.process.terminate()
    assert visit.wrong == []
