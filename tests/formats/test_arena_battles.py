"""Our own export: what is written is read back as the same facts, or copied into another board."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.formats import arena_battles, catalog
from arena.formats.types import Source
from arena.keys import key
from arena.types import Battle, Note, Prompt, Record, Reject, Response, Row, Verdict

TEXT = st.text(max_size=8)
NAME = TEXT.filter(lambda name: bool(name.strip()))
TURNS = st.lists(TEXT, max_size=3).map(tuple)
COUNT = st.none() | st.integers(0, 2**31 - 1)
ID = st.uuids().map(str)
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False)
MOMENT = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - UTC, naive


def verdicts(battle: str) -> st.SearchStrategy[tuple[Verdict, ...]]:
    one = st.builds(
        Verdict, id=ID, battle=st.just(battle), judge=NAME, game=st.integers(1, 2), swapped=st.booleans(),
        winner=st.sampled_from(["a", "b", "tie", "both_bad", None]), preference=st.none() | st.floats(0, 1),
        score_a=NUMBER, score_b=NUMBER, strength=st.integers(1, 3), explanation=st.none() | TEXT,
        raw=st.none() | TEXT, status=st.sampled_from(["ok", "unparsed", "refused", "truncated", "error"]),
        tokens=COUNT, milliseconds=COUNT,
    )  # fmt: skip
    return st.lists(one, max_size=3).map(tuple)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record whose parts belong together."""
    battle = draw(
        st.builds(
            Battle, id=ID, model_a=NAME, model_b=NAME, prompt=st.none() | ID, response_a=st.none() | ID,
            response_b=st.none() | ID, games=st.integers(1, 2), turn=st.integers(1, 9), when=MOMENT,
        )
    )  # fmt: skip

    def response(given: str | None) -> st.SearchStrategy[Response | None]:
        own = ID if given is None else st.just(given)
        return st.none() | st.builds(
            Response, id=own, prompt=ID, model=NAME, turns=TURNS, sampling=TEXT, sample=st.integers(0, 9),
            tokens=COUNT, headers=COUNT, lists=COUNT, bolds=COUNT,
        )  # fmt: skip

    prompt = st.builds(
        Prompt, id=st.just(battle.prompt), source=TEXT, natural=TEXT, turns=TURNS, categories=TURNS,
        language=st.none() | TEXT, difficulty=NUMBER,
    )  # fmt: skip
    asked = draw(st.none() if battle.prompt is None else st.none() | prompt)
    a, b = draw(response(battle.response_a)), draw(response(battle.response_b))
    return Record(draw(TEXT), battle, asked, a, b, draw(verdicts(battle.id)))


def facts(record: Record) -> tuple:
    texts = (record.prompt, record.response_a, record.response_b)
    return record.battle, *record.verdicts, *(text for text in texts if text is not None)


