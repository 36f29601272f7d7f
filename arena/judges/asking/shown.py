"""What of a game goes into a prompt, and what candidates wrote, against which the reply is read.

Leaves out the prompt's words and the reply.
"""

from arena.judges.asking.fence import Fence, fence, plain
from arena.judges.types import Game

SLOTS = frozenset({"code", "question", "answer_1", "answer_2", "reference"})
"""Placeholders that a prompt for games may have."""


def game(asked: Game, reference: bool = False) -> tuple[dict[str, str], tuple[str, ...]]:
    """(values of the placeholders, texts of others): the answers in the order in which they are shown."""
    first, second = asked.shown
    texts = [*asked.prompt.turns, *first.turns, *second.turns]
    author = asked.reference.turns if reference and asked.reference else ()
    tags: Fence = fence(asked.seed, [*texts, *author])
    values = {
        "code": tags.code,
        "question": tags.turns("question", asked.prompt.turns),
        "answer_1": tags.turns("answer-1", first.turns),
        "answer_2": tags.turns("answer-2", second.turns),
        "reference": tags.turns("reference", author) if author else "",
    }
    return values, material(texts)


def material(texts: list[str]) -> tuple[str, ...]:
    """Texts as they were written and, where that differs, as they were shown."""
    return tuple(dict.fromkeys([*texts, *map(plain, texts)]))
