"""What kind of thing something is: eight kinds."""

from arena.pocket.types import Family, Item

_KINDS = {
    "ANIMAL": "DOG CAT COW LION TIGER WOLF BEAR",
    "FRUIT": "APPLE PEAR PLUM LEMON GRAPE MELON",
    "COLOUR": "RED BLUE GREEN BROWN PINK WHITE",
    "TOOL": "HAMMER SAW DRILL AXE RAKE SPADE",
    "METAL": "GOLD IRON TIN LEAD ZINC SILVER",
    "VEHICLE": "CAR BUS TRAIN TRUCK VAN SHIP",
    "BODY PART": "HAND NOSE EAR FOOT KNEE NECK",
    "DRINK": "MILK TEA JUICE COFFEE WINE BEER",
}

FAMILY = Family(
    name="kind",
    category="knowledge",
    level=1,
    rule=False,
    asks=(
        "what kind of thing is {0}?",
        "name the kind of {0}.",
        "{0} is of which kind?",
        "of which kind is {0}?",
        "tell me what kind {0} is.",
    ),
    says="the kind of {0} is {answer}.",
    again="and the kind of {0}?",
    items=tuple(Item((word,), kind) for kind, words in _KINDS.items() for word in words.split()),
)