def returned(rows: list[Record], suffix: str, board: str) -> list:
    """The facts that reading gives of what was written."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"battles{suffix}")
        assert arena_battles.write(iter(rows), path).rows == len(rows)
        assert catalog.sniff(path) == "arena_battles"
        items = list(arena_battles.read(Source(path, path, board)))
    assert not [item for item in items if isinstance(item, Reject)]
    return [item.facts for item in items if isinstance(item, Row)]


@given(st.lists(records(), min_size=1, max_size=4), st.sampled_from([".jsonl", ".parquet"]))
def test_what_is_written_comes_back(rows, suffix) -> None:
    rows = [replace(row, board="board") for row in rows]
    assert returned(rows, suffix, "board") == [facts(row) for row in rows]


@given(records(), st.sampled_from([".jsonl", ".parquet"]))
def test_a_copy_differs_in_its_ids_only_and_is_the_same_copy_twice(row, suffix) -> None:
    row = replace(row, board="one")
    (copy,), (again,) = returned([row], suffix, "two"), returned([row], suffix, "two")
    assert copy == again == facts(arena_battles.copied(row, "two"))
    assert {fact.id for fact in copy}.isdisjoint(fact.id for fact in facts(row))
    assert [replace(fact, id="") for fact in copy[:1]] == [
        replace(
            row.battle,
            id="",
            prompt=copy[0].prompt,
            response_a=copy[0].response_a,
            response_b=copy[0].response_b,
        )
    ]
    assert {verdict.battle for verdict in copy if isinstance(verdict, Verdict)} <= {copy[0].id}


def record(number: int = 0, board: str = "board") -> Record:
    battle, verdict, asked = (key(what, number) for what in ("battle", "verdict", "prompt"))
    prompt = Prompt(asked, "s", "n", ("Why?",))
    said = Verdict(verdict, battle, "j", winner="a")
    return Record(board, Battle(battle, "m", "n", asked), prompt, None, None, (said,))


def test_other_boards_are_named_once(read, tmp_path) -> None:
    path = tmp_path / "battles.jsonl"
    arena_battles.write([record(n, board) for n, board in enumerate(["one", "two", "two", "board"])], path)
    notes = [item.text for item in read("arena_battles", path) if isinstance(item, Note)]
    assert notes == [
        f"battles of board {name} are copied into board under new ids" for name in ("one", "two")
    ]


def test_parquet_is_written_in_row_groups(tmp_path) -> None:
    path = tmp_path / "battles.parquet"
    assert arena_battles.write((record(n) for n in range(2500)), path).rows == 2500
    assert pq.ParquetFile(path).num_row_groups == 3


def change(**parts: object) -> dict[str, object]:
    """A good row with some of its parts replaced."""
    path = {"board": "board", "battle": {"id": "i", "model_a": "m", "model_b": "n"}, "verdicts": []}
    return path | {"prompt": None, "response_a": None, "response_b": None} | parts


VERDICT = {"id": "v", "battle": "i", "judge": "j"}
MADE = {"id": "g+h", "battle": "i", "judge": "j", "score_a": 8, "score_b": 3}
BAD = [
    (change(verdicts=[MADE]), "made of two grades that the board has already"),
    (change(verdicts=[VERDICT | {"strength": 300}]), "strength 300 is not between 1 and 127"),
    (change(battle={"id": "i", "model_a": "m" * 1001, "model_b": "n"}), "longer than 1,000 characters"),
    (change(battle={"id": "i", "model_a": "m", "model_b": "n", "turn": 40000}), "turn 40000 is not between"),
    (change(battle={"id": "i"}), "battle.model_a: Field required"),
    (change(battle={"id": "i", "model_a": " ", "model_b": "n"}), "a model's name is empty"),
    (change(battle={"id": 1, "model_a": "m", "model_b": "n"}), "battle.id: Input should be a valid string"),
    (change(verdicts=[VERDICT | {"winner": "left"}]), "verdicts.0.winner: Input should be 'a', 'b'"),
    (change(verdicts=[VERDICT | {"battle": "other"}]), "verdict v is of another battle"),
    (change(verdicts=[VERDICT | {"preference": 1.5}]), "preference 1.5 is not between 0 and 1"),
    (change(verdicts=[VERDICT | {"score_a": float("inf")}]), "a preference or score is not finite"),
    (change(prompt={"id": "p", "source": "s", "natural": "n", "turns": []}), "prompt is not the battle's"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_malformed_record_is_rejected_and_the_rest_goes_on(read, jsonl, row, reason) -> None:
    items = read("arena_battles", jsonl([change(), row, change()]))
    assert [type(item) for item in items] == [Row, Reject, Row]
    assert reason in items[1].reason


def test_ids_that_are_not_ours_become_ours(read, jsonl) -> None:
    one, two = (read("arena_battles", jsonl([change(verdicts=[VERDICT])]))[0].facts for _ in range(2))
    assert one == two
    assert len({fact.id for fact in one} | {"i", "v"}) == 4
    assert one[1].battle == one[0].id


def test_a_zone_becomes_utc_without_one(read, jsonl) -> None:
    battle = {"id": "i", "model_a": "m", "model_b": "n", "when": "2024-01-01T02:00:00+02:00"}
    (row,) = read("arena_battles", jsonl([json.dumps(change(battle=battle))]))
    assert row.facts[0].when == datetime(2024, 1, 1)  # noqa: DTZ001 - UTC, naive
