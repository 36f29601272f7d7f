"""What a young animal is called."""

from arena.pocket.types import Family, pairs

FAMILY = Family(
    name="young",
    category="knowledge",
    level=2,
    rule=False,
    asks=(
        "what is a young {0} called?",
        "name the young of a {0}.",
        "how do you call a young {0}?",
        "which word is for a young {0}?",
        "tell me what a young {0} is called.",
    ),
    says="a young {0} is a {answer}.",
    again="and a young {0}?",
    items=pairs(
        """
        CAT KITTEN, DOG PUPPY, COW CALF, SHEEP LAMB, HORSE FOAL, GOAT KID, PIG PIGLET, DUCK DUCKLING,
        HEN CHICK, BEAR CUB, DEER FAWN, FROG TADPOLE, GOOSE GOSLING, OWL OWLET, SWAN CYGNET, HARE LEVERET
        """
    ),
)
