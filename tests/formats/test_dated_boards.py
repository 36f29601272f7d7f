"""Boards and counts that others publish: leaderbot's pairs, the arena's history, LMArena's tables.

The files follow suquark/leaderbot, nakasyou/lmarena-history and fboulnois/llm-leaderboard-csv.
"""

import json
from pathlib import Path

import pytest

from arena.errors import Unreadable
from arena.formats import catalog
from arena.types import Note, PairCount, Published, Reject, Row

PAIRS = {"models": ["m", "n", "o"], "X": [[0, 1], [1, 2]], "Y": [[10, 4, 2, 1], [0, 0, 0, 3]]}


@pytest.fixture
def pairs(tmp_path):
    """pairs(**members): leaderbot's document."""

    def write(**members: object) -> Path:
        path = tmp_path / "chatbotarena.json"
        path.write_text(json.dumps(PAIRS | members))
        return path

    return write


def test_leaderbots_positions_become_names(read, pairs) -> None:
    path = pairs()
    assert catalog.sniff(path) == "leaderbot_pairs"
    assert [row.facts for row in read("leaderbot_pairs", path)] == [
        (PairCount("m", "n", 10, 4, 2, 1),),
        (PairCount("n", "o", 0, 0, 0, 3),),
    ]


@pytest.mark.parametrize("pair", [[0, 3], [-1, 0], [0], [0, 1.0], [0, True], "01", None])
def test_a_pair_of_no_models_is_rejected(read, pairs, pair) -> None:
    assert [type(item) for item in read("leaderbot_pairs", pairs(X=[[0, 1], pair]))] == [Row, Reject]


@pytest.mark.parametrize("counts", [[1, 2, 3], [1, 2, 3, -1], [1, 2, 3, "4"], [1, 2, 3, None], None, 7])
def test_counts_that_are_none_are_rejected(read, pairs, counts) -> None:
    assert [type(item) for item in read("leaderbot_pairs", pairs(Y=[[1, 2, 3, 4], counts]))] == [Row, Reject]


@pytest.mark.parametrize("members", [{"Y": []}, {"X": {}}, {"models": "mno"}, {"Y": [[1, 2, 3, 4]]}])
def test_lists_that_do_not_belong_together_are_refused_whole(read, pairs, members) -> None:
    with pytest.raises(Unreadable, match="X and Y are not two lists of the same length"):
        read("leaderbot_pairs", pairs(**members))


HISTORY = ",m,n\n20240101,1000.5,0.0\n20240822,1010,990\n20240629,0.0,980\n"


def split(items) -> tuple[list[str], list[Published], list[Reject]]:
    """Notes, Published of all rows, and rejects."""
    found = [fact for item in items if isinstance(item, Row) for fact in item.facts]
    return [i.text for i in items if isinstance(i, Note)], found, [i for i in items if isinstance(i, Reject)]


def test_a_wide_history_has_a_category_per_date_and_shows_the_newest(read, tmp_path) -> None:
    path = tmp_path / "result.csv"
    path.write_text(HISTORY)
    assert catalog.sniff(path) == "lmarena_history"
    notes, found, _ = split(read("lmarena_history", path))
    assert [(row.model, row.value, row.category) for row in found] == [
        ("m", 1000.5, "2024-01-01"),
        ("m", 1010, "2024-08-22"),
        ("n", 990, "2024-08-22"),
        ("m", 1010, ""),
        ("n", 990, ""),
        ("n", 980, "2024-06-29"),
    ]
    assert notes == [
        "the board shown first is of 2024-08-22; 3 dates from 2024-01-01 on are categories",
        "1 of the dates, to 2024-01-01, are online Elo, not Bradley-Terry",
    ]


def test_a_long_history_is_the_same(read, tmp_path) -> None:
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    wide.write_text(HISTORY)
    lines = [
        "2024-01-01,m,1000.5,online_elo",
        "2024-08-22,m,1010,bt",
        "2024-08-22,n,990,bt",
        "2024-06-29,n,980,bt",
    ]
    long.write_text("\n".join(["date,model,elo,kind", *lines, ""]))
    assert catalog.sniff(long) == "lmarena_history"
    one, two = (split(read("lmarena_history", path)) for path in (wide, long))
    assert (one[0], set(one[1])) == (two[0], set(two[1]))


@pytest.mark.parametrize(
    "row", ["x,1,2", "20241301,1,2", "20240101,nan,0", "20240101,0.0,0.0", "20240822,5,"]
)
def test_a_broken_date_is_rejected(read, tmp_path, row) -> None:
    path = tmp_path / "result.csv"
    path.write_text(f"{HISTORY}{row}\n")
    _, found, rejects = split(read("lmarena_history", path))
    assert (len(found), len(rejects)) == (6, 1)


def test_a_history_without_a_date_is_refused_whole(read, tmp_path) -> None:
    path = tmp_path / "result.csv"
    path.write_text(",m\nyesterday,1\n")
    with pytest.raises(Unreadable, match="no row has a date"):
        read("lmarena_history", path)


BOARD = (
    "rank,model,{},95_pct_ci,votes,organization,license,knowledge_cutoff,url\n1,m,{},+6/-5,11555,o,p,k,u\n"
)


@pytest.mark.parametrize("score", ["arena_score", "arena_elo"])
def test_an_interval_becomes_bounds(read, tmp_path, score) -> None:
    path = tmp_path / "lmarena_text.csv"
    path.write_text(BOARD.format(score, 1314) + "2,n,1300,,5,,,,\n")
    assert catalog.sniff(path) == "lmarena_csv"
    notes, found, rejects = split(read("lmarena_csv", path))
    assert found == [Published("m", 1314, 1309, 1320, 11555), Published("n", 1300, battles=5)]
    assert (notes, rejects) == ([], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,n,,+1/-1,5,,,,", "arena_score is missing"),
        ("2,n,1300,6,5,,,,", '95_pct_ci 6 is not like "+6/-5"'),
        ("2,n,1300,+6/-5,x,,,,", "votes is not a number"),
        ("2,m,1300,+6/-5,5,,,,", "m already stands in the board"),
        ("2,,1300,+6/-5,5,,,,", "model is missing"),
    ],
)
def test_a_broken_line_of_a_board_is_rejected(read, tmp_path, row, reason) -> None:
    path = tmp_path / "lmarena_text.csv"
    path.write_text(f"{BOARD.format('arena_score', 1314)}{row}\n")
    _, found, (reject,) = split(read("lmarena_csv", path))
    assert (len(found), reject.line) == (1, 3)
    assert reason in reject.reason


def test_the_arena_catalogs_nested_boards_are_published_boards(read, tmp_path) -> None:
    path = tmp_path / "leaderboard-text.json"
    line = {"rating": 1400.5, "rating_q025": 1390.1, "rating_q975": 1410.2}
    path.write_text(json.dumps({"full": {"m": line}, "coding": {"m": line, "n": line}}))
    assert catalog.sniff(path) == "published_board"
    _, found, _ = split(read("published_board", path))
    assert [(row.model, row.category, row.low) for row in found] == [
        ("m", "full", 1390.1),
        ("m", "coding", 1390.1),
        ("n", "coding", 1390.1),
    ]
