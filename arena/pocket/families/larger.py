"""The larger of two numbers below a hundred."""

from arena.pocket.types import Family, Item

FAMILY = Family(
    name="larger",
    category="order",
    level=2,
    rule=True,
    asks=(
        "which is larger, {0} or {1}?",
        "name the larger of {0} and {1}.",
        "{0} or {1}: which is larger?",
        "give the larger one of {0} and {1}.",
        "of {0} and {1}, which is larger?",
    ),
    says="the larger one is {answer}.",
    again="and of {0} and {1}?",
    items=tuple(
        Item((str(one), str(two)), str(max(one, two)), int(one // 10 == two // 10))
        for one in range(10, 100)
        for two in range(10, 100)
        if one != two
    ),
)
