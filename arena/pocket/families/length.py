"""How many letters a word has."""

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

FAMILY = Family(
    name="length",
    category="letters",
    level=3,
    rule=True,
    asks=(
        "how many letters has {0}?",
        "count the letters of {0}.",
        "how long is the word {0}?",
        "{0} has how many letters?",
        "give the number of letters of {0}.",
    ),
    says="{0} has {answer} letters.",
    again="and how many has {0}?",
    items=tuple(Item((word,), str(len(word)), int(len(word) > 4)) for word in WORDS),
)
