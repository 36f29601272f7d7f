"""Votes through the service: blind, swapped back, taken back, kept by a rebuild, exported and read again."""

import json
import stat
import threading
from dataclasses import replace

import pytest

from arena.cli.rebuild import rebuild
from arena.errors import ArenaError, BadRequest, NoRoom, NotFound
from arena.filters import Filters
from arena.service import requests as ask
from arena.service.auditing import Audit
from arena.service.ballots import Cast, TakeBack, Trial, Votes
from arena.service.checking import Check
from arena.service.guarding import Guard
from arena.service.service import Service
from arena.store import boards, votebook
from tests.service import polled
from tests.store import build
from tests.store.test_durability import TABLES, contents

SURE, EVEN = (9.0, 1.0), (5.0, 5.0)
WHO = "a person"


@pytest.fixture
def service(home, tmp_path):
    with Service(build.settings(home), "test") as found:
        polled.bring(found, tmp_path, polled.records([SURE, EVEN, SURE, EVEN, (2.0, 8.0), SURE]))
        yield found


def outcome(service, battle):
    found = service.perform(ask.Battle(battle, "polled"))
    return {line.judge: line.outcome for line in found.outcomes}


def test_a_ballot_names_nobody(service):
    paper = polled.asked(service, WHO).paper
    assert not any(name in repr(paper) for name in (*polled.MODELS, polled.JUDGE))
    assert paper.record.response_a.turns != paper.record.response_b.turns
    assert polled.asked(service, WHO).paper == paper


def test_a_vote_lands_on_the_side_that_was_meant(service):
    for choice in ("first", "second", "tie", "both_bad"):
        found = polled.voted(service, WHO, choice)
        named = {found.first: "first", found.second: "second"}
        record = service.battle(ask.Battle(found.vote.battle, "polled")).record.battle
        said = outcome(service, found.vote.battle)[f"human {found.vote.voter[:8]}"]
        meant = {"a": named[record.model_a], "b": named[record.model_b]}.get(said, said)
        assert (meant, found.choice) == (choice, choice)


def test_nobody_is_asked_twice_and_all_are_asked(service):
    asked = [polled.voted(service, WHO).vote.battle for _ in range(6)]
    assert len(set(asked)) == 6
    found = polled.asked(service, WHO)
    assert (found.paper, found.total) == (None, 6)
    assert polled.asked(service, "another").paper is not None


def test_skipped_battles_are_not_asked_and_filters_narrow(service):
    first = polled.asked(service, WHO).paper.record.battle.id
    assert polled.asked(service, WHO, skipped=(first,)).paper.record.battle.id != first
    assert polled.asked(service, WHO, filters=Filters(category="poetry")).total == 0


def test_answers_that_name_their_model_are_asked_last_and_marked(service, tmp_path):
    telling = [_telling(one) for one in polled.records([EVEN] * 3, "telling")]
    polled.bring(service, tmp_path, telling + polled.records([SURE] * 9, "telling")[3:], "telling")
    asked = [polled.voted(service, WHO, board="telling").vote.flags for _ in range(9)]
    assert asked == [()] * 6 + [("named",)] * 3


def _telling(record):
    said = record.response_a
    return replace(record, response_a=replace(said, turns=(f"I am {said.model.upper()}. Hello.",)))


def test_a_vote_taken_back_leaves_no_verdict_and_stays_a_fact(service):
    vote = polled.voted(service, WHO).vote
    assert len(outcome(service, vote.battle)) == 2
    assert service.perform(TakeBack("polled", WHO)).vote == vote
    assert list(outcome(service, vote.battle)) == [polled.JUDGE]
    listed = service.perform(Votes("polled"))
    assert (listed.counts.votes, listed.counts.undone, listed.counts.counted) == (1, 1, 0)
    assert [(line.vote, line.undone) for line in listed.lines] == [(vote, True)]
    with pytest.raises(NotFound, match="no vote"):
        service.perform(TakeBack("polled", WHO))
    assert service.boards()[0].judge == polled.JUDGE


def test_a_second_vote_on_a_battle_is_kept_and_counts_once(service):
    vote = polled.voted(service, WHO, "tie").vote
    again = service.perform(Cast("polled", WHO, vote.battle, "both_bad", milliseconds=100)).vote
    assert again.flags == ("fast", "again")
    assert outcome(service, vote.battle)[f"human {vote.voter[:8]}"] == "tie"
    assert service.perform(Votes("polled")).counts.again == 1
    assert polled.asked(service, WHO, battle=vote.battle).paper.voted.vote == vote


def test_a_vote_that_changes_no_verdict_leaves_what_is_kept_of_boards(service):
    vote = polled.voted(service, WHO, "tie").vote
    board = boards.get(service.database, "polled").id
    kept = lambda answer: service.database.known("probe", lambda: answer, 1, (board,))  # noqa: E731
    assert kept("before") == "before"
    service.perform(Cast("polled", WHO, vote.battle, "both_bad"))
    assert kept("after it") == "before"
    service.perform(TakeBack("polled", WHO))
    assert kept("after the verdict went") == "after the verdict went"


