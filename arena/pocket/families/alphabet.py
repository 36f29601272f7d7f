"""Which of two letters comes first in the alphabet."""

from string import ascii_uppercase

from arena.pocket.types import Family, Item

FAMILY = Family(
    name="alphabet",
    category="order",
    level=2,
    rule=True,
    asks=(
        "which letter comes first, {0} or {1}?",
        "name the earlier letter of {0} and {1}.",
        "{0} or {1}: which letter comes first?",
        "give the earlier one of the letters {0} and {1}.",
        "of the letters {0} and {1}, which comes first?",
    ),
    says="the earlier letter is {answer}.",
    again="and of {0} and {1}?",
    items=tuple(
        Item((one, two), min(one, two)) for one in ascii_uppercase for two in ascii_uppercase if one != two
    ),
)
