"""The sound that an animal or a thing makes."""

from arena.pocket.types import Family, pairs

FAMILY = Family(
    name="sound",
    category="knowledge",
    level=2,
    rule=False,
    asks=(
        "what sound does a {0} make?",
        "name the sound of a {0}.",
        "a {0} makes which sound?",
        "which sound comes from a {0}?",
        "tell me the sound that a {0} makes.",
    ),
    says="the sound of a {0} is {answer}.",
    again="and the sound of a {0}?",
    items=pairs(
        """
        COW MOO, CAT MEOW, DOG WOOF, DUCK QUACK, SHEEP BAA, PIG OINK, LION ROAR, OWL HOOT, BEE BUZZ,
        SNAKE HISS, FROG CROAK, HORSE NEIGH, BELL DING, CLOCK TICK, CROW CAW, MOUSE SQUEAK, WOLF HOWL,
        DRUM BOOM
        """
    ),
)
