"""A board without each judge and each category, beside the board of the others."""

import pytest

from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service import stability
from arena.service.auditing import Audit
from arena.service.service import Service
from tests.service import polled
from tests.store import build

SCORES = [(9.0, 1.0), (2.0, 8.0), (7.0, 3.0), (6.0, 5.0), (3.0, 4.0), (8.0, 2.0)] * 2


@pytest.fixture
def service(home, tmp_path):
    with Service(build.settings(home), "test") as found:
        polled.bring(found, tmp_path, polled.records(SCORES))
        for at in range(6):
            polled.voted(found, "me", ("first", "second", "tie")[at % 3])
        yield found


def lines(service, filters=Filters()):
    return stability.of(service.database, "polled", RankSettings(), filters)


def test_without_a_judge_the_board_is_that_of_the_others(service):
    found = {line.name: line for line in lines(service)}
    assert set(found) == {polled.JUDGE, "people"}
    assert [found[name].battles for name in (polled.JUDGE, "people")] == [6, 12]
    assert {line.of for line in found.values()} == {18}
    machines = service.leaderboard(ask.Leaderboard("polled", filters=Filters(people=False)))
    assert found["people"].held.first == machines.ratings[0].model
    assert lines(service, Filters(judge=polled.JUDGE)) == ()


def test_each_category_is_left_out_in_turn(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        rows = [
            {
                "question_id": f"q{at}", "model_a": f"m{at % 3}", "model_b": f"m{(at + 1) % 3}", "turn": 1,
                "winner": ("model_a", "model_b")[at % 2], "judge": "j", "language": "English",
                "is_code": at % 2 == 0, "category_tag": {"x": {"math": at % 2 == 1}},
            }
            for at in range(30)
        ]  # fmt: skip
        service.bring(ask.Import(build.lines(tmp_path / "b.jsonl", rows), "some"))
        found = stability.of(service.database, "some", RankSettings(), Filters())
        assert {(line.what, line.name, line.battles, line.of) for line in found} == {
            ("category", "coding", 15, 30),
            ("category", "math", 15, 30),
        }
        assert stability.of(service.database, "some", RankSettings(), Filters(category="math")) == ()


def test_an_audit_tells_it_where_it_is_asked(service):
    assert len(service.perform(Audit("polled", stability=True)).left_out) == 2
    assert service.perform(Audit("polled")).left_out == ()


def test_a_method_that_needs_an_order_gives_way(service):
    found = stability.of(service.database, "polled", RankSettings(method="elo"), Filters())
    assert [line.held.n_models for line in found] == [3, 3]
