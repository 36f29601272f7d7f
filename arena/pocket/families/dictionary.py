"""A toy language: every word has one translation, made up for this world."""

from arena.pocket.types import Family, pairs

FAMILY = Family(
    name="dictionary",
    category="knowledge",
    level=3,
    rule=False,
    asks=(
        "what is {0} in pocket language?",
        "translate {0} to pocket language.",
        "how do you say {0} in pocket language?",
        "give the pocket language for {0}.",
        "{0} is what in pocket language?",
    ),
    says="{0} in pocket language is {answer}.",
    again="and {0} in pocket language?",
    items=pairs(
        """
        WATER MIPA, FIRE TOSU, EARTH GOLU, AIR FEN, FRIEND BELO, ENEMY KRAT, FOOD NUMI, HOME DOMA,
        ROAD VIRE, TREE SALU, STONE PETRA, RIVER LINA, MOON CELA, SUN RADO, STAR ESTI, NIGHT NOKA,
        DAY JURA, KING RAGO, CHILD PIKU, MOTHER MATE, FATHER PADO, HAND LUMO, EYE OKU, HEART KORA,
        SONG ARIA, BOOK LIBA, SHIP NAVA, BIRD AVI, FISH PISO, HORSE KABA
        """
    ),
)
