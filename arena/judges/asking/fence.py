"""What a judge is shown of prompts and answers: between tags with a code that nobody could know in advance.

The code of a game comes from its seed. Whatever looks like our tags, like a verdict in double brackets, or
like a control token of some chat format is broken up by a blank wherever a prompt or an answer has it.
Leaves out the words around (`prompts/*.txt`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena.keys import key

TAGS = ("question", "answer", "reference", "turn")
"""Names of our tags; numbers and the code follow."""

_ALIKE = re.compile(
    rf"<(?=\s*/?\s*(?:{'|'.join(TAGS)})\b)"  # our tags
    r"|<(?=\|)|<(?=/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn)>)|<(?=</?SYS>)"  # chat formats
    r"|\[(?=/?INST\])"
    r"|\[(?=\[\s*(?:[ABC]|[AB]\s*[<>=]{1,2}\s*[AB]|-?\d+(?:\.\d+)?)\s*\]\])",  # verdicts
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The text without anything that looks like a tag of ours, a verdict or a control token."""
    return _ALIKE.sub(lambda match: f"{match[0]} ", text)


@dataclass(frozen=True, slots=True)
class Fence:
    """The tags of one game."""

    code: str

    def around(self, name: str, text: str) -> str:
        """A text between two tags."""
        return f"<{name}-{self.code}>\n{text}\n</{name}-{self.code}>"

    def turns(self, name: str, turns: Sequence[str]) -> str:
        """Turns between two tags; several turns each between tags of their own."""
        told = [plain(turn) for turn in turns]
        if len(told) == 1:
            return self.around(name, told[0])
        return self.around(name, "\n".join(self.around(f"turn-{n}", turn) for n, turn in enumerate(told, 1)))


def fence(seed: int, texts: Sequence[str]) -> Fence:
    """The fence of a game: a code from its seed that stands in none of the texts."""
    return Fence(next(code for code in _codes(seed) if not any(code in text.lower() for text in texts)))


def _codes(seed: int) -> Iterator[str]:
    number = 0
    while True:
        yield key("fence", seed, number).replace("-", "")[:8]
        number += 1
