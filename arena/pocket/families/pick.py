"""The first, second or last word of three."""

from random import Random

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

_PLACES = {"FIRST": 0, "SECOND": 1, "LAST": 2}


def _items() -> tuple[Item, ...]:
    rng = Random("pick")  # noqa: S311 - seeded on purpose
    rows = dict.fromkeys(tuple(rng.sample(WORDS, 3)) for _ in range(400))
    return tuple(Item((*row, place), row[at]) for row in rows for place, at in _PLACES.items())


FAMILY = Family(
    name="pick",
    category="form",
    level=3,
    rule=True,
    asks=(
        "which is the {3} word: {0} {1} {2}?",
        "name the {3} word of {0} {1} {2}.",
        "give the {3} one of {0} {1} {2}.",
        "take the {3} word from {0} {1} {2}.",
        "of {0} {1} {2}, what is the {3} word?",
    ),
    says="the {3} word is {answer}.",
    again="and the {3} one of {0} {1} {2}?",
    items=_items(),
)
