"""How likely a model finds what was said: its mean loss per token on the model's own turns of conversations.

Leaves out learning from it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from arena.backends.types import Message
from training.rl import policy
from training.stages import chat, loading
from training.stages.types import Training


class Reader:
    """A language model that only reads."""

    def __init__(
        self,
        folder: Path,
        template: str = "",
        longest: int = 4096,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        loading.quiet()
        self.tokens = loading.tokenizer(folder, template)
        self.longest, self.check = longest, check
        self.model = loading.model(folder, Training(), self.tokens).eval()
        if loading.accelerated():
            self.model.to("cuda")

    def losses(self, talks: Sequence[Sequence[Message]], at_once: int = 32) -> list[float | None]:
        """Mean loss per own token of each conversation; None where none fits into the length."""
        import torch

        pieces = [list(chat.encode(self.tokens, talk, self.longest)) for talk in talks]
        flat = [(at, piece) for at, each in enumerate(pieces) for piece in each]
        flat.sort(key=lambda entry: (len(entry[1].ids), entry[0]))
        sums, counts = [0.0] * len(talks), [0.0] * len(talks)
        for start in range(0, len(flat), at_once):
            self.check()
            part = flat[start : start + at_once]
            with torch.no_grad():
                said, words = policy.likely(
                    self.model, [piece for _, piece in part], self.tokens.pad_token_id
                )
            for (at, _), log, count in zip(part, said.tolist(), words.tolist(), strict=True):
                sums[at] -= log
                counts[at] += count
        return [lost / count if count else None for lost, count in zip(sums, counts, strict=True)]
