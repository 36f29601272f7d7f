"""Flips, flags and their switch in Chromium: a board is checked, ranked without; flips are walked through."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def board(app: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Twelve battles in both orders: the first three flip; x's win over z rests on a copied answer."""
    folder: Path = tmp_path_factory.mktemp("guarded")
    games = []
    for number in range(12):
        first, second = ("x", "y") if number < 6 else ("y", "z") if number < 9 else ("x", "z")
        talk = {
            "question_id": number,
            "model_1": first,
            "model_2": second,
            "judge": ["gpt-4", "pair"],
            "turn": 1,
        }
        words = [f"Both are on topic. Answer {at} has the steps. So {at} wins." for at in "AB"]
        turns = "model_2" if number < 3 else "model_1"
        said = {"g1_judgment": words[0], "g2_judgment": words[turns == "model_2"]}
        asked = {"g1_user_prompt": "", "g2_user_prompt": "", "tstamp": 1.0}
        games.append({**talk, **said, **asked, "g1_winner": "model_1", "g2_winner": turns})
    answers = {
        f"model_answer/{model}.jsonl": [
            {"question_id": number, "model_id": model, "answer_id": f"{model}{number}", "tstamp": 1.0,
             "choices": [{"index": 0, "turns": ["Copied." if number >= 9 else f"{model} {number}"]}]}
            for number in range(12)
        ]
        for model in "xyz"
    }  # fmt: skip
    questions = [
        {"question_id": at, "category": "m", "turns": [f"Question {at} about rivers"]} for at in range(12)
    ]
    files = {"question.jsonl": questions, "model_judgment/gpt-4_pair.jsonl": games, **answers}
    for name, rows in files.items():
        path = folder / "bench" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert app.arena("import", str(folder / "bench"), "--board", "guarded")["rejected"] == 0
    return "guarded"


def test_a_board_is_checked_by_a_button_and_ranked_without_by_a_switch(
    visit: Visit, app: Any, board: str
) -> None:
    app.arena("check", board, "--forget")
    page = visit(f"/?board={board}")
    expect(page.locator("#guard")).to_contain_text("Not checked")
    page.locator("#check-board").click()
    expect(page.locator("#guard")).to_contain_text(
        "3 of 12 battles (25.0 %) are flagged: 3 identical answers"
    )
    page.get_by_role("switch").click()
    page.wait_for_url("**clean=yes**")
    expect(page.locator("#guard")).to_contain_text("are left out")
    expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "true")
    expect(page.locator(".strip")).to_contain_text("left out")
    assert app.arena("leaderboard", board, "--clean")["n_battles"] == 9
    page.go_back()
    expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "false")


def test_flips_are_walked_through_with_both_explanations(visit: Visit, board: str) -> None:
    page = visit(f"/battles?board={board}")
    page.get_by_role("link", name="Flipped 3", exact=True).click()
    expect(page.locator(".total")).to_contain_text("3 of")
    page.locator("a.row").first.click()
    page.get_by_role("link", name="Compare the two explanations").click()
    expect(page.locator(".turned .verdict")).to_have_count(2)
    expect(page.locator(".turn.a")).to_have_text("So A wins.")
    expect(page.locator(".turn.b")).to_have_text("So B wins.")
    first = page.locator("a.row[aria-current]").get_attribute("data-battle")
    page.keyboard.press("j")
    page.wait_for_function("id => !location.search.includes(id)", arg=first)
    expect(page.locator(".turned .verdict")).to_have_count(2)
    expect(page.locator("#pane")).to_contain_text("named another winner")


def test_flags_are_badges_facets_and_sentences(visit: Visit, app: Any, board: str) -> None:
    app.arena("check", board)
    page = visit(f"/battles?board={board}")
    page.get_by_role("link", name="Only flagged").click()
    expect(page.locator("a.row .chip.flag")).to_have_count(3)
    page.locator("a.row").first.click()
    expect(page.locator(".flags")).to_contain_text("Both answers are the same, to the letter.")
    page.get_by_role("link", name="Leave flagged battles out").click()
    expect(page.locator(".total")).to_contain_text("9 of 12")
