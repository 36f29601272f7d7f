"""A word put into brackets, stars or dashes."""

from arena.pocket.families.lexicon import WORDS
from arena.pocket.types import Family, Item

_MARKS = {"BRACKETS": "({0})", "STARS": "*{0}*", "DASHES": "-{0}-"}

FAMILY = Family(
    name="bracket",
    category="form",
    level=2,
    rule=True,
    asks=(
        "put {0} in {1}.",
        "write {0} in {1}.",
        "set the word {0} in {1}.",
        "give {0} with {1} around it.",
        "{0} in {1}, please.",
    ),
    says="here you are: {answer}.",
    again="and {0} in {1}?",
    items=tuple(Item((word, mark), shape.format(word)) for word in WORDS for mark, shape in _MARKS.items()),
)
