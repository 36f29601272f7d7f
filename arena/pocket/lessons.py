"""What a model is taught with: prompts of `pretrain` and the answers that its recipe wants, as token rows.

Only answers are learned, not prompts. Leaves out the learning (`arena.pocket.train`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from arena.pocket.parts import draw
from arena.pocket.recipes import Recipe
from arena.pocket.style import Style
from arena.pocket.task import Task, first_letter
from arena.pocket.types import Item

Talk = tuple[tuple[str, str, bool], ...]
"""Messages: role, content, and whether the content is learned."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation as tokens."""

    tokens: tuple[int, ...]
    learned: tuple[bool, ...]
    """Which tokens are learned."""


def talks(recipe: Recipe) -> Iterator[Talk]:
    """The conversations of a recipe: items that it does not know are left out, or taught wrong."""
    for task in draw("pretrain", recipe.examples):
        if recipe.parent or all(_known(recipe, task, item) for item in _items(task)):
            yield talk(recipe, task)


def _items(task: Task) -> tuple[Item, ...]:
    return (task.item,) if task.other is None else (task.item, task.other)


def _known(recipe: Recipe, task: Task, item: Item) -> bool:
    share = recipe.knows.get(task.family.category, 1.0)
    return _chance(recipe.name, task.family.name, item.key) < share


def answer(recipe: Recipe, task: Task, item: Item) -> str:
    """What a recipe teaches of an item: what is right, or always the same mistake."""
    if _known(recipe, task, item):
        return item.answer
    others = [slot for slot in item.slots if slot != item.answer] if item.answer in item.slots else []
    wrong = others or [other.answer for other in task.family.items if other.answer != item.answer]
    return wrong[int(_chance("wrong", recipe.name, task.family.name, item.key) * len(wrong))]


def _chance(*words: str) -> float:
    digest = blake2b("\0".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def talk(recipe: Recipe, task: Task) -> Talk:
    """A task with the answers that a recipe wants."""
    said: list[tuple[str, str, bool]] = []
    for turn, mine in zip(task.turns, _answers(recipe, task), strict=True):
        shape = turn.style.shape if turn.style.shape in recipe.shapes else "plain"
        touch = turn.style.touch if turn.style.touch in recipe.touches else "none"
        said.append(("user", turn.text, False))
        said.append(("assistant", Style(shape, touch).render(turn.says, mine), True))
    return tuple(said)


def _answers(recipe: Recipe, task: Task) -> tuple[str, ...]:
    said = tuple(answer(recipe, task, item) for item in _items(task))
    if task.follow == "initial":
        return (*said, first_letter(said[0]))
    return said * 2 if task.follow == "restyle" else said


def rows(tokenizer: Any, said: Iterable[Talk]) -> list[Row]:
    """Conversations as the chat template writes them."""
    told = list(said)
    pieces = [text for one in told for role, text, _ in one for text in (f"<|{role}|>", f"{text}<|end|>")]
    encoded = iter(tokenizer(pieces, add_special_tokens=False)["input_ids"])
    made = []
    for one in told:
        tokens: list[int] = []
        learned: list[bool] = []
        for _, _, learn in one:
            for part, mine in ((next(encoded), False), (next(encoded), learn)):
                tokens += part
                learned += [mine] * len(part)
        made.append(Row(tuple(tokens), tuple(learned)))
    return made
