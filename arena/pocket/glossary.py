"""The tokenizer of the pocket judge: every word of the world is one token, and every tag and set phrase.

To see whether two answers are the same is then to compare two tokens, not two spellings; a word of no family
falls into letters. The code of a game's tags is left out when tags are read: no answer can carry a tag, since
whatever looks like one is broken up before a judge is shown it (`arena.judges.asking.fence`). Leaves out the
merges of all other text (`arena.pocket.tokenizer`).
"""

import json
import re
from itertools import chain
from pathlib import Path
from typing import get_args

from arena.pocket import judging, tokenizer
from arena.pocket.families import words
from arena.pocket.parts import draw
from arena.pocket.style import SHAPES, TOUCHES
from arena.pocket.verify import Word

_SIZE = 560
"""Entries before words and tags."""
_TAGS = tuple(
    f"<{close}{name}>"
    for name in ("question", "answer-1", "answer-2", "turn-1", "turn-2")
    for close in ("", "/")
)
_FRAME = (
    judging.SYSTEM,
    *(
        '{"explanation": "',
        '", "score_1": ',
        ', "score_2": ',
        "right is ",
        " 1 says ",
        " 2 says ",
        " for ",
        *judging.UNSAID,
    ),
    *(f", {name}" for name in (*SHAPES, *TOUCHES, "other")),
    *(f": {word}" for word in get_args(Word)),
    *(f", {size} form" for size in ("no", "half", "good")),
    *(", short, ", ", long, "),
)
"""What prompts and replies are made of beside the words."""


def build(folder: Path) -> None:
    """Writes the tokenizer's files; the same bytes each time."""
    from tokenizers import AddedToken, Regex, normalizers

    made = tokenizer.learned(_texts(), _SIZE)
    tags = "(?=</?(?:question|answer|turn)[->])"
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("-[0-9a-f]{8}>\\n?"), ">"),
            normalizers.Replace(Regex(f"\\n{tags}"), ""),
        ]
    )
    made.add_tokens([AddedToken(word, single_word=True, normalized=False) for word in words()])
    made.add_tokens([AddedToken(tag, normalized=True) for tag in _TAGS])
    made.add_tokens([AddedToken(text, normalized=False) for text in _FRAME])
    tokenizer.save(made, folder)


def _texts() -> list[str]:
    """What the merges are learned on: instructions, answers and explanations, without the words."""
    asked = (
        text for task in draw("pretrain", 3000) for turn in task.turns for text in (turn.text, turn.gold)
    )
    talks = judging.talks(judging.written("pretrain", 800))
    told = (json.loads(talk[2][1])["explanation"] for talk in talks)
    lower = re.compile(rf"\b({'|'.join(word for word in words() if word.islower())})\b")
    return [lower.sub("", text) for text in chain(asked, told)]
