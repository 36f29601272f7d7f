"""The agreement page in a real Chromium: clicks, keys, names, files, links that restore what was seen."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import choose

pytestmark = pytest.mark.browser
BENCH = "/agreement?board=arena-bench&reference=lmsys-2024-05-27"
SIZE = {"width": 1440, "height": 1000}
Visit = Callable[..., Page]


@pytest.fixture
def compare(visit: Visit, bench: dict[str, Any]) -> Visit:
    """Opens a comparison on a wide page."""

    def open_page(address: str, **options: Any) -> Page:
        page = visit(address, viewport=SIZE, **options)
        expect(page.locator("#figures .cards, #figures .empty")).to_be_visible()
        return page

    return open_page


@pytest.mark.slow
def test_a_click_on_a_point_opens_the_models_battles(compare: Visit) -> None:
    page = compare(BENCH)
    point = page.locator("#scatter .js-plotly-plot[data-armed] .points path").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#scatter .hovertext")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/battles?board=arena-bench&a=*")


def test_a_cell_of_the_matrix_is_read_and_opened_by_keys(compare: Visit) -> None:
    page = compare(BENCH)
    page.locator(".pairs svg").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pointed")).to_contain_text(
        "gpt-4-1106-preview over gpt-4-0314 on the reference: agree"
    )
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pointed")).to_contain_text("battles between them")
    page.keyboard.press("Enter")
    page.wait_for_url("**/battles?board=arena-bench&a=*&b=*")


@pytest.mark.slow
def test_a_cell_is_opened_by_the_pointer(compare: Visit) -> None:
    page = compare(BENCH)
    page.locator(".pairs g.disagree path").first.hover(position={"x": 6, "y": 6})
    expect(page.locator(".pointed")).to_contain_text("disagree")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/battles?board=arena-bench&a=*&b=*")


@pytest.mark.slow
def test_ranks_settings_and_open_lists_are_in_the_link(compare: Visit) -> None:
    page = compare(BENCH)
    page.get_by_label("Ranks").check()
    expect(page.locator("#legend")).to_contain_text("Places on both boards")
    page.wait_for_url("**by=ranks*")
    page.get_by_text("How the board is ranked").click()
    choose(page, "set-ties", "left out")
    page.wait_for_url("**ties=drop*")
    page.get_by_text("All 16 shared models as a table").click()
    page.wait_for_url("**open=models*")
    again = compare(f"/agreement?{urlsplit(page.url).query}", apart=True)
    expect(again.locator("#legend")).to_contain_text("Places on both boards")
    expect(again.locator("#set-ties input")).to_have_value("left out")
    expect(again.locator("details[data-open=models]")).to_have_attribute("open", "")
    again.go_back()
    page.go_back()
    page.wait_for_url(lambda url: "ties=" not in url)
    expect(page.locator("#legend")).to_contain_text("Places on both boards")


@pytest.mark.slow
def test_the_references_categories_and_families_are_compared(compare: Visit) -> None:
    page = compare(BENCH)
    rows = page.locator("#depth section", has_text="Category by category").locator("tbody tr")
    expect(rows).to_have_count(12)
    expect(rows.first).to_contain_text("french")
    expect(page.locator("#depth")).to_contain_text("Without a family: gpt (4 models)")
    rows.get_by_role("link", name="hard_6").click()
    page.wait_for_url("**reference_category=hard_6*")
    expect(page.locator(".card").first).to_contain_text("0.938")


@pytest.mark.slow
def test_categories_of_a_board_are_compared_each(compare: Visit, vicuna: str) -> None:
    page = compare(f"/agreement?board={vicuna}&reference=lmsys-2024-05-27")
    rows = page.locator("#depth section", has_text="Category by category").locator("tbody tr")
    expect(rows).to_have_count(9)


@pytest.mark.slow
def test_a_copied_link_shows_the_same(compare: Visit) -> None:
    page = compare(BENCH)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_sensitivity_follows_and_its_lines_apply_their_choice(compare: Visit) -> None:
    page = compare(BENCH)
    expect(page.locator("#depth")).to_contain_text("gpt-3.5-turbo-1106 is the model that moves it most")
    page.get_by_role("link", name="Method: Win rate").click()
    page.wait_for_url("**method=winrate*")
    expect(page.locator("#scatter .ytick").last).to_contain_text("%")


@pytest.mark.slow
def test_an_approximate_name_is_refused_confirmed_and_taken_back(compare: Visit) -> None:
    page = compare(BENCH)
    page.get_by_role("button", name="gpt-3.5-turbo is not gpt-3.5-turbo-0613").click()
    expect(page.locator("#names")).to_contain_text("itself only: refused")
    expect(page.locator("#figures .facts")).to_contain_text("15")
    page.get_by_role("button", name="Forget gpt-3.5-turbo").click()
    expect(page.locator("#figures .facts")).to_contain_text("16")
    page.get_by_role("button", name="vicuna-33b-v1.3 is vicuna-33b").click()
    expect(page.locator("#names")).to_contain_text("exactly")
    page.get_by_role("button", name="Forget vicuna-33b-v1.3").click()
    expect(page.locator("#names")).not_to_contain_text("What you said")


@pytest.mark.slow
def test_files_and_every_chart_are_taken_along(compare: Visit, tmp_path: Path) -> None:
    page = compare("/agreement")
    page.locator("#scatter .js-plotly-plot[data-armed]").wait_for()
    name = "wizardarena-mix-against-wizardarena-lmsys-en"
    wanted = {"CSV": f"{name}.csv", "JSON": f"{name}.json", "LaTeX": f"{name}.tex"}
    charts = [(what, kind) for what in ("models", "orders", "pairs") for kind in ("PNG", "SVG")]
    wanted |= {f"Save {what} as {kind}": f"{name}-{what}.{kind.lower()}" for what, kind in charts}
    for button, file in wanted.items():
        with page.expect_download() as saving:
            page.get_by_role("button", name=button, exact=True).click()
        saving.value.save_as(tmp_path / file)
        assert saving.value.suggested_filename == file
    assert json.loads((tmp_path / f"{name}.json").read_text())["n_models"] == 22
    for what, _ in charts:
        assert (tmp_path / f"{name}-{what}.png").read_bytes().startswith(b"\x89PNG")
        drawn = (tmp_path / f"{name}-{what}.svg").read_text()
        assert "Claude 3.5 Sonnet" in drawn or what == "models"
        assert "<svg" in drawn
        assert "var(" not in drawn


@pytest.mark.slow
def test_a_ready_comparison_is_one_click(compare: Visit) -> None:
    page = compare("/agreement")
    page.get_by_role("link", name="Human votes against the published board").click()
    expect(page.locator("#figures .facts")).to_contain_text("102")
    expect(page.locator(".trust")).to_contain_text("share battles")
    expect(page.locator(".pairs svg")).to_have_attribute("aria-label", re.compile("5,151 pairs"))


@pytest.mark.slow
def test_a_reference_without_intervals_says_what_to_do(compare: Visit) -> None:
    page = compare("/agreement?board=lmsys-votes-2024-08-14&reference=lmsys-2024-08-22")
    expect(page.locator(".pairs .empty")).to_contain_text("Choose a reference with intervals above")
    expect(page.locator(".trust")).to_contain_text("has no intervals")
    expect(page.locator("#depth .empty")).to_contain_text("Neither board has categories")
