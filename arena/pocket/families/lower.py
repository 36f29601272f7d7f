"""A word in lower case."""

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

FAMILY = Family(
    name="lower",
    category="letters",
    level=4,
    rule=True,
    asks=(
        "write {0} in lower case.",
        "what is {0} in lower case?",
        "put {0} in lower case.",
        "give {0} in small letters.",
        "make {0} lower case.",
    ),
    says="{0} in lower case is {answer}.",
    again="and {0}?",
    items=tuple(Item((word,), word.lower(), int(len(word) > 4)) for word in WORDS),
)
