"""The last letter of a word."""

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

FAMILY = Family(
    name="last",
    category="letters",
    level=2,
    rule=True,
    asks=(
        "what is the last letter of {0}?",
        "name the last letter of {0}.",
        "with which letter does {0} end?",
        "{0} ends with which letter?",
        "give the letter that {0} ends with.",
    ),
    says="the last letter of {0} is {answer}.",
    again="and the last letter of {0}?",
    items=tuple(Item((word,), word[-1]) for word in WORDS),
)
