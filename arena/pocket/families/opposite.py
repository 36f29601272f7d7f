"""Words that mean the opposite."""

from arena.pocket.types import Family, pairs

FAMILY = Family(
    name="opposite",
    category="knowledge",
    level=2,
    rule=False,
    asks=(
        "what is the opposite of {0}?",
        "name the opposite of {0}.",
        "{0} has which opposite?",
        "which word means the opposite of {0}?",
        "tell me the opposite that {0} has.",
    ),
    says="the opposite of {0} is {answer}.",
    again="and the opposite of {0}?",
    items=pairs(
        """
        HOT COLD, COLD HOT, BIG SMALL, SMALL BIG, UP DOWN, DOWN UP, OPEN SHUT, SHUT OPEN, FAST SLOW,
        SLOW FAST, DAY NIGHT, NIGHT DAY, WET DRY, DRY WET, RICH POOR, POOR RICH, HARD SOFT, SOFT HARD,
        EARLY LATE, LATE EARLY, FULL EMPTY, EMPTY FULL, LEFT RIGHT, RIGHT LEFT, OLD NEW, NEW OLD,
        LOUD QUIET, QUIET LOUD, TRUE FALSE, FALSE TRUE, WIN LOSE, LOSE WIN
        """
    ),
)
