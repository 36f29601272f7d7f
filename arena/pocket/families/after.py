"""What comes next: days, months, and numbers below a hundred."""

from itertools import pairwise

from arena.pocket.types import Family, Item

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", "MONDAY")
_TEXT = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER JANUARY"
_MONTHS = _TEXT.split()
_NUMBERS = [str(number) for number in range(1, 60)]
_STEPS = [pair for row in (_DAYS, _MONTHS, _NUMBERS) for pair in pairwise(row)]

FAMILY = Family(
    name="after",
    category="tables",
    level=2,
    rule=False,
    asks=(
        "what comes after {0}?",
        "name what comes after {0}.",
        "what is next after {0}?",
        "give what comes next after {0}.",
        "tell me what is after {0}.",
    ),
    says="after {0} comes {answer}.",
    again="and after {0}?",
    items=tuple(Item((one,), two) for one, two in _STEPS),
)
