"""A tournament played to the end, stopped everywhere and gone on with, told once and whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import BadRequest
from arena.jobs.types import Stopped
from arena.plugins import Choice
from arena.tournament.play import play
from arena.types import Battle, Prompt, Reference, Response, Verdict
from tests.tournament.build import SKILLS, count, facts, plain, played, scene, share, tournament


def test_all_pairs_play_every_battle_in_both_orders(tmp_path: Path) -> None:
    units = played(tournament(tmp_path), scene(tmp_path))
    found = facts(units)
    kinds = [count(found, kind) for kind in (Prompt, Reference, Response, Battle, Verdict)]
    assert kinds == [24, 24, 72, 72, 144]
    assert {(unit.step, unit.total) for unit in units} == {("answers", 72), ("games", 144)}
    assert [max(u.done for u in units if u.step == step) for step in ("answers", "games")] == [72, 144]


def test_the_better_model_has_the_larger_share(tmp_path: Path) -> None:
    found = facts(played(tournament(tmp_path), scene(tmp_path)))
    shares = [share(found, model) for model in SKILLS]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.6
    assert shares[-1] < 0.4


def test_prompts_and_answers_come_before_what_is_made_of_them(tmp_path: Path) -> None:
    known: set[str] = set()
    for fact in facts(played(tournament(tmp_path), scene(tmp_path))):
        if isinstance(fact, Response):
            assert fact.prompt in known
        if isinstance(fact, Battle):
            assert {fact.prompt, fact.response_a, fact.response_b} <= known
        if isinstance(fact, Verdict):
            assert fact.battle in known
        known.add(fact.id)  # type: ignore[union-attr]


def test_the_same_tournament_tells_the_same_facts(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    one, two = (plain(facts(played(config, scene(tmp_path / name)))) for name in ("one", "two"))
    assert one == two


def test_stopped_at_any_unit_it_goes_on_to_the_same_facts(tmp_path: Path) -> None:
    config = tournament(tmp_path, n=12)
    whole = plain(facts(played(config, scene(tmp_path))))
    for stop in range(len(played(config, scene(tmp_path)))):
        game = play(config, scene(tmp_path))
        past = facts(unit for unit, _ in zip(game, range(stop), strict=False))
        game.close()
        rest = facts(played(config, scene(tmp_path, past=past)))
        assert plain([*past, *rest]) == whole


def test_cut_off_amid_a_unit_nothing_is_told_twice(tmp_path: Path) -> None:
    config = tournament(tmp_path, n=12)
    told = facts(played(config, scene(tmp_path)))
    for cut in range(0, len(told), 7):
        rest = facts(played(config, scene(tmp_path, past=told[:cut])))
        assert plain([*told[:cut], *rest]) == plain(told)


def test_answers_known_from_elsewhere_are_told_but_not_asked(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    before = [f for f in facts(played(config, scene(tmp_path))) if isinstance(f, Response)]
    given = [replace(fact, turns=("given",) * len(fact.turns)) for fact in before if fact.model == "weak"]
    found = plain(facts(played(config, scene(tmp_path, given=given))))
    assert [found[fact.id].turns for fact in given] == [fact.turns for fact in given]  # type: ignore[union-attr]
    assert sum(isinstance(fact, Response) for fact in found.values()) == 72


def test_one_game_per_battle_is_played_where_one_is_wanted(tmp_path: Path) -> None:
    found = facts(played(tournament(tmp_path, games=1), scene(tmp_path)))
    assert count(found, Battle) == count(found, Verdict) == 72
    assert {fact.game for fact in found if isinstance(fact, Verdict)} == {1}


def test_a_stop_ends_it_at_once_and_keeps_what_was_told(tmp_path: Path) -> None:
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) > 5:
            raise Stopped

    with pytest.raises(Stopped):
        played(tournament(tmp_path), scene(tmp_path, check=check))


def test_an_answer_that_is_missing_leaves_its_battles_undecided(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    path = Path(config.models[0].backend.options["path"])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:]))
    units = played(config, scene(tmp_path))
    found = facts(units)
    failed = [fact for fact in found if isinstance(fact, Response) and fact.status != "ok"]
    assert len(failed) == 1
    assert (count(found, Battle), count(found, Verdict)) == (72, 140)
    assert [failure.kind for unit in units for failure in unit.failures] == ["error"]
    assert any("no recorded answer" in failure.text for unit in units for failure in unit.failures)


def test_a_backend_that_cannot_be_opened_ends_it_with_its_word(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    gone = replace(config.models[0], backend=Choice("recorded", {"path": str(tmp_path / "nothing.jsonl")}))
    with pytest.raises(Exception, match=r"nothing\.jsonl"):
        played(replace(config, models=(gone, *config.models[1:])), scene(tmp_path))


def test_one_model_after_the_other_plays_the_same(tmp_path: Path) -> None:
    config = tournament(tmp_path)
    together = plain(facts(played(config, scene(tmp_path))))
    units = played(replace(config, loading="alone"), scene(tmp_path))
    assert plain(facts(units)) == together
    assert [unit.step for unit in units] == sorted(unit.step for unit in units)


def test_a_plan_without_its_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="star needs a target"):
        played(tournament(tmp_path, pairing=Choice("star")), scene(tmp_path))


def test_canaries_are_judged_beside_the_battles_and_reported(tmp_path: Path) -> None:
    units = played(tournament(tmp_path, canaries=5), scene(tmp_path))
    found = facts(units)
    battles = [fact for fact in found if isinstance(fact, Battle)]
    canaries = [battle for battle in battles if battle.model_a == battle.model_b]
    assert (len(canaries), count(found, Verdict)) == (5, 154)
    assert all(battle.model_a.startswith("canary:") for battle in canaries)
    assert [note[:40] for unit in units for note in unit.notes] == [
        "canaries: of 5 injected verdicts 0 helpe"
    ]
    assert units[-1].done == units[-1].total == 154
