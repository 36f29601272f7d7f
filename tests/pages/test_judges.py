"""The page of judges: its address, its table from real labels, hostile names, links to the battles."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from arena.audit import Rate
from arena.filters import Filters
from arena.pages import bench, hanging, judges
from arena.pages.bench import Spot
from arena.service.auditing import Audited, Figures, Health
from arena.service.requests import BoardInfo
from arena.service.stability import Left
from arena.stability import Held, Move

NOTHING = dict.fromkeys(Figures.__slots__)


def health(name: str, own: tuple[str, ...] = (), **figures: Rate) -> Health:
    held = Figures(**{**NOTHING, **figures})  # type: ignore[arg-type]
    return Health(name, False, False, held, None, (("refused", 3),), 120.0, 2500.0, (), own, (), ())


@pytest.fixture(scope="module")
def found() -> Audited:
    good = health(
        "good & <b>bold</b>", right=Rate(0.8, 0.7, 0.9, 100, 50), flipped=Rate(0.1, 0.05, 0.2, 80, 50)
    )
    bad = health("bad", right=Rate(0.4, 0.3, 0.5, 100, 50), first=Rate(0.6, 0.55, 0.65, 90, 50))
    return Audited("some", (), (bad, good), Rate(0.3, 0.2, 0.4, 60, 60), None, None)


def test_the_better_judge_stands_first_and_its_name_is_text(found: Audited) -> None:
    said = bench.side_by_side(found, Spot("some"), Filters())
    assert said.index("good &amp; &lt;b&gt;") < said.index(">bad<")
    assert "80.0 %" in said
    assert "+10.0 pp" in said
    assert "5.0\N{EN DASH}15.0, n 90" in said
    assert "nothing says who is right" in said


def test_a_figure_leads_to_its_battles(found: Audited) -> None:
    said = bench.side_by_side(found, Spot("some"), Filters(category="math"))
    assert "/battles?board=some&amp;category=math&amp;judge=good" in said
    assert "flipped=yes" in said


def test_a_judge_of_its_own_family_is_named(found: Audited) -> None:
    own = health("gpt-4", ("gpt-4-0314", "<i>gpt</i>"))
    said = bench.side_by_side(Audited("some", (), (own,), None, None, None), Spot("some"), Filters())
    assert "gpt-4 judges gpt-4-0314, &lt;i&gt;gpt&lt;/i&gt;: itself, or of its own family" in said
    assert "own family" not in bench.side_by_side(found, Spot("some"), Filters())


def test_a_crowd_of_people_is_counted_not_listed(found: Audited) -> None:
    crowd = tuple(replace(health(f"human {at}"), human=True, reference=True) for at in range(9))
    names = tuple(one.judge for one in crowd)
    said = bench.side_by_side(
        Audited("some", names, (*crowd, *found.judges), None, None, None), Spot("some"), Filters()
    )
    assert "the majority of 9 people" in said
    assert "human 3" not in said
    assert ">bad<" in said


def test_what_the_ranking_hangs_on_is_told_part_by_part() -> None:
    moved = Held(4, 0.8, (0.2, 1.0), (3, 5), "n<1>", (Move("m", 1, 3),))
    lines = (
        Left("judge", "gpt-4", 90, 100, moved),
        Left("judge", "people", 0, 100, why_not="0 models are left"),
        Left("category", "math", 80, 100, Held(5, 1.0, None, (0, 0), "m", ())),
    )
    said = hanging.hanging(lines, "some", Filters())
    for words in ("0.800", "0.20 to 1.00, n 4", "+3 of 5", "n&lt;1&gt;", "m: 1 → 3", "0 models are left"):
        assert words in said
    assert "the order is the same" in said
    assert "judge=gpt-4" in said
    assert "people=yes" in said
    assert hanging.hanging((), "some", Filters()) == ""


def test_one_judge_says_what_it_could_not_read(found: Audited) -> None:
    said = bench.alone(found, Spot("some", judge="bad"), Filters())
    assert "3 refused" in said
    assert "have no categories" in said
    assert bench.alone(found, Spot("some"), Filters()) == ""


def board(name: str, judge: str) -> BoardInfo:
    given = dict.fromkeys(BoardInfo.__dataclass_fields__)
    return BoardInfo(
        **{
            **given,
            "board": name,
            "kind": "battles",
            "battles": 9,
            "models": 2,
            "judge": judge,
            "shipped": False,
        }
    )  # type: ignore[arg-type]


def test_the_address_is_read_against_the_board() -> None:
    boards = (board("some", "one, two"),)
    asked = judges.read(boards, {"board": "some", "judge": "one", "reference": "three", "by": "gap"})
    assert asked is not None
    assert (asked.spot.judge, asked.spot.reference, asked.spot.by) == ("one", None, "gap")
    assert asked.told == ("'three' is no judge of this board.",)
    assert asked.query == "?board=some&judge=one&by=gap"
    assert judges.read((), {}) is None


def test_a_board_without_single_battles_is_told_apart_from_one_that_is_not_there() -> None:
    boards = (board("some", "one"), replace(board("rated", ""), kind="published"))
    told = [getattr(judges.read(boards, {"board": name}), "told", None) for name in ("rated", "gone")]
    assert told[0] == ("'rated' keeps no single battles; this is some.",)
    assert told[1] == ("There is no board 'gone' here; this is some.",)


@pytest.fixture
def page(app: Any, shared: Path, context: Any) -> Iterator[Page]:
    """The page on LLMBar with its judges' replies."""
    for file in ("llmbar", "llmbar_judge_outputs"):
        app.arena("import", str(shared / "judge_tests" / f"{file}.parquet"), "--board", "llmbar")
    opened = context.new_page()
    opened.goto(f"{app.url}/judges?board=llmbar")
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_judge_is_opened_part_by_part_and_its_flips_are_read(page: Page) -> None:
    row = page.locator("#judges tr", has_text="GPT-4 Vanilla")
    expect(row).to_contain_text("84.5 %")
    row.get_by_role("link", name="GPT-4 Vanilla").click()
    expect(page.locator("#judge")).to_contain_text("Adversarial_GPTInst")
    page.get_by_label("Score gap").check()
    expect(page.locator("#judge")).to_contain_text("have no scores")
    assert "by=gap" in page.url
    page.get_by_role("link", name="Read the battles whose games disagree").click()
    expect(page.locator("#rows a.row").first).to_be_visible()
    assert "flipped=yes" in page.url
