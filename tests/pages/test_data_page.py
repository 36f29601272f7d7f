"""The data page in a real Chromium: uploads and paths in, look first, map, stop, go on, export, remove."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import WAIT, choose
from tests.store import build

pytestmark = pytest.mark.browser
VOTES = [("x", "y", "left"), ("y", "z", "tie"), ("x", "z", "right"), ("x", "y", "no")]


@pytest.fixture
def bring(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Opens the page, once it lists the boards."""

    def open_page(query: str = "", **options: Any) -> Page:
        page = visit(f"/data{query}", **options)
        expect(page.locator("#stock .boards").first).to_be_visible()
        return page

    return open_page


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough votes to stop in the middle."""
    draw = random.Random(0)  # noqa: S311
    path = tmp_path_factory.mktemp("many") / "many.csv"
    rows = (
        (f"m{draw.randrange(9)}", f"n{draw.randrange(9)}", draw.choice(("left", "right", "tie")))
        for _ in range(300_000)
    )
    return build.votes(path, rows)


def send(page: Page, *files: Path) -> None:
    page.locator("#files input[type=file]").set_input_files(list(files))
    expect(page.locator("#mark textarea, #mark input")).not_to_have_value("")


def job(page: Page, state: str, said: str = "") -> Any:
    """The newest import, once it is in that state."""
    found = page.locator(f".job.{state}", has_text=said).first
    expect(found).to_be_visible(timeout=60_000)
    return found


def test_an_upload_is_looked_at_imported_and_ranked(
    bring: Callable[..., Page], app: Any, tmp_path: Path
) -> None:
    page = bring()
    send(page, build.votes(tmp_path / "sent votes.csv", VOTES))
    expect(page.locator("#into input, #into textarea")).to_have_value("sent votes")
    page.locator("#look button, button#look").click()
    expect(page.locator(".survey .verdictline")).to_contain_text("4 rows read: 3 would be kept, 1 rejected")
    expect(page.locator(".survey .reasons")).to_contain_text("'no' is none of")
    expect(page.locator(".survey")).to_contain_text("a real file")
    page.locator("#bring").click()
    done = job(page, "done", "sent votes")
    expect(done.locator(".facts")).to_contain_text("Kept")
    with page.expect_download() as fetched:
        done.get_by_role("link", name="Download the 1 rejected row").click()
    assert json.loads(Path(fetched.value.path()).read_text())["line"] == 5
    assert not list((app.home / "tmp" / "arrived").glob("*"))
    done.get_by_role("link", name="Rank it").click()
    expect(page.locator(".standings tbody tr")).to_have_count(3)


@pytest.mark.slow
def test_a_folder_on_the_server_is_one_import(bring: Callable[..., Page], tmp_path: Path) -> None:
    build.votes(
        tmp_path / "folder" / "a.csv" if (tmp_path / "folder").mkdir() is None else tmp_path, VOTES[:2]
    )
    build.votes(tmp_path / "folder" / "b.csv", VOTES[2:3])
    page = bring()
    page.get_by_label("A path on this server").check()
    page.locator("#path input, #path textarea").fill(str(tmp_path / "folder"))
    page.locator("#look").click()
    expect(page.locator(".survey tbody").first.locator("tr")).to_have_count(2)
    page.wait_for_url("**source=path*")
    page.locator("#bring").click()
    expect(job(page, "done", "folder").locator(".facts")).to_contain_text("Read3")
    again = bring(page.url.split("/data")[1])
    expect(again.locator("#path input, #path textarea")).to_have_value(str(tmp_path / "folder"))


@pytest.mark.slow
def test_columns_of_an_unknown_file_are_said_and_kept_in_the_address(
    bring: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("first,second,better\nx,y,1\ny,z,2\nx,z,same\n", "utf-8")
    page = bring(f"?source=path&path={path}")
    page.locator("#look").click()
    expect(page.locator("#dryrun")).to_contain_text("in no known format")
    expect(page.locator("#is-model-a input")).to_have_value("first")
    for at, meaning in enumerate(("A wins", "B wins", "tie")):
        choose(page, f"means-{at}", meaning)
    page.locator("#look").click()
    expect(page.locator(".verdictline")).to_contain_text("3 would be kept")
    page.wait_for_url("**values=winner*")
    again = bring(page.url.split("/data")[1])
    expect(again.locator("#is-model-b input")).to_have_value("second")
    expect(again.locator("#means-2 input")).to_have_value("tie")
    again.locator("#bring").click()
    expect(job(again, "done", "odd").locator(".facts")).to_contain_text("mapped")


def test_a_torn_file_and_a_hostile_name_are_one_line(bring: Callable[..., Page], tmp_path: Path) -> None:
    path = tmp_path / "<img src=x onerror=alert(1)>.json"
    path.write_text('[{"model_a": "x", "model_b": "y", "winner": "model_a"}, {"model', "utf-8")
    page = bring()
    send(page, path)
    page.locator("#look").click()
    line = page.locator("#dryrun .note.error")
    expect(line).to_have_count(1)
    expect(line).not_to_contain_text("arrived")
    page.locator("#bring").click()
    failed = job(page, "failed")
    expect(failed.locator(".note.error")).to_have_count(1)
    assert page.locator("#jobs img, #dryrun img").count() == 0
    page.get_by_label("A path on this server").check()
    page.locator("#look").click()
    expect(line).to_contain_text("Write the path")


@pytest.mark.slow
def test_a_long_import_stops_goes_on_and_is_seen_by_another_page(
    bring: Callable[..., Page], many: Path
) -> None:
    page = bring(f"?source=path&path={many}")
    page.locator("#bring").click()
    job(page, "reading", "rows").get_by_role("button", name="Stop").click()
    other = page.context.new_page()
    other.goto(page.url.partition("?")[0])
    expect(other.locator(".job.stopped").first).to_contain_text("the board is as it was")
    page.get_by_role("button", name="Import again to go on").click()
    expect(other.locator(".job:is(.reading, .adding) progress")).to_be_visible()
    page.close()
    expect(job(other, "done", "many").locator(".facts")).to_contain_text("300,000")
    expect(other.locator("#stock")).to_contain_text("many")


@pytest.mark.slow
def test_a_board_is_exported_and_removed_once_asked(
    bring: Callable[..., Page], app: Any, tmp_path: Path
) -> None:
    app.arena("import", str(build.votes(tmp_path / "brief.csv", VOTES)))
    page = bring()
    page.locator("#stock a", has_text="brief").click()
    expect(page.locator(".opened .past tbody tr")).to_have_count(1)
    page.wait_for_url("**board=brief*")
    for name, what in (
        ("battles as JSON Lines", "brief-battles.jsonl"),
        ("board as LaTeX", "brief-board.tex"),
    ):
        with page.expect_download() as fetched:
            page.get_by_role("button", name=f"Download {name}").click()
        assert fetched.value.suggested_filename == what
        assert Path(fetched.value.path()).stat().st_size > 0
    page.get_by_text("Remove this board…").click()
    page.get_by_role("button", name="Yes, remove brief").click()
    expect(page.locator("#opened")).to_contain_text("brief is removed")
    expect(page.locator("#stock")).not_to_contain_text("brief")
    gone = bring("?board=brief")
    expect(gone.locator("#dryrun")).to_contain_text("There is no board 'brief' here")
    shipped = bring("?board=lmsys-2024-05-27")
    expect(shipped.locator(".opened")).to_contain_text("cannot be removed")


@pytest.mark.slow
def test_behind_a_password_only_uploads_are_taken(
    browser: Browser, launch: Callable[..., Any], home: Path, tmp_path: Path
) -> None:
    url = launch(home, password="sesame").url  # noqa: S106
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/data?source=path&path=/etc")
    page.get_by_label("username").fill("arena")
    page.get_by_label("password").fill("sesame")
    page.get_by_role("button", name="Login").click()
    expect(page.get_by_role("button", name="Login")).to_be_hidden(timeout=WAIT)
    page.wait_for_load_state("networkidle")
    page.goto(f"{url}/data?source=path&path=/etc")
    expect(page.locator("#stock .boards").first).to_be_visible(timeout=WAIT)
    expect(page.locator("#path")).to_be_hidden()
    expect(page.locator("#source")).to_be_hidden()
    page.locator("#look").click()
    expect(page.locator("#dryrun")).to_contain_text("Choose files")
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_is_wide_enough_in_the_dark_too(bring: Callable[..., Page], width: int) -> None:
    page = bring("?board=hostile", viewport={"width": width, "height": 844}, scheme="dark")
    expect(page.locator(".opened")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
