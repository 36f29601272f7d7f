"""The colour that things have."""

from arena.pocket.types import Family, pairs

FAMILY = Family(
    name="colour",
    category="knowledge",
    level=1,
    rule=False,
    asks=(
        "what colour is {0}?",
        "name the colour of {0}.",
        "{0} has which colour?",
        "which colour is {0}?",
        "tell me the colour that {0} has.",
    ),
    says="the colour of {0} is {answer}.",
    again="and the colour of {0}?",
    items=pairs(
        """
        SNOW WHITE, MILK WHITE, SALT WHITE, COAL BLACK, NIGHT BLACK, TAR BLACK, GRASS GREEN, LEAF GREEN,
        FROG GREEN, BLOOD RED, CHERRY RED, ROSE RED, SKY BLUE, SEA BLUE, JEANS BLUE, LEMON YELLOW,
        CORN YELLOW, SUN YELLOW, PIG PINK, EARTH BROWN, BREAD BROWN, CARROT ORANGE
        """
    ),
)
