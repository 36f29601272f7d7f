"""Pages to keep: whole in one file, quiet, safe whatever a model wrote, read offline without a script."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from arena.cli.main import app as command
from arena.errors import BadRequest, NotFound, Unranked
from arena.filters import Filters
from arena.pages.offprint import agreement, battles, board, sheet
from arena.pages.offprint.sheet import Offprint
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.service import Service
from tests.pages.conftest import SHOUT, Tabs, rows
from tests.store import build
from tests.training.flywheel import finished
from training import cli as _verbs  # noqa: F401 - hangs its verbs on the app
from training.pages import offprint as iteration

USUAL = RankSettings(), Filters()
TRICK = f'Point at a cell, or use the arrow keys, to read it. <button>x</button> </style> href="/x" {SHOUT}'


class Reader(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def whole(found: Offprint) -> str:
    return sheet.html(found, sheet.today())


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A board of hostile texts, one of plain votes, and a flywheel that is done."""
    home = tmp_path_factory.mktemp("offprint")
    finished.flywheel(home / "runs")
    hostile = rows()
    hostile[0]["conversation_a"][1]["content"] = TRICK
    with Service(build.settings(home), "test") as service:
        service.bring(ask.Import(build.lines(home / "hostile.jsonl", hostile), "hostile"))
        votes = [
            ("gpt-4", "llama-13b", "left"),
            ("llama-13b", "claude-1", "right"),
            ("gpt-4", "claude-1", "tie"),
        ]
        service.bring(ask.Import(build.votes(home / "votes.csv", votes * 9), "votes"))
        yield service


def pages(arena: Service) -> dict[str, str]:
    compared = ask.Compare("votes", "lmsys-2024-05-27", rounds=50)
    return {
        "board": whole(board.offprint(arena, "hostile", *USUAL)),
        "published": whole(board.offprint(arena, "lmsys-2024-05-27", *USUAL)),
        "agreement": whole(agreement.offprint(arena, compared)),
        "battles": whole(battles.offprint(arena, "hostile", *USUAL)),
        "iteration": whole(iteration.offprint(arena, "made")),
    }


@pytest.fixture(scope="module")
def made(arena: Service) -> dict[str, str]:
    return pages(arena)


@pytest.mark.parametrize("name", ["board", "published", "agreement", "battles", "iteration"])
def test_a_page_asks_for_nothing_and_runs_nothing(made: dict[str, str], name: str) -> None:
    read = Reader(made[name])
    tags = {tag for tag, _ in read.tags}
    assert not tags & {
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "button",
        "base",
        "video",
        "audio",
    }
    for tag, attributes in read.tags:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "srcset", "action")]
        address = attributes.get("href")
        assert address is None or address.startswith("#") or (tag, address) == ("link", "data:,")
    policy = [given for tag, given in read.tags if given.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in str(policy[0]["content"])
    style = made[name].partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_links_within_a_file_lead_somewhere(made: dict[str, str]) -> None:
    tags = Reader(made["battles"]).tags
    there = {given["id"] for _, given in tags if "id" in given}
    leads = [str(given["href"])[1:] for tag, given in tags if tag == "a" and given.get("href")]
    assert len(leads) == 2
    assert set(leads) <= there


def test_what_a_model_wrote_stays_to_the_letter_and_is_only_text(made: dict[str, str]) -> None:
    said = "".join(Reader(made["battles"]).said)
    assert "Point at a cell, or use the arrow keys, to read it. <button>x</button> </style>" in said
    assert "<script>alert(2)</script>" in said
    assert "[picture: spy http://spy.example/p.png]" in said
    assert "<b>evil</b>" in "".join(Reader(made["board"]).said)


def test_a_report_names_no_folder_of_the_machine(arena: Service, made: dict[str, str]) -> None:
    assert "not shown to be better" in made["iteration"]
    assert str(arena.settings.home) not in "".join(made.values())


def test_figures_stand_with_their_intervals(arena: Service, made: dict[str, str]) -> None:
    ranked = arena.leaderboard(ask.Leaderboard("lmsys-2024-05-27"))
    said = "".join(Reader(made["published"]).said)
    for line in ranked.ratings[:5]:
        assert line.model in said
        assert f"{line.low:,.0f} to {line.high:,.0f}" in said
    assert "Spearman" in made["agreement"]
    assert "Can you trust this?" in made["agreement"]


def test_a_file_holds_so_many_battles_and_says_what_it_left(arena: Service) -> None:
    found = battles.offprint(arena, "votes", *USUAL, most=5)
    assert (found.rows, found.notes) == (5, ("the first 5 of 27 battles; --limit takes more",))
    with pytest.raises(BadRequest, match="--limit 9999"):
        battles.offprint(arena, "votes", *USUAL, most=9999)
    with pytest.raises(Unranked, match="fits the filter"):
        battles.offprint(arena, "votes", RankSettings(), Filters(a="nobody"))
    with pytest.raises(NotFound, match="no board 'nowhere'"):
        board.offprint(arena, "nowhere", *USUAL)


@pytest.mark.browser
def test_it_opens_offline_without_scripts_on_any_screen_and_paper(
    browser: Browser, made: dict[str, str], tmp_path: Path
) -> None:
    for name, text in made.items():
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
    for width, scheme in ((1440, "light"), (390, "dark")):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            offline=True,
            java_script_enabled=False,
        )
        for name in made:
            looked_at(context.new_page(), tmp_path / f"{name}.html")
        context.close()


