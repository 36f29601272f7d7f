"""The agreement page in a real Chromium: clicks, keys, names, files, links that restore what was seen."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
LEFT = ("AbortError", "Connection errored out")
BENCH = "/agreement?board=bench-agreed&reference=lmsys-2024-05-27"
VOTES = "/agreement?board=lmsys-votes-2024-08-14&reference=lmsys-2024-05-27"


@pytest.fixture(scope="module")
def visit(browser: Browser, app: Any) -> Iterator[Callable[..., Page]]:
    """Opens an address in a context of its own; fails on errors of the page and of its console."""
    errors: list[str] = []
    contexts = []

    def open_page(address: str, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if wrong(said) else None)
        page.goto(app.url + address)
        expect(page.locator("#figures .cards, #figures .empty")).to_be_visible(timeout=20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def wrong(said: ConsoleMessage) -> bool:
    """Whether the console says an error. Gradio names answers that a page left without waiting for."""
    return said.type == "error" and not any(left in said.text for left in LEFT)


@pytest.fixture(scope="module")
def bench(app: Any, shared: Path) -> str:
    """arena-bench under a name of its own, imported through the running app."""
    folder = shared / "fastchat" / "arena_bench_v1"
    app.arena("import", str(folder), "--board", "bench-agreed", "--judge", "gpt-4")
    return BENCH


def choose(page: Page, control: str, option: str) -> None:
    page.locator(f"#{control} input").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_click_on_a_point_opens_the_models_battles(visit: Callable[..., Page], bench: str) -> None:
    page = visit(bench)
    point = page.locator("#scatter .js-plotly-plot[data-armed] .points path").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#scatter .hovertext")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/battles?board=bench-agreed&a=*")


def test_a_cell_of_the_matrix_is_read_and_opened_by_keys(visit: Callable[..., Page], bench: str) -> None:
    page = visit(bench)
    page.locator(".pairs svg").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pointed")).to_contain_text(
        "gpt-4-1106-preview over gpt-4-0314 on the reference: agree"
    )
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pointed")).to_contain_text("battles between them")
    page.keyboard.press("Enter")
    page.wait_for_url("**/battles?board=bench-agreed&a=*&b=*")


def test_a_cell_is_opened_by_the_pointer(visit: Callable[..., Page], bench: str) -> None:
    page = visit(bench)
    page.locator(".pairs g.disagree path").first.hover(position={"x": 6, "y": 6})
    expect(page.locator(".pointed")).to_contain_text("disagree")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/battles?board=bench-agreed&a=*&b=*")


def test_ranks_settings_and_open_lists_are_in_the_link(visit: Callable[..., Page], bench: str) -> None:
    page = visit(bench)
    page.get_by_label("Ranks").check()
    expect(page.locator("#legend")).to_contain_text("Places on both boards")
    page.wait_for_url("**by=ranks*")
    page.get_by_text("How the board is ranked").click()
    choose(page, "set-ties", "left out")
    page.wait_for_url("**ties=drop*")
    page.get_by_text("All 16 shared models as a table").click()
    page.wait_for_url("**open=models*")
    again = visit(f"/agreement?{urlsplit(page.url).query}")
    expect(again.locator("#legend")).to_contain_text("Places on both boards")
    expect(again.locator("#set-ties input")).to_have_value("left out")
    expect(again.locator("details[data-open=models]")).to_have_attribute("open", "")
    again.go_back()
    page.go_back()
    page.wait_for_url(lambda url: "ties=" not in url)
    expect(page.locator("#legend")).to_contain_text("Places on both boards")


def test_sensitivity_follows_and_its_lines_apply_their_choice(visit: Callable[..., Page], bench: str) -> None:
    page = visit(bench)
    expect(page.locator("#depth")).to_contain_text("gpt-3.5-turbo-1106 is the model that moves it most")
    page.get_by_role("link", name="Method: Win rate").click()
    page.wait_for_url("**method=winrate*")
    expect(page.locator("#scatter .ytick").last).to_contain_text("%")


def test_an_approximate_name_is_refused_confirmed_and_taken_back(
    visit: Callable[..., Page], bench: str
) -> None:
    page = visit(bench)
    page.get_by_role("button", name="gpt-3.5-turbo is not gpt-3.5-turbo-0613").click()
    expect(page.locator("#names")).to_contain_text("itself only: refused")
    expect(page.locator("#figures .facts")).to_contain_text("15")
    page.get_by_role("button", name="Forget gpt-3.5-turbo").click()
    expect(page.locator("#figures .facts")).to_contain_text("16")
    page.get_by_role("button", name="vicuna-33b-v1.3 is vicuna-33b").click()
    expect(page.locator("#names")).to_contain_text("exactly")
    page.get_by_role("button", name="Forget vicuna-33b-v1.3").click()
    expect(page.locator("#names")).not_to_contain_text("What you said")


@pytest.mark.parametrize(
    ("button", "ending"), [("CSV", "csv"), ("JSON", "json"), ("LaTeX", "tex"), ("SVG", "svg")]
)
def test_files_are_taken_along(visit: Callable[..., Page], button: str, ending: str, tmp_path: Path) -> None:
    page = visit("/agreement")
    page.locator("#scatter .js-plotly-plot[data-armed]").wait_for()
    with page.expect_download() as saving:
        page.get_by_role("button", name=button, exact=True).click()
    saving.value.save_as(tmp_path / "file")
    assert saving.value.suggested_filename == f"wizardarena-mix-against-wizardarena-lmsys-en.{ending}"
    text = (tmp_path / "file").read_text()
    assert len(text) > 200
    assert ending != "json" or json.loads(text)["n_models"] == 22


def test_a_ready_comparison_is_one_click(visit: Callable[..., Page]) -> None:
    page = visit("/agreement")
    page.get_by_role("link", name="Human votes against the published board").click()
    expect(page.locator("#figures .facts")).to_contain_text("102")
    expect(page.locator(".trust")).to_contain_text("share battles")
    expect(page.locator(".pairs svg")).to_have_attribute("aria-label", re.compile("5,151 pairs"))


def test_a_reference_without_intervals_says_what_to_do(visit: Callable[..., Page]) -> None:
    page = visit("/agreement?board=lmsys-votes-2024-08-14&reference=lmsys-2024-08-22")
    expect(page.locator(".pairs .empty")).to_contain_text("Choose a reference with intervals above")
    expect(page.locator(".trust")).to_contain_text("has no intervals")
    expect(page.locator("#depth .empty")).to_contain_text("one category only")
