"""The first letter of a word."""

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

FAMILY = Family(
    name="first",
    category="letters",
    level=1,
    rule=True,
    asks=(
        "what is the first letter of {0}?",
        "name the first letter of {0}.",
        "with which letter does {0} begin?",
        "{0} begins with which letter?",
        "give the letter that {0} begins with.",
    ),
    says="the first letter of {0} is {answer}.",
    again="and the first letter of {0}?",
    items=tuple(Item((word,), word[0]) for word in WORDS),
)
