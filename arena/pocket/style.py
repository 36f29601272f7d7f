"""How an answer is to look: four shapes and four touches, asked for in words and rendered by rule.

A shape says what stands there (a sentence, the bare answer, a label, a bullet), a touch how (politely,
loudly, in quotes). They combine. Leaves out what is asked (`arena.pocket.families`).
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Shape = Literal["plain", "brief", "label", "list"]
Touch = Literal["none", "polite", "loud", "quote"]

SHAPES: tuple[Shape, ...] = get_args(Shape)
TOUCHES: tuple[Touch, ...] = get_args(Touch)

CLAUSES: dict[Shape | Touch, tuple[str, ...]] = {
    "plain": ("",),
    "none": ("",),
    "brief": ("only the answer.", "just the answer.", "no sentence."),
    "label": ("with a label.", "label it.", "as a labelled answer."),
    "list": ("as a list.", "as a bullet.", "make it a list."),
    "polite": ("be polite.", "kindly.", "say gladly."),
    "loud": ("be loud.", "end with !", "with an exclamation mark."),
    "quote": ("in quotes.", "quote the answer.", "use quotation marks."),
}
"""The wordings that ask for a shape or a touch."""

NAMES: dict[Shape | Touch, str] = {
    "plain": "a full sentence",
    "brief": "only the answer",
    "label": "a label",
    "list": "a bullet",
    "none": "no more",
    "polite": "gladly",
    "loud": "an exclamation mark",
    "quote": "quotes",
}
"""What explanations call them."""


_WORD = r"[^\s\",:!.?]*[A-Za-z0-9][^\s\",:!.?]*"
_ANSWER = re.compile(rf"{_WORD}(?: {_WORD}){{0,3}}")
"""One to four words: the longest right answers have three."""


@dataclass(frozen=True, slots=True)
class Style:
    """A shape and a touch."""

    shape: Shape = "plain"
    touch: Touch = "none"

    def render(self, says: str, answer: str) -> str:
        """The answer in this style; `says` is the full sentence with {answer} in it."""
        quoted = f'"{answer}"' if self.touch == "quote" else answer
        text = {
            "plain": says.replace("{answer}", quoted),
            "brief": quoted,
            "label": f"answer: {quoted}",
            "list": f"- {quoted}",
        }[self.shape]
        if self.touch == "loud":
            return text.removesuffix(".") + "!"
        return f"gladly, {text}" if self.touch == "polite" else text

    def given(self, says: str, text: str) -> str | None:
        """The answer that a text in this style gives; None where the text is in another style."""
        before, _, after = self.render(says, "\0").partition("\0")
        inner = text[len(before) : len(text) - len(after)]
        fits = len(text) > len(before) + len(after) and text.startswith(before) and text.endswith(after)
        return inner if fits and _ANSWER.fullmatch(inner) else None

    @property
    def told(self) -> str:
        """What explanations call it."""
        shape, touch = NAMES[self.shape], NAMES[self.touch]
        return shape if self.touch == "none" else f"{shape} with {touch}"


STYLES = tuple(Style(shape, touch) for shape in SHAPES for touch in TOUCHES)
"""All sixteen."""
