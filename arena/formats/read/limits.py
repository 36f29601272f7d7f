"""What the store can hold of a fact: names that are names, and numbers that fit their columns.

Leaves out what a value means; formats check that.
"""

from arena.formats.read.fields import MOST, Malformed
from arena.types import Battle, Fact, Grade, PairCount, Prompt, Published, Response, Verdict

NAME = 1000
"""Characters of the longest name of a model, judge, category, language or question."""
TURN = 2**15 - 1
GAME = 2**7 - 1
COUNT = 10**12
"""The largest number of one outcome between two models."""


def check(fact: Fact) -> None:
    """Raises Malformed for a fact that no table takes."""
    if isinstance(fact, Battle):
        _names(model_a=fact.model_a, model_b=fact.model_b)
        _within(TURN, 1, turn=fact.turn)
        _within(GAME, 1, games=fact.games)
    elif isinstance(fact, Verdict):
        _names(judge=fact.judge)
        _within(GAME, 1, game=fact.game, strength=fact.strength)
        _within(MOST, 0, tokens=fact.tokens, milliseconds=fact.milliseconds)
    elif isinstance(fact, Response):
        _names(model=fact.model)
        _within(MOST, 0, sample=fact.sample, tokens=fact.tokens, headers=fact.headers, lists=fact.lists)
        _within(MOST, 0, bolds=fact.bolds)
    else:
        _rare(fact)


def _rare(fact: Fact) -> None:
    if isinstance(fact, Prompt):
        _names(source=fact.source, question=fact.natural, language=fact.language or "")
        for category in fact.categories:
            _names(category=category)
    elif isinstance(fact, Grade):
        _names(model=fact.model, judge=fact.judge)
        _within(TURN, 1, turn=fact.turn)
    elif isinstance(fact, PairCount):
        _names(model_a=fact.model_a, model_b=fact.model_b, category=fact.category)
        if max(fact.win_a, fact.win_b, fact.tie, fact.both_bad) > COUNT:
            raise Malformed(f"a count is above {COUNT:,}")
    elif isinstance(fact, Published):
        _names(model=fact.model, category=fact.category)
        _within(2**63 - 1, 0, battles=fact.battles)


def _names(**names: str) -> None:
    for field, name in names.items():
        if len(name) > NAME:
            raise Malformed(f"{field} is longer than {NAME:,} characters: {name[:40]}")


def _within(most: int, least: int, **numbers: int | None) -> None:
    for field, number in numbers.items():
        if number is not None and not least <= number <= most:
            raise Malformed(f"{field} {str(number)[:40]} is not between {least} and {most}")
