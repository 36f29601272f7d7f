"""The battles page in Chromium: every filter, key and link, back and forward, hostile texts, widths."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import SHOUT

pytestmark = pytest.mark.browser
HUGE = {
    "long": "word " * 20_000,
    "rtl": "مرحبا بالعالم " * 50,
    "dollars": "costs $5, $6 and $$ more $x^2",
    "nul": "before\0after",
    "fences": "````\n```python\nprint(1)\n```\n````\n" * 5,
    "table": "|" + "column|" * 60 + "\n|" + "-|" * 60 + "\n" + ("|" + "cell|" * 60 + "\n") * 50,
    "script": SHOUT + " [go](javascript:alert(3)) <svg onload=alert(4)>",
    "wide": "x" * 5_000,
}
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def games(app: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A board of 120 battles among four models, by a person and by a machine."""
    models = ["ada", "bob", "cleo", "dan"]
    rows = []
    for number in range(120):
        a, b = models[number % 4], models[(number + 1 + number // 4 % 3) % 4]
        talk = [{"role": "user", "content": f"Question {number} on topic {number % 7}"}]
        judged = {"judge": "human", "winner": ("model_a", "model_b", "tie", "tie (bothbad)")[number % 4]}
        answer = f"The answer of {a}.\n\n$x^{{{number}}}$\n\n```py\nprint({number})\n```"
        rows.append(
            {"question_id": f"q{number}", "model_a": a, "model_b": b, **judged, "turn": 1,
             "language": ("English", "German")[number % 2],
             "conversation_a": [*talk, {"role": "assistant", "content": answer}],
             "conversation_b": [*talk, {"role": "assistant", "content": f"The reply of {b}."}]}
        )  # fmt: skip
    bring(app, tmp_path_factory, "games", rows)
    return "games"


@pytest.fixture(scope="module")
def nasty(app: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A board of battles whose answers are too long, too wide, or more than text."""
    rows = [
        {"question_id": name, "model_a": "m" * 80, "model_b": "plain", "winner": "model_a", "judge": "j",
         "conversation_a": [{"role": "user", "content": name}, {"role": "assistant", "content": text}],
         "conversation_b": [{"role": "user", "content": name}, {"role": "assistant", "content": text[::-1]}]}
        for name, text in HUGE.items()
    ]  # fmt: skip
    bring(app, tmp_path_factory, "nasty", rows)
    return "nasty"


def bring(app: Any, folder: pytest.TempPathFactory, board: str, rows: list[dict[str, Any]]) -> None:
    path: Path = folder.mktemp(board) / "battles.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert app.arena("import", str(path), "--board", board)["kept"] == len(rows)


@pytest.fixture
def read(visit: Visit) -> Visit:
    """Opens the battles page at a query, once it is filled."""

    def open_page(query: str, **options: Any) -> Page:
        page = visit(f"/battles?{query}", **options)
        expect(page.locator(".summary, #rows .empty").first).to_be_visible()
        return page

    return open_page


def total(page: Page, count: str) -> None:
    expect(page.locator(".total")).to_contain_text(count)
    expect(page.locator("body")).not_to_have_class(re.compile("stale"))


def test_facets_narrow_count_and_come_off(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    total(page, "120 of 120 battles")
    page.locator("#facets a.pick", has_text="A wins").click()
    total(page, "30 of 120 battles")
    page.locator("#facets a.pick", has_text="ada").click()
    page.locator("#facets a.pick.on", has_text="ada wins").wait_for()
    expect(page.locator("#set-a input")).to_have_value("ada")
    page.locator("#facets a.pick", has_text="bob").click()
    expect(page.locator("#set-b input")).to_have_value("bob")
    page.locator(".token", has_text="Outcome").click()
    expect(page.locator(".token")).to_have_count(2)
    page.get_by_role("link", name="Clear all").click()
    total(page, "120 of 120 battles")
    assert page.url.endswith(f"?board={games}")


@pytest.mark.slow
def test_bars_filter_on_click(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    page.locator(".legend", has_text="Both bad").click()
    total(page, "30 of 120 battles")
    expect(page.locator("a.row .chip.both_bad").first).to_be_visible()
    page.wait_for_url("**winner=both_bad*")


def test_controls_filter_and_a_link_restores_them(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    total(page, "120 of 120")
    page.keyboard.press("/")
    page.keyboard.type("topic 3")
    page.keyboard.press("Enter")
    total(page, "17 of 120 battles")
    again = read(page.url.split("?")[1], apart=True)
    total(again, "17 of 120 battles")
    expect(again.locator("#set-search :is(input, textarea)")).to_have_value("topic 3")
    page.go_back()
    total(page, "120 of 120 battles")
    expect(page.locator("#set-search :is(input, textarea)")).to_have_value("")
    page.go_forward()
    total(page, "17 of 120 battles")


@pytest.mark.slow
def test_pages_go_on_and_back(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    total(page, "120 of 120")
    first = page.locator("a.row").first.get_attribute("data-battle") or ""
    page.keyboard.press("n")
    page.wait_for_url("**after=*")
    expect(page.locator("a.row").first).not_to_have_attribute("data-battle", first)
    page.get_by_role("link", name="Next →").click()
    expect(page.locator("a.row")).to_have_count(20)
    page.get_by_role("link", name="← Previous").click()
    expect(page.locator("a.row")).to_have_count(50)
    page.keyboard.press("p")
    expect(page.locator("a.row").first).to_have_attribute("data-battle", first)


def test_every_key_does_what_it_says(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    total(page, "120 of 120")
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".battle .answer")).to_have_count(2)
    expect(page.locator(".answer.a math").first).to_be_visible()
    first = page.locator(".battle .facts dd").last.inner_text()
    page.keyboard.press("j")
    expect(page.locator(".battle .facts dd").last).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.locator(".battle .facts dd").last).to_have_text(first)
    page.keyboard.press("d")
    expect(page.locator(".compared del").first).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("r")
    expect(page.locator(".answer pre.raw")).to_have_count(2)
    page.keyboard.press("s")
    expect(page.locator(".answer").first).to_have_class("answer b")
    page.keyboard.press("b")
    expect(page.locator(".battle h2")).to_have_text("Model B vs Model A")
    expect(page.locator("a.row .name.a").first).to_have_text("Model A")
    page.keyboard.press("e")
    expect(page.locator(".verdict.told")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.go_back()
    expect(page.locator(".battle h2")).not_to_contain_text("Model")
    total(page, "120 of 120")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(re.compile(r"/\?board=games"))


@pytest.mark.slow
def test_blind_shows_no_name_anywhere(read: Visit, games: str) -> None:
    page = read(f"board={games}&a=ada&b=bob&blind=yes")
    expect(page.locator("#rows .note")).to_contain_text("filters by model are off")
    page.wait_for_function("!/ada|bob/.test(location.search)")
    expect(page.locator("#set-a")).to_be_hidden()
    page.locator("a.row").first.click()
    expect(page.locator(".battle h2")).to_have_text("Model A vs Model B")
    total(page, "120 of 120")
    for place in (
        "#rows",
        "#summary",
        "#facets",
        "#pane header",
        "#pane .verdicts",
        "#pane .menu",
        "#beside",
    ):
        for part in page.locator(place).all():
            shown = part.inner_html()
            found = re.search(
                r"(?<!answer of )(?<!reply of )\b(ada|bob|cleo|dan)\b", shown
            )  # an answer may name its author
            assert not found, f"{place}: {shown[found.start() - 200 : found.end()]}"
    page.locator(".copies summary").click()
    assert page.locator(".menu button").all_inner_texts() == ["Link", "Markdown"]


@pytest.mark.slow
def test_what_comes_next_is_there_before_it_is_asked_for(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    page.locator("a.row").first.click()
    page.locator("#pane .battle").wait_for()
    total(page, "120 of 120")
    expect(page.locator("#ahead i")).to_have_count(2)
    second = page.locator("a.row").nth(1).get_attribute("data-battle") or ""
    page.route("**/queue/join*", lambda _: None)  # no answer ever comes
    page.keyboard.press("j")
    expect(page.locator(".battle .facts dd").last).to_have_text(second[:8], timeout=2_000)
    page.keyboard.press("n")
    expect(page.locator(f'a.row[data-battle="{second}"]')).to_have_count(0, timeout=2_000)


@pytest.mark.slow
def test_both_answers_scroll_together_until_told_otherwise(read: Visit, nasty: str) -> None:
    page = read(f"board={nasty}&search=fences", apart=True)
    page.locator("a.row").first.click()
    boxes = page.locator("#pane .scrolled")
    expect(boxes).to_have_count(2)
    scrolled = "boxes => boxes.map(box => box.scrollTop > 0)"
    boxes.evaluate_all("boxes => boxes.forEach(box => (box.style.maxHeight = '60px'))")
    boxes.first.evaluate("box => (box.scrollTop = 80)")
    page.wait_for_function("document.querySelectorAll('#pane .scrolled')[1].scrollTop > 0")
    page.keyboard.press("y")
    expect(page.locator("button.together")).to_have_attribute("aria-pressed", "false")
    boxes.first.evaluate("box => (box.scrollTop = 0)")
    page.wait_for_timeout(200)
    assert boxes.evaluate_all(scrolled) == [False, True]


@pytest.mark.slow
def test_a_conversation_has_a_tab_for_each_turn(read: Visit, app: Any, tmp_path: Path, shared: Path) -> None:
    """Two-turn questions of MT-Bench."""
    asked = [
        json.loads(line) for line in (shared / "fastchat/mt_bench/question.jsonl").read_text().splitlines()
    ][:3]
    rows = [
        {"question_id": str(one["question_id"]), "model_a": "m", "model_b": "n", "winner": "tie",
         "judge": "j", **{f"conversation_{side}": [part for turn in one["turns"] for part in (
             {"role": "user", "content": turn}, {"role": "assistant", "content": f"{side}: {turn[:9]}"})]
            for side in "ab"}}
        for one in asked
    ]  # fmt: skip
    path = tmp_path / "turns.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    app.arena("import", str(path), "--board", "turns")
    page = read("board=turns")
    page.locator("a.row").first.click()
    expect(page.locator(".prompt .said")).to_have_count(2)
    page.get_by_role("link", name="Turn 2").click()
    expect(page.locator(".prompt .said")).to_have_count(1)
    expect(page.locator(".answer.b .said")).to_have_count(1)
    page.wait_for_url("**part=2*")


@pytest.mark.slow
def test_keys_are_letters_while_typing(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    total(page, "120 of 120")
    page.keyboard.press("/")
    page.keyboard.type("jdsb?")
    expect(page.locator("#set-search :is(input, textarea)")).to_have_value("jdsb?")
    expect(page.locator(".battle")).to_have_count(0)
    expect(page.locator("dialog#keys")).to_be_hidden()


@pytest.mark.slow
def test_a_battle_is_copied(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    page.locator("a.row").nth(2).click()
    copied = "navigator.clipboard.readText()"
    page.locator(".copies summary").click()
    page.locator("button[data-take]", has_text="JSONL").click()
    page.wait_for_function(f"{copied}.then(words => words.startsWith('{{'))")
    assert json.loads(page.evaluate(copied))["board"] == games
    page.keyboard.press("c")
    page.wait_for_function(f"{copied}.then(words => words.startsWith('http'))")
    assert page.evaluate(copied) == page.url
    page.locator(".copy-code").first.click()
    page.wait_for_function(f"{copied}.then(words => words.startsWith('print('))")


@pytest.mark.slow
def test_density_stays_in_the_browser(read: Visit, games: str) -> None:
    page = read(f"board={games}", apart=True)
    page.get_by_role("button", name="Compact").click()
    expect(page.locator("a.row .end").first).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Cosy")).to_be_visible()
    expect(page.locator("a.row .end").first).to_be_hidden()


@pytest.mark.slow
def test_empty_states_have_a_way_out(read: Visit, games: str) -> None:
    page = read(f"board={games}&search=nothing-says-this&winner=a")
    expect(page.locator("#rows .empty")).to_contain_text("No battles under these filters")
    page.locator("#rows .empty a", has_text="Search").click()
    total(page, "30 of 120 battles")
    page = read(f"board={games}&after=nonsense")
    expect(page.locator("#rows .note")).to_be_visible()
    page.get_by_role("link", name="Back to the first page").click()
    expect(page.locator("a.row")).to_have_count(50)


@pytest.mark.slow
def test_neighbours_are_found(read: Visit, games: str) -> None:
    page = read(f"board={games}")
    page.locator("a.row").first.click()
    page.locator("#beside summary", has_text="Similar prompts").click()
    page.locator("#beside a.row").first.click()
    expect(page.locator(".battle h2")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_answers_run_nothing_and_fit(read: Visit, nasty: str, width: int) -> None:
    page = read(f"board={nasty}", viewport={"width": width, "height": 800})
    rows = [row.get_attribute("href") or "" for row in page.locator("a.row").all()]
    assert len(rows) == len(HUGE)
    for address in rows:
        page.evaluate("query => arena.told(query)", address.split("/battles")[1])
        number = address.split("id=")[1][:8]
        expect(page.locator(".battle .facts dd").last).to_have_text(number)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.locator(".battle :is(img, script, iframe, svg, [onload])").count() == 0


@pytest.mark.slow
def test_a_phone_shows_list_then_battle_with_tabs(read: Visit, games: str) -> None:
    page = read(f"board={games}", viewport={"width": 390, "height": 800}, scheme="dark", has_touch=True)
    expect(page.locator("#facets")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(page.locator("#facets")).to_be_visible()
    page.locator("a.row").first.click()
    expect(page.locator("#answer-b")).not_to_be_in_viewport()
    page.locator(".tab.b").click()
    expect(page.locator("#answer-b")).to_be_in_viewport(ratio=0.1)
    page.get_by_role("link", name="← All battles").click()
    expect(page.locator("a.row").first).to_be_visible()


@pytest.mark.slow
def test_three_panes_two_panes(read: Visit, games: str) -> None:
    page = read(f"board={games}", viewport={"width": 1300, "height": 800})
    boxes = [page.locator(pane).bounding_box() or {} for pane in ("#narrow", "#rows", "#reading")]
    assert boxes[0]["x"] < boxes[1]["x"] < boxes[2]["x"]
    page.get_by_role("button", name="More filters").click()
    expect(page.locator("#set-since")).to_be_visible()
    assert (page.locator("#narrow .more").bounding_box() or {})["x"] == boxes[0]["x"]
    page.set_viewport_size({"width": 900, "height": 800})
    expect(page.locator("#facets")).to_be_hidden()
    left, right = (page.locator(pane).bounding_box() or {} for pane in ("#rows", "#reading"))
    assert left["x"] + left["width"] <= right["x"]
