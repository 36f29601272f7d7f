"""What the pocket judge is taught with: pairs of answers, and what the verifier says of them, in both orders.

The judge first names the right answer, then what each side says, then both letter by letter, then scores:
every step is short enough for a quarter of a million parameters. Prompts look as `pairwise_score` writes
them with its prompt `pocket`. Leaves out asking it (`arena.judges.pairwise_score`).
"""

import json
from collections.abc import Callable, Iterator
from random import Random

from arena.pocket.lessons import Talk
from arena.pocket.parts import Part, draw
from arena.pocket.style import STYLES
from arena.pocket.task import Task, Turn
from arena.pocket.verify import Mark, mark

SYSTEM = "compare two answers."
_LETTERS = 14
"""Letters that are compared one by one, at most."""
_FORM = ("no form", "half form", "good form")

Answers = tuple[str, ...]
Pair = tuple[Task, Answers, Answers]


def talks(pairs: Iterator[Pair], seed: int = 0, *, letters: bool = True) -> Iterator[Talk]:
    """Each pair in both orders, with the verifier's reply, which compares letters or does not."""
    rng = Random(f"judge:{seed}")  # noqa: S311 - seeded on purpose
    for task, one, two in pairs:
        for first, second in ((one, two), (two, one)):
            question = asked(task, first, second, f"{rng.getrandbits(32):08x}")
            answer = reply(mark(task, first), mark(task, second), letters=letters)
            yield (("system", SYSTEM, False), ("user", question, False), ("assistant", answer, True))


def asked(task: Task, first: Answers, second: Answers, code: str) -> str:
    """The user's message of a game, as the judge's prompt has it."""
    question = tuple(turn.text for turn in task.turns)
    shown = (("question", question), ("answer-1", first), ("answer-2", second))
    return "\n".join(_around(name, turns, code) for name, turns in shown)


def _around(name: str, turns: Answers, code: str) -> str:
    if len(turns) == 1:
        return f"<{name}-{code}>\n{turns[0]}\n</{name}-{code}>"
    inner = (f"<turn-{at}-{code}>\n{text}\n</turn-{at}-{code}>" for at, text in enumerate(turns, 1))
    return f"<{name}-{code}>\n" + "\n".join(inner) + f"\n</{name}-{code}>"


def reply(first: Mark, second: Mark, *, letters: bool = True) -> str:
    """What the judge is to say."""
    parts = []
    for one, two in zip(first.notes, second.notes, strict=True):
        parts.append(f"right is {one.answer}.")
        for number, note in ((1, one), (2, two)):
            size = "short" if note.brief else "long"
            said = note.said or "nothing"
            if letters and note.said:
                said += f" {_spelled(note.said, note.answer)}"
            parts.append(f"{number} says {said}: {note.word}, {_FORM[note.form]}, {size}.")
    return json.dumps({"explanation": " ".join(parts), "score_1": first.score, "score_2": second.score})


def _spelled(said: str, right: str) -> str:
    """Both letter by letter, each pair with = or / behind it: to compare is to look at two letters."""
    size = min(max(len(said), len(right)), _LETTERS)
    one, two = (text.replace(" ", "_").ljust(size, "_")[:size] for text in (said, right))
    return "".join(f"{a}{b}{'=' if a == b else '/'}" for a, b in zip(one, two, strict=True))


def written(part: Part, count: int, seed: int = 0) -> Iterator[Pair]:
    """Pairs whose answers are made up by rule: right, wrong, in another style, misspelled, rambling."""
    rng = Random(f"written:{part}:{seed}")  # noqa: S311 - seeded on purpose
    for task in draw(part, count, seed):
        yield task, _made(task, rng), _made(task, rng)


def _made(task: Task, rng: Random) -> Answers:
    return tuple(_answer(task, turn, rng) for turn in task.turns)


def _answer(task: Task, turn: Turn, rng: Random) -> str:
    style = turn.style if rng.random() < 0.6 else rng.choice(STYLES)
    text: Callable[[str], str] = lambda answer: style.render(turn.says, answer)  # noqa: E731
    chance = rng.random()
    if chance < 0.5:
        return text(turn.answer)
    if chance < 0.85:
        return text(rng.choice(task.family.items).answer)
    if chance < 0.92:
        return text(_misspelled(turn.answer, rng))
    if chance < 0.97:
        return " ".join((text(rng.choice(task.family.items).answer), text(turn.answer)))
    return " ".join(rng.sample(turn.says.split(), 2))


def _misspelled(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    return rng.choice(
        (word[:at] + word[at + 1 :], word[:at] + rng.choice("AEIORST") + word[at:], word.lower())
    )
