"""The referee: both games or none, retries of only what failed, and the fold that the store does, too."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.judges.types import Game
from arena.keys import key
from arena.referee import Match, fold, games, play
from arena.types import Battle, Prompt, Response, Verdict
from tests.store import build

PROMPT = Prompt(key("p"), "s", "1", ("What is 2 + 2?",))


def match(number: int = 1, status="ok", expected=2) -> Match:
    a = Response(key("a", number), PROMPT.id, "x", ("4",))
    b = Response(key("b", number), PROMPT.id, "y", ("5",), status=status)
    return Match(Battle(key("battle", number), "x", "y", PROMPT.id, a.id, b.id, games=expected), PROMPT, a, b)


@dataclass
class Moody:
    """A judge that reads a game only at the given try; it notes what it was asked."""

    readable_at: dict[int, int]
    name: str = "moody"
    exact: bool = False
    asked: list[tuple[int, int, int]] = field(default_factory=list)

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        for game in reversed(games):
            self.asked.append((game.game, game.tried, game.seed))
            at = self.readable_at[game.game]
            if at < 0:
                continue
            said = Verdict(game.id, game.battle, self.name, game.game, game.swapped, raw=f"try {game.tried}")
            yield replace(said, winner="a") if game.tried >= at else replace(said, status="unparsed")

    def close(self) -> None:
        pass


def test_a_battle_has_the_games_that_it_expects_in_both_orders():
    found = games(match(), "judge", 7)
    assert [(game.game, game.swapped, game.shown[0].model) for game in found] == [
        (1, False, "x"),
        (2, True, "y"),
    ]
    assert [game.id for game in found] == [key("verdict", key("battle", 1), "judge", n) for n in (1, 2)]
    assert len({game.seed for game in found + games(match(), "judge", 8)}) == 4
    assert len(games(match(expected=1), "judge", 7)) == 1


@pytest.mark.parametrize("status", ["error", "refused", "unparsed"])
def test_a_battle_with_a_failed_answer_is_not_judged(status):
    assert games(match(status=status), "judge", 7) == ()


def test_an_answer_at_its_limit_is_judged_and_one_that_lacks_a_turn_is_not():
    assert len(games(match(status="truncated"), "judge", 7)) == 2
    longer = replace(match(), prompt=replace(PROMPT, turns=("one", "two")))
    assert games(longer, "judge", 7) == ()


def test_only_what_failed_is_asked_again_with_a_new_seed():
    judge, tries = Moody({1: 0, 2: 2}), Counter()
    verdicts = list(play(games(match(), "j", 7), judge, 3, tries))
    assert [(v.game, v.status, v.raw) for v in verdicts] == [(1, "ok", "try 0"), (2, "ok", "try 2")]
    assert sorted(asked[:2] for asked in judge.asked) == [(1, 0), (2, 0), (2, 1), (2, 2)]
    assert len({seed for _, _, seed in judge.asked}) == 4
    assert tries == {"ok": 2, "unparsed": 2}


def test_the_last_try_stands_where_none_could_be_read():
    verdicts = list(play(games(match(), "j", 7), Moody({1: 9, 2: -1}), 1))
    assert [(v.game, v.status, v.raw) for v in verdicts] == [(1, "unparsed", "try 1"), (2, "error", None)]
    assert verdicts[1].explanation == "moody gave no verdict"


WINNERS = st.sampled_from([None, "a", "b", "tie", "both_bad"])
SCORES = st.sampled_from([None, 1.0, 2.0, 3.0, 8.0])
VERDICTS = st.lists(
    st.builds(
        Verdict, id=st.uuids().map(str), battle=st.just(key("battle", 1)), judge=st.just("j"),
        game=st.sampled_from([1, 2]), winner=WINNERS, score_a=SCORES, score_b=SCORES,
        preference=st.sampled_from([None, 0.0, 0.25, 0.5, 1.0]),
        status=st.sampled_from(["ok", "ok", "ok", "unparsed"]),
    ),
    max_size=4, unique_by=lambda verdict: verdict.id,
)  # fmt: skip
RULES = st.tuples(
    st.sampled_from(["mean", "strict", "count2"]), st.sampled_from([0.0, 1.0]), st.sampled_from([None, 2.0])
)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with build.database(tmp_path_factory.mktemp("home")) as database:
        yield database


INSERT = """INSERT INTO verdicts (id, battle, board, seq, model_a, model_b, games, turn, judge, game, swapped,
    winner, preference, score_a, score_b, strength, status)
    VALUES (?, ?, 1, ?, 1, 2, ?, 1, 1, ?, false, ?, ?, ?, ?, 1, ?)"""
ASK = """SELECT battle::VARCHAR, kind, y, part FROM outcomes($board, $merge, $delta, $bad_at, $strong)
    ORDER BY battle, seq"""


def stored(database, cases, rule):
    """What the store makes of battles, each (games expected, verdicts): rows of (kind, y, part)."""
    rows = [
        (v.id, key(n), at, expected, v.game, v.winner, v.preference, v.score_a, v.score_b, v.status)
        for n, (expected, verdicts) in enumerate(cases)
        for at, v in enumerate(verdicts)
    ]
    with database.write() as cursor:
        cursor.execute("DELETE FROM verdicts")
        cursor.executemany(INSERT, rows)
    params = dict(zip(("merge", "delta", "bad_at"), rule, strict=True)) | {"board": 1, "strong": 1.0}
    found = {}
    for battle, *outcome in database.rows(ASK, params):
        found.setdefault(battle, []).append(tuple(outcome))
    return [found.get(key(n), []) for n in range(len(cases))]


@settings(max_examples=20)
@given(cases=st.lists(st.tuples(st.just(2), VERDICTS.filter(bool)), min_size=1, max_size=12), rule=RULES)
def test_the_fold_is_the_stores(database, cases, rule):
    """Under count2 the store keeps a row per game: the fold's share is their mean."""
    unique = [(n, [replace(v, id=key(i, j)) for j, v in enumerate(vs)]) for i, (n, vs) in enumerate(cases)]
    for (expected, verdicts), rows in zip(unique, stored(database, unique, rule), strict=True):
        ours = fold(verdicts, expected, *rule)
        if rule[0] != "count2":
            assert rows == [(ours.kind, ours.share, 1.0)]
        elif ours.kind == "undecided":
            assert {kind for kind, *_ in rows} == {"undecided"}
        else:
            assert ours.share == sum(y * part for _, y, part in rows)


