"""What of a game or a paper goes into a prompt, and what others wrote, against which the reply is read.

Leaves out the prompt's words and the reply.
"""

from arena.judges.asking.fence import fence, plain
from arena.judges.types import Game, Paper

Values = dict[str, str]
"""What stands for each placeholder."""


def game(asked: Game) -> tuple[Values, tuple[str, ...]]:
    """(values of the placeholders, texts of others): the answers in the order in which they are shown."""
    first, second = asked.shown
    texts = [*asked.prompt.turns, *first.turns, *second.turns]
    right = asked.reference.turns if asked.reference else ()
    tags = fence(asked.seed, [*texts, *right])
    values = {
        "code": tags.code,
        "question": tags.turns("question", asked.prompt.turns),
        "answer_1": tags.turns("answer-1", first.turns),
        "answer_2": tags.turns("answer-2", second.turns),
        "reference": tags.turns("reference", right) if right else "",
    }
    return values, material(texts)


def paper(asked: Paper) -> tuple[Values, tuple[str, ...]]:
    """The same of one answer, up to and including the turn that is graded."""
    turns, answers = asked.prompt.turns[: asked.turn], asked.response.turns[: asked.turn]
    right = asked.reference.turns[: asked.turn] if asked.reference else ()
    tags = fence(asked.seed, [*turns, *answers, *right])
    values = {
        "code": tags.code,
        "turn": str(asked.turn),
        "question": tags.turns("question", turns),
        "answer": tags.turns("answer", answers),
        "reference": tags.turns("reference", right) if right else "",
    }
    return values, material([*turns, *answers])


def material(texts: list[str]) -> tuple[str, ...]:
    """Texts as they were written and, where that differs, as they were shown."""
    return tuple(dict.fromkeys([*texts, *map(plain, texts)]))
