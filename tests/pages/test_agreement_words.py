"""What the agreement page says: every doubt has its rule, every pair its kind, every text is text."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.agreement import Side, compare
from arena.filters import Filters
from arena.names import Pair
from arena.pages import bump, cards, comparison, depth, doubt, matrix, naming, outliers, points, ready, taking
from arena.pages.scatter import scatter
from arena.ratings.types import RankSettings
from arena.service.requests import BoardInfo, Compare, Compared, LinksFound, Point
from arena.service.sensitivity import SensitivityFound, Varied

EVIL = "<script>alert(1)</script>"


def point(model: str, here: float, there: float, rank: int, place: int, **more: Any) -> Point:
    given = {
        "match": "exact",
        "low": here - 10,
        "high": here + 10,
        "reference_low": there - 10,
        "reference_high": there + 10,
    }
    given |= {"residual": here - there} | more
    return Point(
        model=model,
        reference_model=model,
        value=here,
        rank=rank,
        reference_value=there,
        reference_rank=place,
        **given,
    )


SHARED = (point("top", 1300, 1290, 1, 1), point(EVIL, 1200, 1100, 2, 3), point("low", 1105, 1205, 3, 2))


def found(shared: tuple[Point, ...] = SHARED, **more: Any) -> Compared:
    usual: dict[str, Any] = {
        "board": "mine",
        "reference": "theirs",
        "category": None,
        "reference_category": None,
        "board_date": None,
        "reference_date": date(2024, 5, 27),
        "n_models": len(shared),
        "spearman": 0.5,
        "kendall": 0.3,
        "agreement": 0.5,
        "agreement_pairs": (1, 3),
        "differentiation": 1.0,
        "differentiation_pairs": (3, 3),
        "reference_differentiation": 1.0,
        "reference_differentiation_pairs": (3, 3),
        "average": 0.6,
        "brier": 0.3,
        "pearson": 0.6,
        "slope": 1.0,
        "intercept": 0.0,
        "intervals": {"spearman": (0.4, 0.6)},
        "ceiling": {"spearman": 0.99},
        "leave_one_out": {"spearman": (0.2, 1.0)},
        "without": (("low", 1.0), ("top", 0.4)),
        "disagreements": (),
        "points": shared,
        "pairs": (),
        "unmatched": (),
        "reference_unmatched": (),
        "warnings": (),
        "rounds": 1000,
        "settings": RankSettings(),
    }
    return Compared(**(usual | more))


def board(name: str = "mine", **more: Any) -> BoardInfo:
    usual: dict[str, Any] = {
        "kind": "battles",
        "models": 3,
        "battles": 9,
        "judge": None,
        "date": None,
        "title": None,
        "source": None,
    }
    usual |= {"licence": None, "categories": (), "languages": (), "shipped": False}
    return BoardInfo(board=name, **(usual | more))


def said(
    rule: Any, ours: BoardInfo | None = None, theirs: BoardInfo | None = None, **more: Any
) -> doubt.Said | None:
    sentence: doubt.Said | None = rule(doubt.Case(ours or board(), theirs or board("theirs"), found(**more)))
    return sentence


@pytest.mark.parametrize(("n", "level"), [(3, "doubt"), (12, "look"), (40, "fine")])
def test_few_models_are_doubted(n: int, level: str) -> None:
    assert said(doubt.size, n_models=n).level == level


def test_a_narrow_and_a_wide_range_are_told() -> None:
    close = tuple(point(f"m{at}", 1000 + at, 1000 + at, 3 - at, 3 - at) for at in range(3))
    assert "Only 2 reference points" in said(doubt.reach, shared=close).text
    assert (
        "3 pairs within 50 points of each other, 100 % are in the same order"
        in said(doubt.reach, shared=close).text
    )
    wide = (point("a", 1500, 1500, 1, 1), point("b", 1000, 1000, 2, 2))
    assert "lifts the correlations" in said(doubt.reach, shared=wide).text
    assert said(doubt.reach).level == "fine"


def test_dates_apart_unknown_and_near() -> None:
    assert "No date is known of mine" in said(doubt.dates).text
    assert said(doubt.dates, board_date=date(2023, 1, 1)).level == "doubt"
    assert said(doubt.dates, board_date=date(2024, 5, 28)).text.startswith("The boards are 1 day apart")


def test_boards_of_one_origin_are_no_independent_evidence() -> None:
    votes, shown = board("lmsys-votes-2024-08-14"), board("lmsys-2024-05-27")
    assert "share battles" in said(doubt.sources, votes, shown).text
    assert "same board twice" in said(doubt.sources, votes, votes).text
    paper = [board(name, source="paper") for name in ("wizardarena-mix", "wizardarena-lmsys-en")]
    assert "one publication" in said(doubt.sources, *paper).text
    assert said(doubt.sources) is None


def test_a_judge_among_the_contestants_is_named() -> None:
    assert said(doubt.judge, board(judge="top")).level == "doubt"
    kin = (point("gpt-4-0314", 2, 2, 1, 1), point("b", 1, 1, 2, 2))
    assert "same family as gpt-4-0314" in said(doubt.judge, board(judge="gpt-4"), shared=kin).text
    assert said(doubt.judge, board(judge="gpt-4")).level == "fine"
    assert said(doubt.judge) is None


def test_names_bounds_and_single_models() -> None:
    near = (replace(SHARED[0], match="approx"), *SHARED[1:])
    assert "1 name matched only approximately: top" in said(doubt.names, shared=near).text
    assert said(doubt.names).level == "fine"
    assert said(doubt.bounds, reference_differentiation=None).text.startswith("theirs has no intervals")
    assert said(doubt.single).text == "Leaving out low moves Spearman most: 0.500 to 1.000."
    assert said(doubt.left, unmatched=("x", "y", "z")).level == "doubt"
    assert said(doubt.left) is None


def test_the_noise_ceiling_is_near_or_far() -> None:
    assert said(doubt.ceiling).level == "doubt"
    assert said(doubt.ceiling, spearman=0.95, intervals={"spearman": (0.9, 0.96)}).level == "look"
    assert said(doubt.ceiling, spearman=0.985, intervals={"spearman": (0.9, 0.99)}).level == "fine"
    assert said(doubt.ceiling, ceiling={}) is None


def test_the_worst_is_said_first_and_counted() -> None:
    sentences = doubt.told(doubt.Case(board(), board("theirs"), found()))
    levels = [doubt.LEVELS.index(one.level) for one in sentences]
    assert levels == sorted(levels)
    assert "serious reservation" in comparison.trust(sentences)


BOARDS = st.lists(
    st.tuples(st.integers(900, 1300), st.integers(900, 1300), st.integers(0, 60), st.integers(0, 60)),
    min_size=3,
    max_size=12,
)


@given(BOARDS)
def test_pairs_are_counted_as_the_agreement_counts_them(rows: list[tuple[int, int, int, int]]) -> None:
    shared = tuple(
        point(
            f"m{at}",
            here,
            there,
            1,
            1,
            low=here - wide,
            high=here + wide,
            reference_low=there - far,
            reference_high=there + far,
        )
        for at, (here, there, wide, far) in enumerate(rows)
    )
    number = points.counted(points.kinds(shared))
    sides = [
        Side(*([float(getattr(one, f"{side}{name}")) for one in shared] for name in ("value", "low", "high")))
        for side in ("", "reference_")
    ]
    ours, theirs = (Side(*map(np.array, (side.values, side.low, side.high))) for side in sides)
    whole = compare(tuple(one.model for one in shared), ours, theirs, rounds=1)
    assert (
        number["agree"] - number["disagree"],
        sum(number.values()) - number["unseparated"],
    ) == whole.agreement_pairs
    assert number["disagree"] == len(whole.disagreements)


def test_places_that_intervals_allow() -> None:
    assert points.ranges([(10, 20), (5, 12), (0, 4)]) == [(1, 2), (1, 2), (3, 3)]
    assert points.ranges([(1, 2), (None, None)]) == [None, None]
    moved = points.moves(SHARED)
    assert [(move.point.model, move.up, move.apart) for move in moved] == [
        ("top", 0, False),
        ("low", -1, True),
        (EVIL, 1, True),
    ]


def test_no_name_of_a_model_becomes_a_tag() -> None:
    one, ways = (
        found(pairs=(Pair(EVIL, EVIL, "approx"),), unmatched=(EVIL,)),
        comparison.Ways(board(EVIL), Filters(category=EVIL)),
    )
    links = LinksFound(((EVIL, EVIL, "exact"),), "names.csv")
    parts = [
        comparison.figures(board(EVIL, title=EVIL), board("theirs"), one, ways),
        comparison.differences(one, ways, {}),
        outliers.outliers(one, ways.of),
        naming.lists(one, links),
        ready.links([board(EVIL), board(ready.LMSYS)], [board(EVIL)], EVIL, ready.LMSYS),
    ]
    assert "<script" not in "".join(parts)
    assert "<script" not in str(scatter(one).data[0].hovertext)


def test_a_picture_of_ranks_has_the_places_and_their_ranges() -> None:
    trace = scatter(found(), "ranks", lambda model: f"/battles?a={len(model)}").data[0]
    assert list(trace.x) == [1, 3, 2]
    assert list(trace.y) == [1, 2, 3]
    assert trace.customdata[0] == "/battles?a=3"
    assert list(trace.error_y.array) == [0, 0, 0]


def test_battles_are_led_to_only_where_there_are_any() -> None:
    ways = comparison.Ways(board("b"), Filters(judge="j"))
    assert ways.of("x", "y") == "/battles?board=b&judge=j&a=x&b=y"
    assert comparison.Ways(board("b", kind="pairs"), Filters()).of("x") is None
    assert "<a" not in bump.bump(found(), lambda _: None)
    assert 'data-battles="/battles?board=b&amp;judge=j"' in matrix.matrix(found(), {}, ways.all)


def test_the_matrix_says_its_counts_and_what_is_missing() -> None:
    drawn = matrix.matrix(found(), matrix.summed([("top", "low", 4)]), None)
    assert 'aria-label="3 pairs: 2 agree, 1 disagree, 0 undecided, 0 unseparated"' in drawn
    assert 'data-kinds="aad"' in drawn
    assert 'data-counts="[4, 0, 0]"' in drawn
    assert "no intervals" in matrix.matrix(found(reference_differentiation=None), {}, None)


def test_the_csv_is_read_back_and_computes_nothing() -> None:
    one = found((replace(SHARED[0], model="=1+1"), *SHARED[1:]))
    rows = list(csv.DictReader(io.StringIO(taking.points(one))))
    assert [row["model"] for row in rows] == ["'=1+1", EVIL, "low"]
    assert rows[1]["rating"] == "1200"
    assert json.loads(taking.wire.encode(one))["spearman"] == 0.5


def test_latex_escapes_and_names_every_figure() -> None:
    table = taking.latex(found(board="a_b&c"))
    assert r"a\_b\&c against theirs" in table
    assert all(title in table for title, _ in cards.MEANING.values())
    assert r"Spearman & 0.500 & 0.400 -- 0.600 & 0.990 \\" in table


def test_both_boards_tell_their_separability() -> None:
    assert "100.0 %, 3 of 3" in cards.cards(found())
    assert "has no intervals" in cards.cards(found(reference_differentiation=None))


def test_sensitivity_has_a_way_to_every_choice_and_its_change() -> None:
    asked = Varied("as asked", "", 3, 0.5, (0.4, 0.6), 0.5, 1.0, compare=Compare("mine", "theirs"))
    lines = (
        replace(asked, what="ties", choice="left out", spearman=0.52),
        Varied("style", "x", why_not="no texts"),
    )
    shown = depth.depth(
        SensitivityFound("mine", "theirs", asked, lines, (), (Varied("without", EVIL, 2, 1.0),)),
        lambda _: "/agreement",
    )
    assert "+0.020" in shown
    assert "no texts" in shown
    assert "No categories to compare" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; is the model that moves it most" in shown


def test_ready_comparisons_know_which_is_open() -> None:
    boards = [board(name, shipped=True) for pair in ready.READY for name in pair[:2]]
    shown = ready.links(boards, [], *ready.READY[1][:2])
    assert shown.count("<a ") == 2
    assert shown.count('aria-current="true"') == 1


def test_only_own_boards_that_share_models_with_the_published_one_are_offered() -> None:
    boards = [board("mine"), board("pocket"), board("lmsys-2024-05-27", shipped=True)]
    counts = {"mine": 5, "pocket": 0}
    assert [info.board for info in ready.own(boards, lambda name, _: counts[name])] == ["mine"]
    assert ready.own(boards[:2], lambda name, _: counts[name]) == []