@settings(max_examples=20)
@given(verdicts=VERDICTS.filter(bool), rule=RULES)
def test_the_fold_of_a_single_game_is_the_stores(database, verdicts, rule):
    single = [replace(verdicts[0], game=1)]
    ours = fold(single, 1, *rule)
    assert stored(database, [(1, single)], rule) == [[(ours.kind, ours.share, 1.0)]]


@pytest.mark.parametrize(
    ("verdicts", "winner", "gap"),
    [
        ([(8, 3), (6, 5)], "a", 3.0),
        ([(8, 3), (3, 8)], "tie", 0.0),
        ([(8, 3)], None, 5.0),
        ([], None, None),
    ],
)
def test_winner_and_gap_of_scores(verdicts, winner, gap):
    said = [Verdict(key(n), "b", "j", n, score_a=a, score_b=b) for n, (a, b) in enumerate(verdicts, 1)]
    found = fold(said, 2)
    assert (found.winner, found.gap) == (winner, gap)


def test_a_soft_outcome_has_a_winner_for_plans():
    said = [Verdict(key(n), "b", "j", n, preference=p) for n, p in ((1, 0.8), (2, 0.7))]
    found = fold(said, 2)
    assert (found.kind, found.share, found.winner) == ("soft", 0.75, "a")
