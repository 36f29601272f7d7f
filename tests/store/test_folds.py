"""What is kept in memory is what folding anew would say: after writes, under every rule, for every search."""

from pathlib import Path

import pytest

from arena.filters import Filters
from arena.keys import key
from arena.ratings.types import RankSettings
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.service import Service
from arena.store.folding import CALL
from tests.store import build
from tests.store.test_outcomes import pair


@pytest.fixture
def service(home: Path, tmp_path: Path):
    with Service(build.settings(home), "test") as service:
        votes = [("x", "y", "left"), ("y", "x", "left"), ("x", "y", "tie")]
        service.bring(ask.Import(build.votes(tmp_path / "votes.csv", votes), "votes"))
        yield service


def test_a_write_is_seen_at_once(service: Service, tmp_path: Path):
    assert len(service.battles(ask.Battles("votes")).battles) == 3
    assert service.battles(ask.Battles("votes", Filters(search="words"))).battles == ()
    service.bring(ask.Import(build.votes(tmp_path / "more.csv", [("x", "z", "left")]), "votes"))
    found = service.battles(ask.Battles("votes", count=True))
    assert (len(found.battles), found.tally.a) == (4, 3)


def test_more_rules_than_are_kept_can_be_asked(service: Service):
    for delta in (0.0, 1.0, 2.0, 3.0, 4.0, 0.0):
        found = service.battles(ask.Battles("votes", settings=RankSettings(tie_delta=delta)))
        assert [line.outcome for line in found.battles] == ["a", "a", "tie"]
    for text in "abcdefgha":
        assert service.battles(ask.Battles("votes", Filters(search=text))).battles == ()


def test_people_against_machines(service: Service, tmp_path: Path):
    """The same three battles judged again by a machine, which agrees on the first only."""
    with service.database.write() as cursor:
        cursor.execute("UPDATE judges SET name = 'human' WHERE id IN (SELECT judge FROM verdicts)")
        cursor.execute("INSERT INTO judges VALUES (900, 'gpt-4')")
        cursor.execute("UPDATE boards SET judges = ['gpt-4', 'human'] WHERE name = 'votes'")
        cursor.execute(
            "INSERT INTO verdicts SELECT * REPLACE (uuid() AS id, 900 AS judge, 'a' AS winner) FROM verdicts "
            "WHERE winner = 'a' AND model_a = (SELECT id FROM models WHERE name = 'x') OR winner = 'tie'"
        )
    page = service.battles(ask.Battles("votes", Filters(against_human=True)))
    assert sorted((line.judge, line.outcome) for line in page.battles) == [("gpt-4", "a"), ("human", "tie")]
    found = service.perform(look.Facets("votes"))
    assert found.facets["against_human"] == (("false", 2), ("true", 2))
    assert len(service.battles(ask.Battles("votes", Filters(against_human=False))).battles) == 2


def test_facets_see_outcomes_from_the_named_model(service: Service):
    found = service.perform(look.Facets("votes", Filters(a="y")))
    assert dict(found.facets["winner"]) == {"a": 1, "b": 1, "tie": 1}
    named = service.battles(ask.Battles("votes", Filters(a="y", winner="a"))).battles
    assert [line.model_a for line in named] == ["y"]


def test_every_count_is_what_the_filter_then_shows(home: Path, tmp_path: Path):
    with Service(build.settings(home), "test") as service:
        games = [
            pair("q1", "model_1", "model_1"),
            pair("q2", "model_1", "model_2"),
            pair("q3", "error", "tie"),
        ]
        service.bring(ask.Import(build.lines(tmp_path / "gpt-4_pair.jsonl", games), "games"))
        found = service.perform(look.Facets("games", Filters(judge="gpt-4")))
        for name, counts in found.facets.items():
            for value, count in counts:
                told = {"true": True, "false": False}.get(value, int(value) if name == "turn" else value)
                page = service.battles(ask.Battles("games", Filters(**{"judge": "gpt-4", name: told})))
                assert (name, value, len(page.battles)) == (name, value, count)


def test_questions_that_filter_name_their_outcomes(service: Service):
    """The search narrows the outcomes called `o`, as the filter's condition calls them."""
    from importlib.resources import files

    texts = {file.name: file.read_text("utf-8") for file in files("arena.store.sql").iterdir()
             if file.name.endswith(".sql")}  # fmt: skip
    filtering = {name: text for name, text in texts.items() if "/*where*/" in text and CALL in text}
    assert {name for name, text in filtering.items() if f"{CALL} o" not in text} == set()


def test_pages_go_back_the_way_they_came(service: Service):
    first = service.battles(ask.Battles("votes", limit=1))
    second = service.battles(ask.Battles("votes", limit=1, after=first.next))
    third = service.battles(ask.Battles("votes", limit=1, after=second.next))
    back = service.battles(ask.Battles("votes", limit=1, before=third.previous))
    assert (back.battles, third.next, first.previous) == (second.battles, None, None)
    again = service.battles(ask.Battles("votes", limit=1, before=back.previous))
    assert (again.battles, again.previous) == (first.battles, None)
    assert service.battles(ask.Battles("votes", limit=1, after=again.next)).battles == second.battles


def record(board: str, category: str | None) -> dict[str, object]:
    """A battle as we write them, about one prompt; without a category its text is not known."""
    prompt, battle = key("the prompt"), key("battle", board)
    words = {"id": prompt, "source": "s", "natural": "1", "turns": ["Why?"], "categories": [category]}
    return {
        "board": board,
        "battle": {"id": battle, "model_a": "m", "model_b": "n", "prompt": prompt},
        "prompt": words if category else None,
        "response_a": None,
        "response_b": None,
        "verdicts": [{"id": key("verdict", board), "battle": battle, "judge": "j", "winner": "a"}],
    }


def test_a_write_to_another_board_leaves_what_is_kept(service: Service, tmp_path: Path):
    service.battles(ask.Battles("votes", count=True))
    (kept,) = service.database._folds._folds.values()
    service.bring(ask.Import(build.votes(tmp_path / "more.csv", [("x", "z", "left")]), "others"))
    assert kept in service.database._folds._folds.values()
    assert {board.board: board.battles for board in service.boards()}["others"] == 1
    service.bring(ask.Import(build.votes(tmp_path / "again.csv", [("x", "z", "tie")]), "votes"))
    assert kept not in service.database._folds._folds.values()


def test_a_board_hears_of_a_prompt_that_another_board_brings(service: Service, tmp_path: Path):
    service.bring(ask.Import(build.lines(tmp_path / "a.jsonl", [record("one", None)]), "one"))
    assert service.perform(look.Facets("one")).facets["category"] == ()
    service.bring(ask.Import(build.lines(tmp_path / "b.jsonl", [record("two", "maths")]), "two"))
    assert service.perform(look.Facets("one")).facets["category"] == (("maths", 1),)
