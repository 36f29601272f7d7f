"""The first job, whole, in a real Chromium: bring arena-bench in, rank it, read a battle, compare."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import choose

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_arena_bench_is_ranked_read_and_compared(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench")
    first = page.locator(".standings tbody tr").first
    expect(first.locator(".model")).to_have_text("gpt-4-1106-preview")
    expect(page.locator(".strip")).to_contain_text("35,500")
    assert page.locator(".standings tbody tr").count() == 16
    first.locator(".battles a").click()
    expect(page.locator(".total")).to_contain_text("4,500 of 36,000 battles")
    page.locator("a.row").first.click()
    expect(page.locator(".battle .answer")).to_have_count(2)
    expect(page.locator(".verdict .words")).not_to_be_empty()
    assert "id=" in page.url
    page.goto(page.url.split("/battles")[0] + "/agreement?board=arena-bench&reference=lmsys-2024-05-27")
    expect(page.locator(".card").first).to_contain_text("0.841")
    expect(page.locator("#scatter .main-svg").first).to_be_visible()
    expect(page.locator("#differences")).to_contain_text("battles")


@pytest.mark.slow
def test_settings_go_into_the_address_and_come_back_from_it(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/?board=arena-bench")
    expect(page.locator(".standings")).to_be_visible()
    choose(page, "set-method", "Win rate")
    expect(page.locator(".standings thead")).to_contain_text("Win rate")
    page.wait_for_url("**method=winrate*")
    again = visit(f"/?{urlsplit(page.url).query}", apart=True)
    expect(again.locator(".standings thead")).to_contain_text("Win rate")
    expect(again.locator("#set-method input")).to_have_value("Win rate")
    page.go_back()
    expect(page.locator(".standings thead")).to_contain_text("Rating")
    expect(page.locator("#set-method input")).to_have_value("Bradley-Terry")


@pytest.mark.slow
def test_an_open_battle_is_a_link_and_pages_follow_a_cursor(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/battles?board=arena-bench&winner=tie")
    page.locator("a.row").nth(2).focus()
    page.keyboard.press("Enter")
    title = page.locator(".battle h2").inner_text()
    again = visit(f"/battles?{urlsplit(page.url).query}", apart=True)
    expect(again.locator(".battle h2")).to_have_text(title)
    expect(again.locator("a.row[aria-current]")).to_have_count(1)
    seen = page.locator("a.row").first.get_attribute("data-battle")
    page.get_by_role("link", name="Next →").click()
    page.wait_for_url("**after=*")
    expect(page.locator("a.row").first).not_to_have_attribute("data-battle", str(seen))
    page.get_by_role("link", name="⇤ First").click()
    expect(page.locator("a.row").first).to_have_attribute("data-battle", str(seen))


def test_hostile_texts_are_only_texts(visit: Visit) -> None:
    page = visit("/battles?board=hostile")
    page.locator("a.row").first.click()
    expect(page.locator(".battle h2")).to_have_text("<b>evil</b> vs plain")
    expect(page.locator(".answer.a .words")).to_contain_text("<script>alert(2)</script> bold [picture: spy")
    expect(page.locator(".verdict header b").first).to_have_text("<i>judge</i>")
    assert page.locator(".battle img, .battle script").count() == 0
    page = visit("/?board=hostile")
    expect(page.locator(".standings .model").first).to_have_text("<b>evil</b>")


def test_a_broken_link_falls_back_and_says_so(visit: Visit) -> None:
    page = visit("/?board=nowhere&rounds=many&ties=maybe&%3Cscript%3E=1")
    expect(page.locator(".standings tbody tr").first).to_be_visible()
    expect(page.locator("#fragile .note").first).to_contain_text("There is no board 'nowhere' here")
    expect(page.locator("#fragile")).to_contain_text("rounds=many does not fit")
    page = visit("/battles?board=hostile&id=ffffffff")
    expect(page.locator("#pane .note")).to_contain_text("No battle begins with 'ffffffff'")


@pytest.mark.slow
def test_boards_without_battles_say_what_they_are(visit: Visit) -> None:
    page = visit("/battles?board=lmsys-2024-05-27")
    expect(page.locator("#rows .empty")).to_contain_text("ratings as somebody published them")
    page.get_by_role("link", name="See its leaderboard").click()
    expect(page.locator(".standings .model").first).to_have_text("gpt-4o-2024-05-13")
    expect(page.locator("#set-method")).to_be_hidden()


@pytest.mark.slow
def test_the_paper_stands_beside_what_is_recomputed(visit: Visit) -> None:
    page = visit("/agreement")
    expect(page.locator(".card")).to_have_count(6)
    expect(page.locator(".plain").first).to_contain_text("226 of 231")
    expect(page.locator(".plain").first).to_contain_text("248 of 253")


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/", "/battles?board=hostile", "/agreement"])
def test_a_phone_is_wide_enough(visit: Visit, address: str) -> None:
    page = visit(address, viewport={"width": 390, "height": 844}, scheme="dark")
    expect(page.locator(".standings, .rows, .cards").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(page.locator("body")).to_have_class("dark")


@pytest.mark.slow
def test_help_names_keys_words_and_figures_and_keys_work_there(visit: Visit) -> None:
    page = visit("/help")
    expect(page.locator(".help")).to_contain_text("Scroll both answers together")
    expect(page.locator(".help")).to_contain_text("Pair-rank Brier")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".index a", has_text="Ways to rank").click()
    expect(page).to_have_url(re.compile("#about-ways-to-rank$"))
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/battles*")


@pytest.mark.slow
def test_a_page_is_left_in_the_middle_without_an_error(visit: Visit, bench: dict[str, Any]) -> None:
    page = visit("/agreement?board=arena-bench&reference=lmsys-2024-05-27")
    for address in ("/?board=arena-bench&style=yes", "/battles?board=arena-bench", "/help"):
        page.wait_for_timeout(700)
        page.goto(page.url.split("/", 3)[0] + "//" + urlsplit(page.url).netloc + address, wait_until="commit")
    expect(page.locator(".help")).to_be_visible()


@pytest.mark.slow
def test_a_name_that_a_person_gives_is_used_at_once(visit: Visit) -> None:
    page = visit("/agreement?board=hostile&reference=lmsys-2024-05-27")
    expect(page.locator("#figures .note")).to_contain_text("Only 0 shared models")
    expect(page.locator("#alone input")).to_have_value("<b>evil</b>")
    for name, key in (("<b>evil</b>", "gpt-4-0314"), ("plain", "claude-1")):
        expect(page.locator("#alone input")).to_have_value(name)
        page.locator("#partner input").fill(key)
        page.keyboard.press("Enter")
        page.locator("#keep").click()
    expect(page.locator(".card").first).to_contain_text("2 models")
