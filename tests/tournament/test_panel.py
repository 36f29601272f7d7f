"""Panels: frozen once and whole, joined by models that play only their own battles, refused when changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import BadRequest, NotFound, Unreadable
from arena.plugins import Choice
from arena.tournament import panel, preflight
from arena.tournament.config import Contestant
from arena.tournament.panel import Panel
from arena.types import Battle, Fact, Prompt, Response, Verdict
from tests.tournament.build import count, facts, played, prompts, recorded, scene, tournament


def frozen(folder: Path, n: int = 8) -> tuple[Panel, list[Fact]]:
    config = tournament(folder, n=n)
    found = facts(played(config, scene(folder)))
    return panel.freeze(folder, "p", config, found), found


def new(folder: Path, name: str = "new") -> Contestant:
    return Contestant(name, recorded(folder, name, 0.5, prompts(8)))


def test_a_panel_holds_what_was_played_and_is_loaded_as_it_was(tmp_path: Path) -> None:
    made, found = frozen(tmp_path)
    assert panel.load(tmp_path, "p") == made
    assert set(panel.facts(made)) == set(found)
    assert (made.prompts, made.answers, made.battles) == (8, 24, 24)
    assert panel.names(tmp_path) == ("p",)


def test_a_model_that_joins_plays_only_its_battles_and_the_others_are_not_asked(tmp_path: Path) -> None:
    made, before = frozen(tmp_path)
    joined = panel.join(made, new(tmp_path))
    for model in made.config.models:
        Path(model.backend.options["path"]).unlink()
    found = facts(played(joined, scene(tmp_path, given=panel.given(joined))))
    battles = [fact for fact in found if isinstance(fact, Battle)]
    assert (len(battles), count(found, Verdict)) == (24, 48)
    assert all("new" in (battle.model_a, battle.model_b) for battle in battles)
    theirs = {fact for fact in found if isinstance(fact, Response) and fact.model != "new"}
    assert theirs == {fact for fact in before if isinstance(fact, Response)}


def test_the_hash_is_that_of_what_decides(tmp_path: Path) -> None:
    made, found = frozen(tmp_path)
    same = panel.freeze(tmp_path, "q", replace(tournament(tmp_path, n=8), about={"title": "x"}), found)
    other = panel.freeze(tmp_path, "r", tournament(tmp_path, n=8, tie_delta=1.0), found)
    assert made.hash == same.hash != other.hash


def test_what_failed_and_came_when_asked_again_is_frozen_as_it_came(tmp_path: Path) -> None:
    made, found = frozen(tmp_path)
    answer = next(fact for fact in found if isinstance(fact, Response))
    verdict = next(fact for fact in found if isinstance(fact, Verdict))
    gone = (replace(answer, status="error", turns=()), replace(verdict, status="unparsed", winner=None))
    again = panel.freeze(tmp_path, "q", tournament(tmp_path, n=8), [*gone, *found])
    assert (again.answers, again.hash) == (made.answers, made.hash)
    assert list(panel.facts(again)) == list(panel.facts(made))


def test_who_joins_a_panel_of_simulated_users_answers_what_they_said(tmp_path: Path) -> None:
    config = tournament(tmp_path, n=8, users=(Choice("plain"), Choice("follow_up")))
    made = panel.freeze(tmp_path, "p", config, facts(played(config, scene(tmp_path))))
    joined = panel.join(made, new(tmp_path))
    found = facts(played(joined, scene(tmp_path, given=panel.given(joined))))
    theirs = {fact for fact in found if isinstance(fact, Response) and fact.model != "new"}
    assert theirs == {fact for fact in panel.facts(made) if isinstance(fact, Response)}
    assert count(found, Prompt) == made.prompts == 16
    old = replace(joined, users=config.users)  # as presets of an older version have it
    red = [found.text for found in preflight.check(old) if found.level == "red"]
    assert any("what users said is in the panel's prompts" in text for text in red)


def test_a_panel_that_was_changed_is_refused(tmp_path: Path) -> None:
    made, _ = frozen(tmp_path)
    path = made.folder / "facts.jsonl"
    path.write_bytes(path.read_bytes().replace(b"no idea", b"my idea"))
    with pytest.raises(Unreadable, match=r"facts\.jsonl was changed since the panel was frozen"):
        panel.load(tmp_path, "p")


def test_what_cannot_be_frozen_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    _, found = frozen(tmp_path)
    gone = next(fact for fact in found if isinstance(fact, Response))
    wrong = {
        "is there already": ("p", found),
        "cannot be the name of a panel": ("../p", found),
        "has no answer to prompt": ("q", [fact for fact in found if fact != gone]),
        "has no prompts": ("q", []),
    }
    for said, (name, some) in wrong.items():
        with pytest.raises(BadRequest, match=said):
            panel.freeze(tmp_path, name, tournament(tmp_path, n=8), some)
    assert [path.name for path in (tmp_path / "panels").iterdir()] == ["p"]


def test_a_name_that_is_taken_and_a_panel_that_is_not_there_are_told(tmp_path: Path) -> None:
    made, _ = frozen(tmp_path)
    with pytest.raises(BadRequest, match="has a weak already"):
        panel.join(made, new(tmp_path, "weak"))
    with pytest.raises(NotFound, match="no panel 'x': there are p"):
        panel.load(tmp_path, "x")


def test_who_joins_a_panel_plays_everything_and_looks_at_nothing(tmp_path: Path) -> None:
    """Models that do not differ enough: the run looked, and played on to its end."""
    config = tournament(tmp_path, n=8, separate=1, level=0.9)
    found = facts(played(config, scene(tmp_path)))
    made = panel.freeze(tmp_path, "p", config, found)
    assert panel.join(made, new(tmp_path)).separate == 0
    assert made.hash == panel.freeze(tmp_path, "q", tournament(tmp_path, n=8), found).hash


def test_a_run_that_stopped_early_is_no_panel(tmp_path: Path) -> None:
    config = tournament(tmp_path, n=160, separate=1, level=0.8, games=1)
    found = facts(played(config, scene(tmp_path)))
    with pytest.raises(BadRequest, match=r"stopped early \(separate=1\), after \d+ of 160 prompts: a panel"):
        panel.freeze(tmp_path, "p", config, found)
    assert not [*(tmp_path / "panels").iterdir()]
