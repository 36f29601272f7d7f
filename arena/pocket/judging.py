"""What the pocket judge is taught with: pairs of answers, and what the verifier says of them, in both orders.

The judge first names the right answer and the style asked for, then what each side says beside what is right
and what that comes to, its style, and its points; then the scores. Where letters are asked for, it spells the
word first. What is compared stands side by side: every step is short enough for under a million parameters.
Prompts look as `pairwise_score` writes them with its prompt `pocket`. Leaves out asking it
(`arena.judges.pairwise_score`).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from random import Random
from typing import Any

from arena.pocket.families import every, words
from arena.pocket.lessons import Row, Talk
from arena.pocket.parts import Part, draw
from arena.pocket.style import STYLES, Style
from arena.pocket.task import Task, Turn
from arena.pocket.verify import Mark, Note, mark

SYSTEM = "compare two answers."
_SPELLED = frozenset({"first", "last", "length"})
"""Families whose answer is read off the spelled word."""
UNSAID = ("nothing", "no word")
"""What the judge writes for an answer that says nothing, and for one with a word of no family."""
_FORM = ("no form", "half form", "good form")

Answers = tuple[str, ...]
Pair = tuple[Task, Answers, Answers]


def talks(pairs: Iterable[Pair], seed: int = 0) -> Iterator[Talk]:
    """Each pair in both orders, with the verifier's reply."""
    rng = Random(f"judge:{seed}")  # noqa: S311 - seeded on purpose
    for task, one, two in pairs:
        marked = [(answers, mark(task, answers)) for answers in (one, two)]
        for (first, good), (second, other) in (marked, marked[::-1]):
            question = asked(task, first, second, f"{rng.getrandbits(32):08x}")
            answer = reply(task, good, other)
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


def reply(task: Task, first: Mark, second: Mark) -> str:
    """What the judge is to say."""
    said = []
    for turn, notes in enumerate(zip(first.notes, second.notes, strict=True)):
        if word := _spelled(task, turn):
            said.append(f"{word} is spelled {' '.join(word.replace(' ', ''))}.")
        right = notes[0].answer
        said.append(f"right is {right}, {_look(notes[0].asked)}.")
        said += [f"{number} says {_told(note)}." for number, note in enumerate(notes, 1)]
    return json.dumps({"explanation": " ".join(said), "score_1": first.score, "score_2": second.score})


def _spelled(task: Task, turn: int) -> str:
    """The word whose letters are asked for; empty where none are."""
    if turn == 1 and task.follow == "initial":
        return task.item.answer
    item = task.other if turn == 1 and task.other else task.item
    return item.slots[0] if task.family.name in _SPELLED else ""


def _told(note: Note) -> str:
    size = "short" if note.brief else "long"
    says = f"{_said(note)} for {note.answer}: {note.word}"
    return f"{says}, {_look(note.got)}, {_FORM[note.form]}, {size}, {note.score}"


def _said(note: Note) -> str:
    if not note.said:
        return UNSAID[0]
    known = all(word in _known() for word in re.findall("[A-Za-z]{2,}", note.said))
    return note.said if known else UNSAID[1]


@cache
def _known() -> frozenset[str]:
    return frozenset(words())


def _look(style: Style | None) -> str:
    return f"{style.shape}, {style.touch}" if style else "other, other"


def drills(tokenizer: Any, count: int, seed: int = 0) -> Iterator[Row]:
    """Two answers side by side, twelve times a row: only whether they are the same is learned."""
    rng = Random(f"drills:{seed}")  # noqa: S311 - seeded on purpose
    learned = set(tokenizer.convert_tokens_to_ids([": right", ": wrong"]))
    texts = ["<|assistant|>" + "".join(_compared(rng) for _ in range(12)) for _ in range(count)]
    for tokens in tokenizer(texts, add_special_tokens=False)["input_ids"] if texts else ():
        yield Row(tuple(tokens), tuple(token in learned for token in tokens))


def _compared(rng: Random) -> str:
    family = rng.choice(every())
    right = rng.choice(family.items).answer
    said = right if rng.random() < 0.5 else rng.choice(rng.choice((family, rng.choice(every()))).items).answer
    word = "right" if said == right else "wrong"
    return f" {rng.choice((1, 2))} says {said} for {right}: {word}."


def written(part: Part, count: int, seed: int = 0, *, strangers: bool = True) -> Iterator[Pair]:
    """Pairs whose answers are made up by rule: right, wrong, in another style, misspelled, rambling.

    `strangers`: some wrong answers are those of other families.
    """
    rng = Random(f"written:{part}:{seed}")  # noqa: S311 - seeded on purpose
    for task in draw(part, count, seed):
        yield task, _made(task, rng, strangers=strangers), _made(task, rng, strangers=strangers)


def _made(task: Task, rng: Random, *, strangers: bool) -> Answers:
    return tuple(_answer(task, turn, rng, strangers=strangers) for turn in task.turns)


def _answer(task: Task, turn: Turn, rng: Random, *, strangers: bool) -> str:
    style = turn.style if rng.random() < 0.6 else rng.choice(STYLES)
    text: Callable[[str], str] = lambda answer: style.render(turn.says, answer)  # noqa: E731
    chance = rng.random()
    if chance < 0.5:
        return text(turn.answer)
    if chance < 0.85:
        family = rng.choice(every()) if strangers and chance >= 0.75 else task.family
        return text(rng.choice(family.items).answer)
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
