"""Simulated users: sentences that are the same each time, models that speak, and both sides hear the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena import plugins
from arena.jobs.kinds import tournament as kind
from arena.keys import key
from arena.plugins import Choice
from arena.types import Battle, Prompt, Response
from arena.users import saying
from tests.backends.tiny import llama
from tests.tournament.build import count, facts, played, scene, tournament

STRATEGIES = ("clarification", "constraint", "follow_up", "harder")
PROMPTS = [Prompt(key("p", n), "s", str(n), (f"Question {n}?",)) for n in range(20)]


def user(name: str, **options: object) -> object:
    choice = Choice(name, options)
    return plugins.load("arena.users", name).open(plugins.config("arena.users", choice))


@pytest.mark.parametrize("name", STRATEGIES)
def test_sentences_are_drawn_per_prompt_and_none_twice(name: str) -> None:
    said = list(user(name, turns=3).say(PROMPTS))  # type: ignore[attr-defined]
    assert said == list(user(name, turns=3).say(PROMPTS))  # type: ignore[attr-defined]
    assert all(len(set(one.turns)) == 3 and not one.error for one in said)
    assert len({one.turns[0] for one in said}) > 2
    assert {turn for one in said for turn in one.turns} <= set(saying.sentences(name))


def test_there_are_four_strategies_and_the_choice_of_none() -> None:
    assert plugins.names("arena.users") == tuple(sorted((*STRATEGIES, "plain")))
    for name in STRATEGIES:
        assert saying.told(name).count("{conversation}") == 1


def test_a_model_speaks_and_is_part_of_what_the_user_is(tmp_path: Path) -> None:
    backend = {"name": "transformers", "options": {"model": str(llama(tmp_path, context=512))}}
    said = list(user("follow_up", backend=backend, max_tokens=8).say(PROMPTS[:3]))  # type: ignore[attr-defined]
    assert [one.prompt for one in said] == [prompt.id for prompt in PROMPTS[:3]]
    assert all(bool(one.turns) != bool(one.error) for one in said)
    both = (Choice("follow_up"), Choice("follow_up", {"backend": backend}))
    package = "arena.users"
    keys = {plugins.load(package, c.name).identity(plugins.config(package, c)) for c in both}
    assert len(keys) == 2


def test_each_prompt_is_fought_once_per_user_and_both_sides_hear_the_same(tmp_path: Path) -> None:
    users = (Choice("plain"), Choice("follow_up"))
    config = tournament(tmp_path, n=6, users=users)
    found = facts(played(config, scene(tmp_path)))
    asked = {fact.id: fact for fact in found if isinstance(fact, Prompt)}
    longer = [fact for fact in asked.values() if " + follow_up " in fact.natural]
    assert (len(asked), len(longer), count(found, Battle)) == (12, 6, 36)
    plain_turns = {fact.natural: fact.turns for fact in asked.values()}
    assert all(plain_turns[one.natural.partition(" + ")[0]] == one.turns[:-1] for one in longer)


def test_what_a_model_said_for_a_user_is_not_asked_again(tmp_path: Path) -> None:
    backend = {"name": "transformers", "options": {"model": str(llama(tmp_path, context=512))}}
    speaking = Choice("harder", {"backend": backend, "max_tokens": 8})
    config = tournament(tmp_path, n=4, users=(speaking,))
    whole = facts(played(config, scene(tmp_path)))
    made = [fact for fact in whole if isinstance(fact, Prompt)]
    past = [replace(prompt, turns=(*prompt.turns[:-1], "said before")) for prompt in made]
    units = played(config, scene(tmp_path, past=past))
    assert count(facts(units), Prompt) == 0
    assert any("'said before'" in failure.text for unit in units for failure in unit.failures)


def test_users_who_say_something_else_make_another_tournament(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, spoken = tournament(tmp_path, n=4), tournament(tmp_path, n=4, users=(Choice("follow_up"),))
    before = [kind.identity(one) for one in (usual, spoken)]
    monkeypatch.setattr(saying, "VERSION", saying.VERSION + 1)
    assert kind.identity(usual) == before[0]
    assert kind.identity(spoken) != before[1]


def test_a_bandit_takes_strategies_as_arms(tmp_path: Path) -> None:
    pairing = Choice("thompson", {"battles": 30, "batch": 10})
    users = (Choice("plain"), Choice("constraint"))
    models = tournament(tmp_path, n=30).models
    config = tournament(tmp_path, n=30, users=users, pairing=pairing, target="weak")
    found = facts(played(replace(config, models=models), scene(tmp_path)))
    battles = [fact for fact in found if isinstance(fact, Battle)]
    assert len(battles) == 30
    assert all(battle.propensity and 0 < battle.propensity < 1 for battle in battles)
    assert count(found, Response) <= 60
