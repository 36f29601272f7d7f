"""Outcomes in memory after votes are what folding all verdicts anew gives, for lists, counts and ratings."""

import pytest

from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.ballots import Cast, TakeBack
from arena.service.service import Service
from arena.store import boards
from arena.store.evidence import merging
from arena.store.folding import CALL
from tests.service import polled
from tests.store import build

SCORES = [(9.0, 1.0), (5.0, 5.0), (2.0, 8.0), (6.0, 5.0), (5.0, 5.0), (8.0, 2.0)]
WAYS = [RankSettings(), RankSettings(merge="count2"), RankSettings(merge="strict", tie_delta=2.0)]


@pytest.fixture
def service(home, tmp_path):
    with Service(build.settings(home), "test") as found:
        polled.bring(found, tmp_path, polled.records(SCORES, flips=frozenset({0})))
        yield found


def looked(service):
    """Everything that is made from outcomes in memory, and the outcomes."""
    board = service.perform(ask.Boards())[0]
    facets = [service.perform(look.Facets("polled", Filters(**one))) for one in ({}, {"against_human": True})]
    lists = [service.battles(ask.Battles("polled", Filters(**one))) for one in ({}, {"people": True})]
    ranked = [service.leaderboard(ask.Leaderboard("polled", one)).ratings for one in WAYS]
    trust = service.perform(look.Trust("polled"))
    rows = [
        sorted(map(repr, service.database.rows(f"SELECT * FROM {CALL}", merging(_board(service), one))))
        for one in WAYS
    ]
    return board, facets, lists, ranked, trust, rows


def _board(service):
    return boards.get(service.database, "polled")


def test_after_each_vote_the_outcomes_in_memory_are_those_of_a_fresh_fold(service):
    looked(service)
    steps = [
        lambda: polled.voted(service, "me", "first"),
        lambda: polled.voted(service, "you", "second"),
        lambda: polled.voted(service, "me", "tie"),
        lambda: service.perform(TakeBack("polled", "me")),
        lambda: polled.voted(service, "me", "both_bad"),
        lambda: service.perform(TakeBack("polled", "you")),
    ]
    for step in steps:
        step()
        kept = looked(service)
        tables = [fold.table for fold in service.database._folds._folds.values()]
        assert tables
        service.database._folds.written()
        service.database._answers.written()
        assert looked(service) == kept
        assert tables != [fold.table for fold in service.database._folds._folds.values()]


def test_a_vote_lets_go_of_no_fold(service):
    looked(service)
    before = [fold.table for fold in service.database._folds._folds.values()]
    polled.voted(service, "me")
    looked(service)
    assert [fold.table for fold in service.database._folds._folds.values()] == before
    again = service.perform(Cast("polled", "me", polled.asked(service, "me").paper.record.battle.id, "tie"))
    assert again.vote.winner == "tie"


def test_what_a_search_found_is_searched_again(service):
    words = Filters(search="mine alone")
    assert service.battles(ask.Battles("polled", words)).battles == ()
    battle = polled.asked(service, "me").paper.record.battle.id
    service.perform(Cast("polled", "me", battle, "tie", comment="mine alone", milliseconds=60_000))
    assert {line.id for line in service.battles(ask.Battles("polled", words)).battles} == {battle}