def test_a_board_by_people_by_judge_by_both_and_without_odd_votes(service):
    for at in range(6):
        polled.voted(service, WHO, "tie", milliseconds=100 if at == 0 else 60_000)

    def ranked(**filters):
        return service.leaderboard(ask.Leaderboard("polled", filters=Filters(**filters))).n_battles

    assert [ranked(people=True), ranked(people=False), ranked()] == [6, 6, 12]
    assert [ranked(people=True, flagged=False), ranked(flagged=True), ranked(flagged=False)] == [5, 1, 11]
    audited = service.perform(Audit("polled"))
    assert [one.human for one in audited.judges] == [True, False]
    assert audited.judges[1].figures.right.n == 6


def test_the_judges_agreement_with_people_narrows_as_votes_come(service):
    for number in range(6):
        polled.voted(service, WHO, "tie")
        found = service.perform(Trial("polled", who=WHO))
        assert (found.mine, found.judges[0].all.n) == (number + 1, number + 1)
    judge = found.judges[0]
    assert judge.judge == polled.JUDGE
    assert judge.all.value == pytest.approx(2 / 6)
    assert judge.decisive is None
    widths = [step.rate.high - step.rate.low for step in judge.course]
    assert widths[-1] < widths[0]
    assert judge.random.n + judge.unsure.n <= 6
    assert found.people is None


def test_two_people_on_one_battle_say_how_far_people_agree(service):
    vote = polled.voted(service, WHO, "tie").vote
    service.perform(Cast("polled", "another", vote.battle, "both_bad", milliseconds=60_000))
    assert service.perform(Trial("polled")).people.value == 1.0