def looked_at(page: Page, file: Path) -> None:
    """Nothing is asked for, nothing stands out at the side, answers are in sight, and it prints."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    box = page.locator("main").bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    assert box["width"] <= size["width"]
    if file.stem == "battles":
        for answer in page.locator(".answer").all():
            inside = answer.bounding_box()
            assert inside is not None
            assert inside["x"] + inside["width"] <= size["width"]
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.browser
@pytest.mark.slow
def test_a_button_hands_the_page_over(visit: Tabs) -> None:
    for address, name in (
        ("/battles?board=hostile", "hostile-battles.html"),
        ("/agreement?board=wizardarena-mix", "wizardarena-mix-against-"),
    ):
        page = visit(address)
        page.wait_for_function("document.querySelector('#state textarea, #state input')?.value")
        with page.expect_download() as got:
            page.locator("#save-html").click()
        assert got.value.suggested_filename.startswith(name)
        assert Path(got.value.path()).read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_command_line_writes_the_same(tmp_path: Path) -> None:
    finished.flywheel(tmp_path / "home" / "runs")
    votes = build.votes(
        tmp_path / "votes.csv", [("gpt-4", "llama-13b", "left"), ("llama-13b", "claude-1", "tie")]
    )
    done = [json.loads(words(tmp_path, "import", str(votes)).stdout)["kept"]]
    for said in (
        ("board", "votes", "b.html"),
        ("battles", "votes", "c.html", "--limit", "1"),
        ("agreement", "votes", "lmsys-2024-05-27", "d.html", "--redraws", "20"),
        ("iteration", "made", "e.html"),
    ):
        line = [str(tmp_path / word) if word.endswith(".html") else word for word in said]
        done.append(json.loads(words(tmp_path, "export", *line).stdout)["rows"])
        assert isinstance(words(tmp_path, "export", *line).exception, BadRequest)
    assert done == [2, 3, 1, 3, 2]
    assert all(path.read_text("utf-8").startswith("<!DOCTYPE html>") for path in tmp_path.glob("*.html"))
    assert isinstance(words(tmp_path, "export", "agreement", "votes", "x", "y.csv").exception, BadRequest)


def words(folder: Path, *line: str) -> Any:
    """A command in a home below the folder."""
    return CliRunner().invoke(command, ["--home", str(folder / "home"), *line, "--json"])
