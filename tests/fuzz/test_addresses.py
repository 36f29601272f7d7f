"""Any address gives a page or a clear line, any filter an answer, and the database stays as it was."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import battles as battles_page
from arena.pages import later, link, look, shelf
from arena.pages.agreement import Spot
from arena.pages.place import Place
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.service import Service
from tests.fuzz.counting import line, many, tried
from tests.fuzz.hostile import SHORT, TEXT
from tests.pages.conftest import rows
from tests.store import build

NAMES = [
    *(field.name for kind in (Filters, RankSettings, Place, look.Look, Spot) for field in fields(kind)),
    "id",
]
WORDS = st.sampled_from(
    [
        *(
            "hostile",
            "votes",
            "lmsys-2024-05-27",
            "",
            "yes",
            "no",
            "0",
            "1",
            "-1",
            "1e999",
            "nan",
            "9" * 400,
            "a",
            "b",
        ),
        *(
            "tie",
            "2024-02-30",
            "9999-12-31",
            "0001-01-01",
            "elo",
            "style",
            "plain",
            "<b>evil</b>",
            "bootstrap",
        ),
        *(
            "100000",
            "heat",
            "bump",
            "0_00000000-0000-0000-0000-000000000000_0",
            "%00",
            "_",
            "%",
            "both_bad",
            "drop",
        ),
    ]
)
QUERY = st.dictionaries(
    st.sampled_from([*NAMES, "board", "after", "before"]) | SHORT, WORDS | SHORT, max_size=6
)
TABLES = ("boards", "battles", "verdicts", "votes", "prompts", "models", "runs", "imports")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("addresses")
    with Service(build.settings(home), "fuzz") as found:
        found.bring(ask.Import(build.lines(home / "hostile.jsonl", rows()), "hostile"))
        votes = [("x", "y", "left"), ("y", "z", "right"), ("x", "z", "tie")] * 4
        found.bring(ask.Import(build.votes(home / "votes.csv", votes), "votes"))
        yield found


def sizes(service: Service) -> list[Any]:
    return [service.database.row(f"SELECT count(*) FROM {table}") for table in TABLES]


def shown(service: Service, params: dict[str, str]) -> None:
    """The leaderboard and the list of battles, with all that follows them."""
    boards = service.boards()
    scene = look.read(boards, params)
    assert scene is not None
    scene = replace(scene, settings=replace(scene.settings, rounds=min(scene.settings.rounds, 50)))
    for part in (later.trust, later.card, later.fragile, later.history_list):
        told(lambda part=part: part(service, scene))
    told(lambda: later.ranking(service, scene))
    info, _ = shelf.pick(shelf.readable(boards), params)
    assert info is not None
    place = battles_page._place(dict(params, board=info.board))
    assert battles_page.page(service, info, place)
    if info.kind == "battles":
        assert battles_page.battle(service, info, place)
        battles_page.narrow(service, info, place)


def told(run: Any) -> None:
    try:
        run()
    except ArenaError as error:
        line(error)


@many
@given(QUERY)
def test_any_address_is_a_page_or_a_clear_line(service: Service, params: dict[str, str]) -> None:
    with tried("addresses"):
        shown(service, params)


@many
@given(TEXT)
def test_any_query_is_read(text: str) -> None:
    with tried("queries"):
        params = dict(parse_qsl(text.removeprefix("?")))
        for kind in (Filters, RankSettings, look.Look, Spot):
            found = link.read(kind, params)
            again = dict(parse_qsl(link.query(found.value).removeprefix("?")))
            assert link.read(kind, again).value == found.value
            assert all(said.encode() for said in found.problems)


@many
@given(st.sampled_from(["a", "b", "category", "judge", "language", "search"]), TEXT)
def test_no_filter_is_taken_for_sql(service: Service, name: str, text: str) -> None:
    before = sizes(service)
    asked = link.read(Filters, {name: text}).value
    with tried("filters"):
        told(lambda: service.battles(ask.Battles("hostile", asked)))
        told(lambda: service.leaderboard(ask.Leaderboard("hostile", filters=asked)))
    assert sizes(service) == before
