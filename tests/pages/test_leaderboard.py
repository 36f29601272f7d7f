"""The leaderboard in a real Chromium on real battles: every filter, link, key, export and empty state."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.conftest import choose

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
VOTES, PUBLISHED = "lmsys-votes-2024-08-14", "lmsys-2024-05-27"


def said(page: Page, **wanted: str) -> None:
    """Waits until the address says so; an empty text stands for a field that is gone."""
    for name, value in wanted.items():
        page.wait_for_function(
            "([name, value]) => (new URLSearchParams(location.search).get(name) ?? '') === value",
            arg=[name, value],
        )


def chip(page: Page, name: str) -> Locator:
    return page.locator(".strip > div", has=page.locator("dt", has_text=name))


def more(page: Page) -> None:
    page.get_by_role("button", name="More filters and settings").click()


def test_trust_strip_and_fragility_follow_the_ranking(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench")
    expect(chip(page, "Battles")).to_contain_text("35,500")
    expect(chip(page, "Coverage")).to_contain_text("99.0 to 99.5 %, n 4,800")
    expect(chip(page, "Position bias")).to_contain_text("—")
    expect(chip(page, "Position bias")).to_contain_text("one game per battle")
    expect(page.locator("#fragile")).to_contain_text("First place hangs on 270 battles")
    page.get_by_role("link", name="Read the undecided ones").click()
    page.wait_for_url("**/battles?board=arena-bench&winner=undecided")


@pytest.mark.slow
def test_style_control_stands_beside(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench")
    page.get_by_role("link", name="Plain and style-controlled").click()
    said(page, style="yes")
    expect(page.locator(".moved").first).to_be_visible()
    expect(page.locator(".value2").first).to_contain_text("1,283")
    expect(page.locator("#standings")).to_contain_text("What style is worth")
    page.go_back()
    expect(page.locator(".standings")).to_be_visible()
    expect(page.locator(".styled")).to_have_count(0)


@pytest.mark.slow
def test_the_heatmap_is_walked_by_keys_and_leads_to_battles(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench&view=heat&top=10")
    expect(page.locator(".heat tbody tr")).to_have_count(10)
    page.locator('[data-said][tabindex="0"]').focus()
    expect(page.locator("#readout")).to_contain_text("gpt-4-1106-preview against gpt-4-0314: 60.3 %")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#readout")).to_contain_text("gpt-3.5-turbo against claude-2")
    expect(page.locator("#readout")).to_contain_text("the ratings expect")
    page.get_by_role("link", name="surprise").click()
    said(page, cells="surprise", top="10")
    page.locator("[data-said]").first.click()
    page.wait_for_url("**/battles?board=arena-bench&a=gpt-4-1106-preview&b=gpt-4-0314")


def test_a_model_opens_beside_and_its_link_restores_it(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench")
    page.locator(".standings .model a", has_text="claude-1").click()
    said(page, model="claude-1")
    expect(page.locator(".drawer tbody").first.locator("tr")).to_have_count(15)
    expect(page.locator(".drawer a.row")).to_have_count(10)
    expect(page.locator(".drawer .close")).to_be_focused()
    again = visit("/?" + urlsplit(page.url).query, apart=True)
    expect(again.locator(".drawer")).to_contain_text("Best wins")
    page.keyboard.press("Escape")
    expect(page.locator(".drawer")).to_have_count(0)
    said(page, model="")
    expect(page.locator(".standings .model a", has_text="claude-1")).to_be_focused()
    again.locator(".drawer a.row").first.click()
    expect(again.locator(".battle h2")).to_contain_text("claude-1")


@pytest.mark.slow
def test_views_are_links_and_charts_open_models(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench")
    page.get_by_role("link", name="Bars").click()
    said(page, view="bar")
    expect(page.locator(".bars.broad a")).to_have_count(16)
    page.locator(".bars.broad a").first.focus()
    page.keyboard.press("Enter")
    said(page, model="gpt-4-1106-preview")
    expect(page.locator(".drawer")).to_be_visible()
    page = visit(f"/?board={PUBLISHED}&view=bump")
    expect(page.locator(".ladder .run")).to_have_count(40)
    expect(page.locator("#standings")).to_contain_text("are left out")


@pytest.mark.parametrize(
    ("field", "text"), [("gap-min", "5"), ("length-min", "600"), ("since", "2024-01-01")]
)
def test_every_filter_ranks_anew(visit: Visit, bench: dict[str, Any], field: str, text: str) -> None:
    page, name = visit("/?board=arena-bench"), field.replace("-", "_")
    expect(chip(page, "Battles")).to_contain_text("35,500")
    more(page)
    page.locator(f"#set-{field} :is(input, textarea)").fill(text)
    page.keyboard.press("Enter")
    said(page, **{name: text})
    if field == "since":
        expect(page.locator("#masthead .note.error")).to_contain_text("no decided battles")
        expect(page.locator("#fragile .note")).to_have_count(0)
    else:
        expect(chip(page, "Battles").locator(".figure")).to_be_visible()
        expect(chip(page, "Battles")).not_to_contain_text("35,500")
    page.get_by_role("link", name="Clear all").click()
    expect(chip(page, "Battles")).to_contain_text("35,500")
    said(page, **{name: ""})


@pytest.mark.parametrize(("ending", "begins"), [
    ("csv", "model,"), ("json", "["), ("md", "| Rank"), ("tex", "\\begin{tabular}"), ("png", "\x89PNG"),
])  # fmt: skip
@pytest.mark.slow
def test_a_ranking_is_taken_along(visit: Visit, bench: dict[str, Any], ending: str, begins: str) -> None:
    page = visit("/?board=arena-bench")
    expect(chip(page, "Battles")).to_contain_text("35,500")
    with page.expect_download() as got:
        page.locator(f"#take-{ending}").click()
    assert got.value.suggested_filename.endswith(f".{ending}")
    content = Path(got.value.path()).read_bytes()
    assert content.startswith(begins.encode("latin-1"))
    if ending == "json":
        assert len(json.loads(content)) in (1, 16)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["heat", "bump"])
def test_every_view_is_a_picture(visit: Visit, vicuna: str, view: str) -> None:
    page = visit(f"/?board={vicuna}&view={view}")
    page.locator("#standings :is(.heat, .ladder)").wait_for()
    with page.expect_download() as got:
        page.locator("#take-png").click()
    name = {"heat": "who-beats-whom", "bump": "bump"}[view]
    assert got.value.suggested_filename == f"{vicuna}-{name}.png"
    content = Path(got.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 10_000


@pytest.mark.slow
def test_a_published_ranking_cannot_be_kept(visit: Visit) -> None:
    page = visit(f"/?board={PUBLISHED}")
    expect(page.locator(".standings")).to_be_visible()
    expect(page.locator("#keep-ranking")).to_be_hidden()
    expect(page.locator("#take-csv")).to_be_visible()


@pytest.mark.slow
def test_a_ranking_is_kept_and_followed(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench&ties=drop&view=bump&over=history")
    expect(page.locator("#past tbody tr").first).to_contain_text("gpt-4-1106-preview")
    page.locator("#keep-ranking").click()
    expect(page.locator("#past tbody tr").first).to_contain_text("Ties: left out")
    expect(page.locator("#past tbody tr").first).to_contain_text("just now")
    page.reload()
    expect(page.locator(".ladder .run")).to_have_count(16)


@pytest.mark.slow
def test_boards_without_battles_show_what_they_can(visit: Visit) -> None:
    page = visit(f"/?board={VOTES}&view=heat")
    expect(page.locator(".heat tbody tr")).to_have_count(20)
    expect(page.locator(".heat td a")).to_have_count(0)
    expect(chip(page, "Flip rate")).to_contain_text("pair counts keep no verdicts")
    page.get_by_role("link", name="top 40").click()
    expect(page.locator(".heat tbody tr")).to_have_count(40)
    page = visit(f"/?board={PUBLISHED}&view=heat&model=gpt-4-0314")
    expect(page.locator("#standings .empty")).to_contain_text("no meetings")
    expect(chip(page, "Coverage")).to_contain_text("only ratings were published")
    expect(page.locator(".drawer")).to_contain_text("95 %")


@pytest.mark.slow
def test_a_hostile_name_opens_as_text(visit: Visit) -> None:
    page = visit("/?board=hostile&model=%3Cb%3Eevil%3C%2Fb%3E&view=bar")
    expect(page.locator(".drawer h2")).to_have_text("<b>evil</b>")
    expect(page.locator(".bars.broad")).to_contain_text("<b>evil</b>")
    page = visit("/?board=hostile&model=nobody")
    expect(page.locator(".drawer .note")).to_contain_text("No model 'nobody'")


@pytest.mark.slow
def test_judges_and_categories_narrow(visit: Visit, vicuna: str) -> None:
    page = visit(f"/?board={vicuna}")
    page.get_by_role("link", name="Only gpt-4", exact=True).click()
    said(page, judge="gpt-4")
    expect(page.locator("#set-judge input")).to_have_value("gpt-4")
    choose(page, "set-category", "math")
    said(page, category="math", judge="gpt-4")
    page.get_by_role("link", name="Remove Judge gpt-4").click()
    said(page, category="math", judge="")
    expect(page).to_have_title("vicuna · Leaderboard · Arena")


@pytest.mark.slow
@pytest.mark.parametrize("view", ["table&style=yes", "bar", "bump", "heat", "table&model=gpt-4-0314"])
def test_a_phone_holds_every_view(visit: Visit, bench: dict[str, Any], view: str) -> None:
    page = visit(f"/?board=arena-bench&view={view}", viewport={"width": 390, "height": 844}, scheme="dark")
    shown = page.locator("#standings :is(.standings, .chart, .heat, .empty)").filter(visible=True)
    expect(shown.first).to_be_visible()
    expect(chip(page, "Battles")).to_contain_text("35,500")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
