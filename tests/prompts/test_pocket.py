"""Prompts of the pocket world as a source: with their answers, the same for the same settings."""

from arena.plugins import Choice, config
from arena.pocket.task import parse
from arena.prompts import pocket
from arena.types import Prompt, Reference


def test_every_prompt_comes_with_its_right_answer() -> None:
    read = list(pocket.read(pocket.Config(split="d1", n=50), "pocket"))
    prompts, references = read[::2], read[1::2]
    for prompt, reference in zip(prompts, references, strict=True):
        assert isinstance(prompt, Prompt)
        assert isinstance(reference, Reference)
        assert reference.prompt == prompt.id
        assert reference.turns == tuple(turn.gold for turn in parse(prompt.natural).turns)
        assert prompt.difficulty is not None
        assert 1 <= prompt.difficulty <= 10


def test_the_key_follows_what_is_read() -> None:
    options = ({}, {"n": 10}, {"seed": 1}, {"split": "d0"}, {"families": "capital"})
    keys = {pocket.identity(config("arena.prompts", Choice("pocket", one))) for one in options}
    assert len(keys) == 5
    same = {"families": "order, capital"}, {"families": "capital,order"}
    assert len({pocket.identity(pocket.Config(**one)) for one in same}) == 1


def test_an_unknown_family_is_found_before_the_start() -> None:
    assert pocket.check(pocket.Config(families="magic"))[0].level == "red"
    assert pocket.check(pocket.Config())[0].level == "green"
