"""Voting in a real browser: by key, blind until the vote, taken back, with a comment; two voters at once."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from arena.formats import arena_battles
from tests.pages.conftest import Tabs
from tests.service import polled

pytestmark = pytest.mark.browser
BOARD = "polled"
WORDS = {"password": "look", "operator_password": "do"}
CHOOSE, RESULT, SIDE = "#pane .four", "#pane .result", "#trial .trial"


@pytest.fixture(scope="module")
def votes(app: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A board of twelve battles, most of them close."""
    path = tmp_path_factory.mktemp("votes") / "polled.jsonl"
    arena_battles.write(polled.records([(5.0, 5.0), (6.0, 5.0), (9.0, 1.0)] * 4), path)
    app.arena("import", str(path), "--board", BOARD)
    return f"/vote?board={BOARD}"


def counted(app: Any, what: str = "counted") -> int:
    return int(app.arena("votes", "list", BOARD)["counts"][what])


def ready(page: Page) -> str:
    """Waits for a ballot; the id of its battle."""
    expect(page.locator(CHOOSE)).to_be_visible()
    return str(page.locator("#pane .ballot").get_attribute("data-battle"))


def test_a_vote_by_key_is_blind_until_it_is_cast(visit: Tabs, app: Any, votes: str) -> None:
    page = visit(votes, apart=True)
    battle = ready(page)
    assert not any(name in page.content() for name in (*polled.MODELS, polled.JUDGE))
    before = counted(app)
    page.keyboard.press("c")
    page.keyboard.type("because of 1 and 2")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    expect(page.locator(RESULT)).to_contain_text("You voted a tie")
    expect(page.locator(RESULT)).to_contain_text(polled.JUDGE)
    assert sum(name in page.locator(RESULT).inner_text() for name in polled.MODELS) == 2
    expect(page.locator(RESULT)).to_contain_text("because of 1 and 2")
    expect(page.locator(SIDE)).to_contain_text("1 of them yours")
    assert counted(app) == before + 1
    assert parse_qs(urlsplit(page.url).query)["id"] == [battle]
    page.reload()
    expect(page.locator(RESULT)).to_contain_text("You voted a tie")


def test_the_last_vote_is_taken_back_and_the_next_battle_is_another(
    visit: Tabs, app: Any, votes: str
) -> None:
    page = visit(votes, apart=True)
    battle, before = ready(page), counted(app)
    page.keyboard.press("1")
    expect(page.locator(RESULT)).to_contain_text("You voted A")
    page.keyboard.press("u")
    expect(page.locator("#told")).to_contain_text("taken back")
    assert (ready(page), counted(app)) == (battle, before)
    page.keyboard.press("2")
    expect(page.locator(RESULT)).to_contain_text("You voted B")
    page.keyboard.press("n")
    assert ready(page) != battle
    page.keyboard.press("s")
    expect(page.locator("#pane .ballot")).not_to_have_attribute("data-battle", battle)
    assert counted(app) == before + 1


def test_votes_are_taken_along(visit: Tabs, app: Any, votes: str) -> None:
    page = visit(votes, apart=True)
    ready(page)
    page.keyboard.press("3")
    expect(page.locator(RESULT)).to_contain_text("You voted a tie")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Votes as a file").click()
    rows = json.loads(Path(taken.value.path()).read_text("utf-8"))
    assert len(rows) == counted(app)
    assert {"model_a", "model_b", "winner", "judge", "conversation_a"} <= rows[0].keys()


def test_two_voters_at_once_and_two_tabs_lose_nothing(visit: Tabs, app: Any, votes: str) -> None:
    before, again = counted(app, "votes"), counted(app, "again")
    crowd = [visit(votes, apart=True) for _ in range(2)]
    second = crowd[0].context.new_page()
    visit.listen(second)
    second.goto(app.url + votes)
    pages = [*crowd, second]
    for page in pages:
        ready(page)
    for page in pages:
        page.keyboard.press("4")
    for page in pages:
        expect(page.locator(RESULT)).to_contain_text("You voted both bad")
    assert counted(app, "votes") == before + 3
    assert counted(app, "again") == again + 1


@pytest.fixture
def guest(browser: Browser, launch: Callable[..., Any], home: Path, tmp_path: Path) -> Iterator[Page]:
    """A visitor of an app with passwords, on its page of votes."""
    app = launch(home, **WORDS)
    path = tmp_path / "polled.jsonl"
    arena_battles.write(polled.records([(5.0, 5.0)] * 3), path)
    app.arena("import", str(path), "--board", BOARD)
    with ExitStack() as opened:
        page = opened.enter_context(browser.new_context()).new_page()
        page.goto(app.url)
        page.get_by_label("username").fill("arena")
        page.get_by_label("password").fill(WORDS["password"])
        page.get_by_role("button", name="Login").click()
        expect(page.locator(".bar").first).to_be_visible()
        page.goto(f"{app.url}/vote?board={BOARD}")
        yield page


@pytest.mark.slow
def test_a_visitor_votes(guest: Page) -> None:
    ready(guest)
    guest.locator('[data-choice="first"]').click()
    expect(guest.locator(RESULT)).to_contain_text("You voted A")