def test_a_rebuild_keeps_votes_and_gives_the_same_database(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        polled.bring(service, tmp_path, polled.records([SURE] * 5))
        for choice in ("first", "tie", "second"):
            polled.voted(service, WHO, choice, comment="why | not")
        service.perform(TakeBack("polled", WHO))
        polled.voted(service, "another", "both_bad")
        polled.bring(service, tmp_path, polled.records([EVEN] * 3, "later"), "later")
        before = {**contents(service.database), **_votes(service)}
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as service:
        assert {**contents(service.database), **_votes(service)} == before
    assert set(TABLES) <= set(before)


def _votes(service):
    return {
        name: sorted(map(repr, service.database.rows(f"SELECT * FROM {name}")))
        for name in ("votes", "undone")
    }


def test_votes_of_a_removed_board_stay_away(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        polled.bring(service, tmp_path, polled.records([SURE] * 2))
        polled.voted(service, WHO)
        service.remove(ask.Remove("polled"))
        polled.bring(service, tmp_path, polled.records([SURE] * 2))
        polled.voted(service, WHO, "tie")
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as service:
        assert [line.vote.winner for line in service.perform(Votes("polled")).lines] == ["tie"]


def test_a_board_that_could_not_be_removed_keeps_votes_and_checks_also_after_a_rebuild(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        polled.bring(service, tmp_path, polled.records([SURE] * 2))
        polled.voted(service, WHO)
        service.perform(Check("polled"))
        before = {**contents(service.database), **_votes(service)}
        journal = home / "journal.jsonl"
        books = {
            path: path.read_bytes() for path in (journal, home / "votes.jsonl", *(home / "checks").iterdir())
        }
        journal.unlink()
        journal.mkdir()
        with pytest.raises(OSError, match="directory"):
            service.remove(ask.Remove("polled"))
        journal.rmdir()
        journal.write_bytes(books[journal])
        with build.room_for_books(home), pytest.raises(NoRoom):
            service.remove(ask.Remove("polled"))
        assert {path: path.read_bytes() for path in books} == books
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as service:
        assert {**contents(service.database), **_votes(service)} == before
        assert service.perform(Guard("polled")).check is not None


def test_a_vote_that_was_written_and_not_stored_comes_in_later(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        polled.bring(service, tmp_path, polled.records([SURE] * 2))
        vote = polled.voted(service, WHO).vote
        with service.database.write() as cursor:
            cursor.execute(
                'DELETE FROM votes; DELETE FROM verdicts WHERE judge < 0; UPDATE votebook SET "offset" = 0'
            )
    with (home / "votes.jsonl").open("ab") as file:
        file.write(b'{"verb": "vote", "torn')
    with Service(build.settings(home), "test") as service:
        assert [line.vote for line in service.perform(Votes("polled")).lines] == [vote]
        other = polled.voted(service, "another").vote
    assert [entry.id for entry, _ in votebook.read(home / "votes.jsonl")] == [vote.id, other.id]


def test_a_vote_that_the_database_had_no_room_for_is_in_no_book_and_the_next_choice_counts(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        polled.bring(service, tmp_path, polled.records([SURE] * 2))
        with build.room_for_books(home), pytest.raises(NoRoom, match="this was not stored"):
            polled.voted(service, WHO, "tie")
        assert (home / "votes.jsonl").read_bytes() == b""
        polled.voted(service, WHO, "first")
        before = _votes(service)
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as service:
        assert _votes(service) == before


def test_a_line_that_is_no_vote_is_named(home):
    (home / "votes.jsonl").write_text('{"verb": "vote", "id": 1}\n')
    with pytest.raises(ArenaError, match="not a line of the vote book"):
        Service(build.settings(home), "test")


def test_many_voters_at_once_lose_nothing(service):
    def votes(who):
        for _ in range(6):
            polled.voted(service, who)

    crowd = [threading.Thread(target=votes, args=(f"voter {at}",)) for at in range(5)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    counts = service.perform(Votes("polled")).counts
    assert (counts.votes, counts.voters, counts.counted) == (30, 5, 30)
    assert sum(1 for _ in votebook.read(service.settings.votes)) == 30


def test_the_salt_is_its_owners_only_and_no_name_is_kept(service, home):
    polled.voted(service, "Ada Lovelace", comment="mine")
    assert stat.S_IMODE((home / "voters.salt").stat().st_mode) == 0o600
    assert "Ada" not in (home / "votes.jsonl").read_text()
    assert "Ada" not in json.dumps(service.database.rows("SELECT name FROM judges"))


def test_votes_leave_in_lmsys_form_and_come_back(service, tmp_path):
    for choice in ("first", "second", "tie", "both_bad"):
        polled.voted(service, WHO, choice, comment="said why")
    path = tmp_path / "votes.json"
    asked = ask.Export("battles", "polled", path, "lmsys_battles", filters=Filters(people=True))
    assert service.export(asked).rows == 4
    rows = json.loads(path.read_text())
    assert {row["winner"] for row in rows} <= {"model_a", "model_b", "tie", "tie (bothbad)"}
    assert {row["judge"].split()[0] for row in rows} == {"human"}
    assert service.bring(ask.Import(path, "back")).kept == 4
    ours = service.leaderboard(ask.Leaderboard("polled", filters=Filters(people=True)))
    back = service.leaderboard(ask.Leaderboard("back"))
    assert [(line.model, round(line.value, 6)) for line in ours.ratings] == [
        (line.model, round(line.value, 6)) for line in back.ratings
    ]


def test_our_own_export_keeps_votes_decided_beside_games(service, tmp_path):
    for _ in range(3):
        polled.voted(service, WHO, "tie", comment="kept")
    path = tmp_path / "all.jsonl"
    service.export(ask.Export("battles", "polled", path))
    service.bring(ask.Import(path, "copy"))
    counted = service.battles(ask.Battles("copy", Filters(people=True), count=True)).tally
    assert (counted.tie, counted.undecided) == (3, 0)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (Cast("polled", "", "x" * 8, "tie"), BadRequest),
        (Cast("nowhere", WHO, "x" * 8, "tie"), NotFound),
        (Cast("polled", WHO, "ffffffff", "tie"), NotFound),
        (Cast("lmsys-2024-05-27", WHO, "ffffffff", "tie"), BadRequest),
    ],
)
def test_what_cannot_be_voted_on_is_said_in_one_line(service, request_, error):
    with pytest.raises(error) as caught:
        service.perform(request_)
    assert "\n" not in str(caught.value)


def test_a_comment_has_an_end(service):
    battle = polled.asked(service, WHO).paper.record.battle.id
    with pytest.raises(BadRequest, match=r"2,001 characters"):
        service.perform(Cast("polled", WHO, battle, "tie", comment="x" * 2001))


def test_grades_can_be_voted_on_too(home, tmp_path):
    with Service(build.settings(home), "test") as service:
        path = build.grades(tmp_path / "j_single.jsonl", {("q", "x"): 1, ("q", "y"): 2})
        service.bring(ask.Import(path, "graded"))
        battle = service.battles(ask.Battles("graded")).battles[0].id
        vote = service.perform(Cast("graded", WHO, battle, "tie", milliseconds=60_000)).vote
        found = service.battle(ask.Battle(battle, "graded"))
        said = {line.judge: line.outcome for line in found.outcomes}
        assert (len(said), said[f"human {vote.voter[:8]}"]) == (2, "tie")


def test_a_battle_about_a_turn_shows_the_talk_up_to_it(service, tmp_path):
    (record,) = polled.records([EVEN], "talk")
    talk = ("one", "two", "three")
    long = replace(
        record,
        battle=replace(record.battle, turn=2),
        prompt=replace(record.prompt, turns=talk),
        response_a=replace(record.response_a, turns=("a1", "a2", "a3")),
    )
    polled.bring(service, tmp_path, [long], "talk")
    shown = polled.asked(service, WHO, "talk").paper.record
    assert shown.prompt.turns == talk[:2]
    assert ("a1", "a2") in (shown.response_a.turns, shown.response_b.turns)
