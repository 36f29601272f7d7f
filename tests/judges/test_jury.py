"""A jury: members' verdicts merge by the rule, all stay visible, and only silent members are asked again."""

import json
from dataclasses import dataclass, field, replace

import pytest

from arena import plugins
from arena.errors import BadRequest
from arena.judges import jury
from arena.judges.jury import Jury
from arena.plugins import Choice
from arena.referee import fold, play
from arena.types import Verdict
from tests.backends.server import Answer, serving
from tests.judges import games, test_verifier


@dataclass
class Member:
    """A judge that says the same of every game; unreadable for the first tries."""

    name: str
    said: dict[str, object]
    readable_at: int = 0
    exact: bool = False
    asked: list[str] = field(default_factory=list)

    def judge(self, games):
        for game in games:
            self.asked.append(game.id)
            plain = Verdict(
                game.id, game.battle, self.name, game.game, game.swapped, explanation=f"by {self.name}"
            )
            yield replace(plain, **(self.said if game.tried >= self.readable_at else {"status": "unparsed"}))

    def close(self):
        pass


def scores(a, b):
    return {"winner": "a" if a > b else "b" if b > a else "tie", "score_a": a, "score_b": b}


def decided(rule, *said):
    members = tuple(Member(f"m{n}", one) for n, one in enumerate(said))
    return next(iter(Jury("jury", members, rule, len(members)).judge(games.both()[:1])))


A, B, TIE, BAD = ({"winner": winner} for winner in ("a", "b", "tie", "both_bad"))


@pytest.mark.parametrize(
    ("rule", "said", "expected"),
    [
        ("mean", (scores(8.0, 4.0), scores(3.0, 5.0)), ("a", None, 5.5, 4.5)),
        ("mean", (scores(8.0, 4.0), B), (None, 0.5, None, None)),
        ("mean", (A, {"preference": 0.4}), (None, 0.7, None, None)),
        ("mean", (scores(-3.0, 40.0), scores(8.0, 4.0)), (None, 0.5, None, None)),
        ("mean", (BAD, BAD), ("both_bad", None, None, None)),
        ("majority", (A, A, B), ("a", None, None, None)),
        ("majority", (A, B), ("tie", None, None, None)),
        ("majority", (BAD, BAD, A), ("both_bad", None, None, None)),
        ("majority", ({"preference": 0.2}, scores(2.0, 9.0), A), ("b", None, None, None)),
        ("unanimous", (A, A), ("a", None, None, None)),
        ("unanimous", (A, A, TIE), ("tie", None, None, None)),
    ],
)
def test_merge_rules(rule, said, expected):
    verdict = decided(rule, *said)
    assert (verdict.winner, verdict.preference, verdict.score_a, verdict.score_b) == pytest.approx(expected)


def test_every_members_verdict_and_their_spread_stay_visible():
    verdict = decided("mean", scores(8.0, 4.0), scores(3.0, 5.0), scores(9.0, 1.0))
    assert verdict.explanation.startswith("Votes: a 2, b 1, of 3; gaps -2 to +8, spread 4.11.")
    assert "m1 (3 : 5): by m1" in verdict.explanation
    assert [(row["judge"], row["score_a"], row["status"]) for row in json.loads(verdict.raw)] == [
        ("m0", 8.0, "ok"), ("m1", 3.0, "ok"), ("m2", 9.0, "ok"),
    ]  # fmt: skip


def test_only_the_member_that_could_not_be_read_is_asked_again():
    clear, moody = Member("clear", scores(8.0, 2.0)), Member("moody", scores(6.0, 2.0), readable_at=1)
    verdicts = list(play(games.both(), Jury("jury", (clear, moody), "mean", 2), 2))
    assert [(v.status, v.score_a) for v in verdicts] == [("ok", 7.0)] * 2
    assert (len(clear.asked), len(moody.asked)) == (2, 4)
    assert fold(verdicts, 2).winner == "a"


@pytest.mark.parametrize(("quorum", "status"), [(2, "unparsed"), (1, "ok")])
def test_a_quorum_says_how_many_members_must_be_read(quorum, status):
    members = (Member("clear", scores(8.0, 2.0)), Member("never", {}, readable_at=9))
    verdict = next(iter(play(games.both()[:1], Jury("jury", members, "mean", quorum), 1)))
    assert (verdict.status, verdict.winner) == (status, "a" if status == "ok" else None)
    assert [row["status"] for row in json.loads(verdict.raw)] == ["ok", "unparsed"]


def test_members_are_judges_by_name():
    with serving(lambda *_: Answer('{"explanation": "x", "score_1": 7, "score_2": 7}')) as server:
        backend = {"name": "openai", "options": {"model": "m", "base_url": server.url}}
        members = [
            {"name": "pairwise_score", "options": {"backend": backend, "name": n}} for n in ("one", "two")
        ]
        config = plugins.config("arena.judges", Choice("jury", {"members": members}))
        module = plugins.load("arena.judges", "jury")
        judge = module.open(config)
        verdicts = list(judge.judge(games.both()))
        judge.close()
        assert {finding.level for finding in module.check(config)} <= {"green", "amber"}
    assert {(v.judge, v.winner, v.score_a) for v in verdicts} == {("jury(one, two)", "tie", 7.0)}
    assert module.where(config) in ("here", "elsewhere")
    swapped = plugins.config("arena.judges", Choice("jury", {"members": members[::-1]}))
    assert module.identity(config) != module.identity(swapped)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"members": [Choice("verifier")]}, "two members at least"),
        ({"members": [Choice("verifier")] * 2, "quorum": 3}, "quorum 3"),
        ({"members": [Choice("verifier"), Choice("single_score")]}, "single_score grades"),
    ],
)
def test_a_jury_that_cannot_be_is_refused(options, said):
    config = plugins.config("arena.judges", Choice("jury", options))
    with pytest.raises(BadRequest, match=said):
        plugins.load("arena.judges", "jury").open(config)
    assert plugins.load("arena.judges", "jury").check(config)[0].level == "red"


def test_members_of_a_kind_err_each_on_their_own() -> None:
    odd = Choice("verifier", {"error": 0.2})
    config = plugins.config("arena.judges", Choice("jury", {"members": [odd] * 3, "merge": "majority"}))
    played = test_verifier.games()
    said = list(jury.open(config).judge(played))
    wrong = sum(one.winner != test_verifier.truth(game) for game, one in zip(played, said, strict=True))
    expected, spread = 0.104, (0.104 * 0.896 / len(played)) ** 0.5  # three coins of 0.2, two of them wrong
    assert abs(wrong / len(played) - expected) < 4 * spread
