"""Requests and results survive the way to a running app and back, and bad ones are refused in one line."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import wire
from arena.errors import BadRequest, Busy, named
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.checking import Check
from arena.service.service import Service
from tests.store import build

TEXT = st.none() | st.text(max_size=8)
FILTERS = st.builds(
    Filters, category=TEXT, judge=TEXT, since=st.none() | st.dates(), gap_min=st.none() | st.floats(0, 9),
    winner=st.sampled_from([None, "a", "tie"]), flipped=st.none() | st.booleans(),
)  # fmt: skip
SETTINGS = st.builds(
    RankSettings,
    ties=st.sampled_from(["half", "drop"]),
    rounds=st.integers(1, 9),
    both_bad_at=st.none() | st.just(2.0),
)
REQUESTS = (
    st.builds(ask.Leaderboard, st.text(max_size=5), SETTINGS, FILTERS, st.booleans())
    | st.builds(ask.Compare, st.text(max_size=5), st.text(max_size=5), SETTINGS, FILTERS)
    | st.builds(ask.Battles, st.text(max_size=5), FILTERS, SETTINGS, TEXT, st.integers(1, 9))
    | st.builds(ask.Import, st.just(Path("/data/x.csv")), TEXT, TEXT, TEXT)
    | st.builds(
        ask.Export, st.sampled_from(["battles", "board"]), st.text(max_size=5), st.just(Path("/data/x.csv"))
    )
    | st.builds(
        Check, st.text(max_size=5), st.just(("bench",)), st.just(("x=rows.jsonl",)), st.floats(0.3, 1)
    )
    | st.just(ask.Boards())
)


@given(REQUESTS)
def test_a_request_travels_whole(request):
    assert wire.decode_request(wire.verb(request), wire.encode(request)) == request


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wire")
    with Service(build.settings(folder / "home"), "test") as service:
        service.bring(ask.Import(build.votes(folder / "v.csv", [("x", "y", "left"), ("y", "z", "tie")])))
        yield service


@pytest.mark.parametrize(
    "request_",
    [
        ask.Boards(),
        ask.Leaderboard("v", fragile=True),
        ask.Leaderboard("lmsys-2024-05-27"),
        ask.Compare("wizardarena-mix", "wizardarena-lmsys-en", rounds=5),
        ask.Battles("v", count=True),
        ask.History("v"),
        ask.Suggest("v", "lmsys-2024-05-27"),
    ],
    ids=lambda request: type(request).__name__,
)
def test_a_result_travels_whole(arena, request_):
    result = arena.perform(request_)
    assert wire.decode_result(wire.verb(request_), wire.encode(result)) == result


def test_the_documented_shapes(arena):
    board = json.loads(wire.encode(arena.perform(ask.Leaderboard("v"))))
    assert {"board", "method", "settings", "n_battles", "warnings", "ratings"} <= set(board)
    assert set(board["ratings"][0]) == {
        "model",
        "value",
        "low",
        "high",
        "battles",
        "rank",
        "rank_low",
        "rank_high",
    }
    boards = json.loads(wire.encode(arena.perform(ask.Boards())))
    assert {"board", "kind", "models", "battles", "judge", "date"} <= set(boards[0])
    compared = json.loads(
        wire.encode(arena.perform(ask.Compare("wizardarena-mix", "wizardarena-lmsys-en", rounds=5)))
    )
    assert compared["agreement_pairs"] == [200, 202]
    assert compared["differentiation_pairs"] == [226, 231]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("nothing", b"{}"),
        ("leaderboard", b"{"),
        ("leaderboard", b"{}"),
        ("battles", b'{"board": "v", "limit": "many"}'),
    ],
)
def test_what_does_not_fit_is_refused(verb, body):
    with pytest.raises(BadRequest):
        wire.decode_request(verb, body)


def test_an_error_arrives_as_it_was_raised():
    assert isinstance(named("Busy", "taken"), Busy)
    assert wire.encode(Filters(since=date(2024, 5, 27))).find(b"2024-05-27") > 0
