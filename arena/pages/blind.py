"""A battle without names: what the judge wrote speaks of Model A and Model B.

The answers stay to the letter: a model that says its own name gives itself away.
"""

import re
from dataclasses import replace

from arena.service.requests import BattleFound
from arena.types import Verdict

NAMES = {"a": "Model A", "b": "Model B"}


def blinded(found: BattleFound) -> BattleFound:
    """The same battle with both names taken out of the judges' words and of the facts."""
    record = found.record
    fight = record.battle
    names = {fight.model_b: NAMES["b"], fight.model_a: NAMES["a"]}
    told = tuple(unnamed(one, names) for one in record.verdicts)
    hidden = replace(fight, model_a=NAMES["a"], model_b=NAMES["b"])
    return replace(found, record=replace(record, battle=hidden, verdicts=told))


def unnamed(one: Verdict, names: dict[str, str]) -> Verdict:
    """A verdict whose words name nobody; longer names first, since one may begin like the other."""
    known = sorted(filter(None, names), key=len, reverse=True)
    if not known:
        return one
    pattern = re.compile("|".join(re.escape(name) for name in known))

    def say(words: str | None) -> str | None:
        return words and pattern.sub(lambda match: names[match[0]], words)

    return replace(one, explanation=say(one.explanation), raw=say(one.raw))
