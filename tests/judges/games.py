"""Games for the tests of judges: two models, a prompt of one or two turns."""

from arena.judges.types import Game
from arena.keys import key
from arena.referee import Match, games
from arena.types import Battle, Prompt, Reference, Response


def match(
    a: str | tuple[str, ...] = "4",
    b: str | tuple[str, ...] = "5",
    asked: str | tuple[str, ...] = "What is 2 + 2?",
    right: str | None = None,
    number: int = 1,
) -> Match:
    """A battle of x against y with two games."""
    turns, one, two = ((text,) if isinstance(text, str) else text for text in (asked, a, b))
    prompt = Prompt(key("p", number, *turns), "s", str(number), turns)
    x, y = Response(key("a", number), prompt.id, "x", one), Response(key("b", number), prompt.id, "y", two)
    reference = Reference(key("r", number), prompt.id, "gold", (right,)) if right else None
    return Match(
        Battle(key("battle", number), "x", "y", prompt.id, x.id, y.id, games=2), prompt, x, y, reference
    )


def both(*args: object, **named: object) -> tuple[Game, ...]:
    """Both games of such a battle."""
    return games(match(*args, **named), "judge", 7)  # type: ignore[arg-type]
