"""Tables: pair counts, published boards and evalica votes; what is written is read back equal."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import Unreadable
from arena.formats import catalog, evalica
from arena.formats.types import Source
from arena.types import Battle, PairCount, Published, Record, Reject, Row, Verdict

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda name: name.strip()
)
CATEGORIES = st.just("") | NAMES
COUNTS = st.floats(0, 1e9)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
BOUNDS = st.tuples(NUMBERS, NUMBERS).map(sorted) | st.just([None, None])
PAIRS = st.builds(PairCount, NAMES, NAMES, COUNTS, COUNTS, COUNTS, COUNTS, CATEGORIES)
BOARDS = st.builds(
    lambda model, value, bounds, battles, category: Published(model, value, *bounds, battles, category),
    NAMES, NUMBERS, BOUNDS, st.none() | st.integers(0, 2**31 - 1), CATEGORIES,
)  # fmt: skip


def returned(name: str, rows: list, suffix: str) -> list:
    """What reading gives of what was written."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"table{suffix}")
        assert catalog.exporter(name).write(rows, path).rows == len(rows)
        assert catalog.sniff(path) == name
        return [
            item.facts[0] if isinstance(item, Row) else item
            for item in catalog.load(name).read(_source(path))
        ]


def _source(path: Path) -> Source:
    return Source(path, path, "board")


@given(st.lists(PAIRS, min_size=1, max_size=5), st.sampled_from([".csv", ".parquet"]))
def test_pair_counts_come_back(rows, suffix) -> None:
    assert returned("pair_counts", rows, suffix) == rows


@given(
    st.lists(BOARDS, min_size=1, max_size=5, unique_by=lambda row: (row.model, row.category)),
    st.sampled_from([".csv", ".json", ".parquet"]),
)
def test_published_boards_come_back(rows, suffix) -> None:
    assert returned("published_board", rows, suffix) == rows


@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["a", "b", "tie"])), min_size=1, max_size=5))
def test_votes_come_back(votes) -> None:
    records = [vote(a, b, Verdict("v", "i", "j", winner=winner)) for a, b, winner in votes]
    with TemporaryDirectory() as folder:
        path = Path(folder, "votes.csv")
        assert evalica.write(records, path).rows == len(votes)
        facts = [item.facts for item in evalica.read(_source(path))]
    assert [(battle.model_a, battle.model_b, verdict.winner) for battle, verdict in facts] == votes


def vote(a: str, b: str, *verdicts: Verdict) -> Record:
    return Record("board", Battle("i", a, b), None, None, None, verdicts)


def test_an_evalica_export_knows_three_outcomes(tmp_path) -> None:
    verdicts = [
        Verdict("1", "i", "j", winner="both_bad"), Verdict("2", "i", "j", preference=0.7),
        Verdict("3", "i", "j", preference=0.5), Verdict("4", "i", "j", score_a=3, score_b=4),
        Verdict("5", "i", "j", status="unparsed"), Verdict("6", "i", "j", winner="a", status="refused"),
    ]  # fmt: skip
    written = evalica.write([vote("m", "n", *verdicts)], tmp_path / "votes.csv")
    assert written.rows == 4
    assert "2 soft preferences are written as the side ahead" in written.notes
    assert "2 verdicts that could not be read are left out" in written.notes
    lines = (tmp_path / "votes.csv").read_text().splitlines()
    assert [line.rpartition(",")[2] for line in lines] == ["winner", "tie", "left", "tie", "right"]


def test_equal_votes_are_different_battles(read, tmp_path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("winner,left,right,worker\n" + "left,m,n,1\n" * 3)
    rows = read("evalica", path)
    assert [row.line for row in rows] == [2, 3, 4]
    assert len({row.facts[0].id for row in rows}) == 3
    assert read("evalica", path) == rows
    assert {row.facts[0].id for row in read("evalica", path, board="other")}.isdisjoint(
        r.facts[0].id for r in rows
    )


def test_boards_have_many_spellings(read, tmp_path) -> None:
    nested = tmp_path / "nested.json"
    nested.write_text(
        json.dumps(
            {"full": {"m": {"rating": 1, "rating_q025": 0, "rating_q975": 2}}, "math": {"m": {"rating": 3}}}
        )
    )
    flat = tmp_path / "flat.csv"
    flat.write_text("model,elo,votes,CI\nm,1000.5,12.0,\nn,,3,\no,9,x,\n")
    assert [row.facts[0] for row in read("published_board", nested)] == [
        Published("m", 1, 0, 2, None, "full"),
        Published("m", 3, None, None, None, "math"),
    ]
    row, missing, wrong = read("published_board", flat)
    assert row.facts == (Published("m", 1000.5, battles=12),)
    assert (missing.reason, wrong.reason) == ("rating is missing", "battles is not a number: x")


def test_a_model_stands_once_in_a_board(read, tmp_path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("model,rating,low,high\nm,1,0,2\nm,2,1,3\nn,1,2,0\n")
    row, twice, upside = read("published_board", path)
    assert (row.line, twice.line, upside.line) == (2, 3, 4)
    assert (twice.reason, upside.reason) == ("m already stands in row 2", "low 2.0 is above high 0.0")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("m,n,1,2", "4 cells where the header has 6"),
        ("m,n,1,2,3,4,5", "7 cells where the header has 6"),
        ("m,n,-1,0,0,0", "win_a is negative: -1.0"),
        ("m,n,nan,0,0,0", "win_a is not finite: NaN"),
        ("m,n,inf,0,0,0", "win_a is not finite: Infinity"),
        ("m,n,,0,0,0", "win_a is missing"),
        ("m,,1,0,0,0", "model_b is missing"),
        (" ,n,1,0,0,0", "model_a is empty"),
        ('m,"n"x,1,0,0,0', "not csv"),
    ],
)
def test_a_malformed_count_is_rejected_and_the_rest_goes_on(read, tmp_path, row, reason) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(f"model_a,model_b,win_a,win_b,tie,tie_bothbad\nm,n,1,2,3,4\n{row}\no,p,1,2,3,4\n")
    items = read("pair_counts", path)
    assert [type(item) for item in items] == [Row, Reject, Row]
    assert items[1].line == 3
    assert reason in items[1].reason


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(read, tmp_path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text('left,right,winner\nm,n,left\nm,"n,left\nm,n,right\n')
    with pytest.raises(Unreadable, match="a quote opened in line 3 is never closed"):
        read("evalica", path)
    path.write_text('left,right,winner\nm,n,left\nm,"n')
    assert [type(item) for item in read("evalica", path)] == [Row, Reject]


def test_a_quoted_name_may_hold_anything(read, tmp_path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text('\ufeffleft,right,winner\r\n"m, ""the\n1st""",n,left\r\n\r\nm,n,right\r\n', "utf-8")
    first, second = read("evalica", path)
    assert (first.facts[0].model_a, first.line, second.line) == ('m, "the\n1st"', 2, 5)
