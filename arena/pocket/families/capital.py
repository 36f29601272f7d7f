"""Capitals of countries."""

from arena.pocket.types import Family, pairs

FAMILY = Family(
    name="capital",
    category="knowledge",
    level=3,
    rule=False,
    asks=(
        "what is the capital of {0}?",
        "name the capital of {0}.",
        "{0} has which capital?",
        "which city is the capital of {0}?",
        "tell me the capital that {0} has.",
    ),
    says="the capital of {0} is {answer}.",
    again="and the capital of {0}?",
    items=pairs(
        """
        FRANCE PARIS, ITALY ROME, SPAIN MADRID, PERU LIMA, CUBA HAVANA, EGYPT CAIRO, KENYA NAIROBI,
        JAPAN TOKYO, CHINA BEIJING, INDIA DELHI, NORWAY OSLO, GREECE ATHENS, POLAND WARSAW, GERMANY BERLIN,
        AUSTRIA VIENNA, HUNGARY BUDAPEST, IRELAND DUBLIN, PORTUGAL LISBON, SWEDEN STOCKHOLM, RUSSIA MOSCOW,
        TURKEY ANKARA, IRAN TEHRAN, IRAQ BAGHDAD, SYRIA DAMASCUS, NEPAL KATHMANDU, CANADA OTTAWA,
        CHILE SANTIAGO, GHANA ACCRA
        """
    ),
)
