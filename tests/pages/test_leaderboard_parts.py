"""The leaderboard's parts as functions of their answers: what they say, where they lead, that they escape."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from arena.fields import Field, describe
from arena.filters import Filters
from arena.pages import (
    bars,
    dossier,
    form,
    ladder,
    link,
    look,
    masthead,
    meetings,
    past,
    remedy,
    standings,
    strip,
)
from arena.ratings.fragility import Fragility
from arena.ratings.types import Coefficient, RankSettings, Rating, Warn
from arena.service.closer import Cell, HeatmapFound, Share, Trusted
from arena.service.requests import BoardInfo, Ranked
from arena.store.rankings import Kept

EVIL = "<b onmouseover=alert(1)>"
INFO = BoardInfo(
    "mine", "battles", 2, 10, "gpt-4", None, None, None, None, ("math", "code"), ("en",), shipped=False
)
COUNTS = BoardInfo("counts", "pairs", 2, 10, None, date(2024, 8, 14), None, None, None, (), (), shipped=True)
SCENE = look.Scene(INFO)


def ranked(*lines: tuple[str, float, int], **more) -> Ranked:
    ratings = tuple(
        Rating(name, value, value - 10, value + 10, 5, rank, rank, rank + 1) for name, value, rank in lines
    )
    settings = RankSettings(method=more.pop("method", "bradley_terry"))
    return Ranked(
        "mine",
        "battles",
        settings.method,
        "elo",
        settings,
        Filters(),
        None,
        None,
        10,
        None,
        ("gpt-4",),
        (),
        ratings,
        **more,
    )


TWO = ranked((EVIL, 1100.0, 1), ("plain", 900.0, 2))


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_an_address_is_read_back_whole() -> None:
    scene = look.Scene(
        INFO,
        Filters(category="math", length_min=9),
        RankSettings(ties="drop"),
        look.Look("heat", model=EVIL, top=10),
    )
    assert look.read([INFO], query(scene.at())) == scene
    assert query(scene.without("category")).keys() == {"board", "length_min", "ties", "view", "model", "top"}
    assert query(scene.battles(a="x") or "") == {
        "board": "mine",
        "category": "math",
        "length_min": "9",
        "a": "x",
    }


def test_settings_that_a_board_cannot_take_are_left_out_and_said() -> None:
    scene = look.read(
        [COUNTS], {"board": "counts", "judge": "x", "style": "yes", "top": "9999", "method": "elo"}
    )
    assert scene is not None
    assert (scene.filters, scene.look.style, scene.look.top, scene.settings.order) == (
        Filters(),
        False,
        look.MOST,
        "random",
    )
    assert scene.battles(a="x") is None
    assert "pair counts" in scene.told[0]


@pytest.mark.parametrize(
    "view",
    [
        standings.standings(SCENE, TWO, TWO),
        bars.bars(TWO, lambda name: SCENE.at(model=name)),
        ladder.ladder([ladder.Rung(EVIL, "/", {EVIL: 1, "plain": 2})] * 2, lambda name: SCENE.at(model=name)),
        meetings.heatmap(
            SCENE,
            HeatmapFound("mine", (EVIL, "plain"), (Cell(EVIL, "plain", Share(0.75, 0.5, 0.9, 8), 0.6),)),
        ),
        dossier.drawer(look.Scene(INFO, look=look.Look(model=EVIL))),
    ],
)
def test_no_name_becomes_a_tag(view: str) -> None:
    assert EVIL not in view
    assert "&lt;b onmouseover" in view


def test_style_control_stands_beside_with_the_change() -> None:
    styled = ranked(
        ("plain", 1010.0, 1), (EVIL, 990.0, 2), coefficients=(Coefficient("tokens", 60.0, 40.0, 80.0),)
    )
    shown = standings.standings(look.Scene(INFO, look=look.Look(style=True)), TWO, styled)
    assert "▲ 1" in shown
    assert "▼ 1" in shown
    assert "Length in tokens" in shown
    waiting = standings.standings(look.Scene(INFO, look=look.Look(style=True)), TWO)
    assert waiting.count("bone cell") == 6


def test_the_strip_says_figures_with_interval_and_n_or_why_not() -> None:
    found = Trusted(
        "mine",
        10,
        ("gpt-4",),
        Share(0.9, 0.8, 0.95, 20),
        None,
        Share(0.65, 0.62, 0.7, 400),
        None,
        connected=False,
        components=2,
        dated=None,
        days=(date(2024, 1, 1), date(2024, 2, 1)),
    )
    shown = strip.strip(SCENE, found)
    for words in (
        "90.0 %",
        "80.0 to 95.0 %, n 20",
        "+15.0 pp",
        "+12.0 to +20.0 pp, n 400",
        "one game per battle",
        "✗ no",
        "2 groups never met",
        "2024-02-01",
        "/battles?board=mine&amp;failed=yes",
    ):
        assert words in shown
    assert strip.published(COUNTS, TWO).count("only ratings were published") == 7


def test_a_cell_is_seen_from_both_sides() -> None:
    cells = meetings.both((Cell("x", "y", Share(0.75, 0.5, 0.9, 8), 0.6),))
    assert cells["y", "x"] == Cell("y", "x", Share(0.25, pytest.approx(0.1), 0.5, 8), 0.4)
    assert meetings.said(cells["x", "y"]) == (
        "x against y: 75.0 % of the points (95 % 50.0 % to 90.0 %, 8 battles); the ratings expect 60.0 %"
    )
    surprise = look.Scene(INFO, look=look.Look(cells="surprise"))
    assert meetings.measure(surprise, cells["x", "y"]) == pytest.approx(0.15)


def test_a_heatmap_leads_to_battles_where_there_are_any() -> None:
    found = HeatmapFound("mine", ("x", "y"), (Cell("x", "y", Share(0.75, 0.5, 0.9, 8), None),))
    assert "/battles?board=mine&amp;a=x&amp;b=y" in meetings.heatmap(SCENE, found)
    assert "/battles" not in meetings.heatmap(look.Scene(COUNTS), found)
    assert "Nobody met" in meetings.heatmap(SCENE, HeatmapFound("mine", (), ()))


def test_equal_ranks_stand_in_the_order_of_their_rung() -> None:
    rungs = [ladder.Rung("one", "/", {"x": 1, "y": 1, "z": 3}), ladder.Rung("two", "/", {"y": 1, "x": 1})]
    assert ladder.seated(rungs, ["x", "y", "z"]) == [{"x": 0, "y": 1, "z": 2}, {"y": 0, "x": 1}]
    assert "at least two" in ladder.ladder(rungs[:1], str)


@pytest.mark.parametrize(
    ("code", "leads"),
    [
        ("judges", "judge=gpt-4"),
        ("undecided", "winner=undecided"),
        ("few_prompts", "intervals=bootstrap"),
        ("thin", "view=heat"),
    ],
)
def test_a_warning_comes_with_a_link_that_does_something(code: str, leads: str) -> None:
    assert leads in str(masthead.text(remedy.remedy(SCENE, TWO, Warn(code, "words"))))


def test_fragility_in_a_sentence() -> None:
    shown = masthead.fragile(ranked(("x", 1.0, 1), fragility=Fragility("x", "y", 3, 0.25, 12)))
    assert "hangs on 3 battles: without those (25.00 % of 12) y would be first, not x" in shown
    assert "is firm" in masthead.fragile(
        ranked(("x", 1.0, 1), fragility=Fragility("x", None, None, None, 12))
    )


def test_a_stored_ranking_leads_back_to_its_settings() -> None:
    kept = Kept(
        "1",
        datetime(2024, 5, 6, 7, 8, tzinfo=UTC),
        "request",
        '{"method": "elo", "gone": 1}',
        '{"category": "math"}',
        9,
        EVIL,
    )
    shown = past.past("mine", (kept,), fresh="1")
    assert "/?board=mine&amp;category=math&amp;method=elo" in shown
    assert "just now" in shown
    assert EVIL not in shown
    assert "None yet" in past.past("mine", ())


def test_what_narrows_can_be_taken_back() -> None:
    chips = masthead.chips(look.Scene(INFO, Filters(category=EVIL), RankSettings(method="elo")))
    assert chips is not None
    assert "Remove Method elo" in chips
    assert EVIL not in chips
    assert masthead.chips(SCENE) is None


@pytest.mark.parametrize("field", [one for kind in (Filters, RankSettings) for one in describe(kind)])
def test_a_list_offers_what_stands_in_it_when_nobody_chose(field: Field) -> None:
    """Gradio refuses every event of a form in which a list holds something else."""
    offered = form.choices(field)
    if offered is not None and field.name not in form.FREE:
        assert link.write(field.default) in [value for _, value in offered]


def test_a_board_of_a_run_leads_to_it() -> None:
    assert 'href="/runs?run=iteration-1"' in str(masthead.source("run iteration-1.i1-sft-gate"))
    assert masthead.source("a paper, table 3") == "a paper, table 3"
    assert masthead.source(None) is None
