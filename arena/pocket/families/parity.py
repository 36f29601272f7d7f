"""Whether a number below a thousand is odd or even."""

from arena.pocket.types import Family, Item

FAMILY = Family(
    name="parity",
    category="order",
    level=1,
    rule=True,
    asks=(
        "is {0} odd or even?",
        "say whether {0} is odd or even.",
        "{0}: odd or even?",
        "tell me if {0} is odd or even.",
        "odd or even, what is {0}?",
    ),
    says="the number {0} is {answer}.",
    again="and {0}?",
    items=tuple(
        Item((str(number),), "ODD" if number % 2 else "EVEN", int(number > 99)) for number in range(10, 400)
    ),
)
