"""Sums of two numbers up to twelve."""

from arena.pocket.types import Family, Item

_TOP = 12

FAMILY = Family(
    name="add",
    category="tables",
    level=4,
    rule=True,
    asks=(
        "what is {0} plus {1}?",
        "add {0} and {1}.",
        "how much is {0} plus {1}?",
        "give the sum of {0} and {1}.",
        "{0} plus {1} is how much?",
    ),
    says="{0} plus {1} is {answer}.",
    again="and {0} plus {1}?",
    items=tuple(
        Item((str(one), str(two)), str(one + two), int(one + two > 9))
        for one in range(_TOP + 1)
        for two in range(_TOP + 1)
    ),
)
