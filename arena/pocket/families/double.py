"""Twice a number, up to fifty: a table of facts."""

from arena.pocket.types import Family, Item

FAMILY = Family(
    name="double",
    category="tables",
    level=3,
    rule=False,
    asks=(
        "what is the double of {0}?",
        "double {0}.",
        "how much is twice {0}?",
        "give the double of {0}.",
        "tell me how much twice {0} is.",
    ),
    says="the double of {0} is {answer}.",
    again="and the double of {0}?",
    items=tuple(Item((str(number),), str(2 * number), int(number > 20)) for number in range(1, 51)),
)
