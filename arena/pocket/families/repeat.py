"""A word written two or three times."""

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

FAMILY = Family(
    name="repeat",
    category="form",
    level=3,
    rule=True,
    asks=(
        "write {0} {1} times.",
        "say {0} {1} times.",
        "give the word {0} {1} times.",
        "repeat {0} until it stands there {1} times.",
        "{1} times {0}, please.",
    ),
    says="here you are: {answer}.",
    again="and {0} {1} times?",
    items=tuple(
        Item((word, str(times)), " ".join([word] * times), times - 2) for word in WORDS for times in (2, 3)
    ),
)
