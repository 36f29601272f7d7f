"""How likely a model finds what was said: its mean loss per token on the model's own turns of conversations.

Leaves out learning from it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from arena.backends.types import Message
from training.stages import chat, loading
from training.stages.types import Training


class Reader:
    """A language model that only reads."""

    def __init__(self, folder: Path, template: str = "", longest: int = 4096) -> None:
        loading.quiet()
        self.tokens = loading.tokenizer(folder, template)
        self.longest = longest
        self.model = loading.model(folder, Training(), self.tokens).eval()
        if loading.accelerated():
            self.model.to("cuda")

    def losses(self, talks: Sequence[Sequence[Message]], at_once: int = 32) -> list[float | None]:
        """Mean loss per own token of each conversation; None where none fits into the length."""
        pieces = [list(chat.encode(self.tokens, talk, self.longest)) for talk in talks]
        flat = [(at, piece) for at, each in enumerate(pieces) for piece in each]
        flat.sort(key=lambda entry: (len(entry[1].ids), entry[0]))
        sums, counts = [0.0] * len(talks), [0.0] * len(talks)
        for start in range(0, len(flat), at_once):
            part = flat[start : start + at_once]
            for (at, piece), lost in zip(part, self._lost([piece for _, piece in part]), strict=True):
                sums[at] += lost
                counts[at] += sum(piece.mask[1:])
        return [lost / count if count else None for lost, count in zip(sums, counts, strict=True)]

    def _lost(self, pieces: Sequence[chat.Encoded]) -> list[float]:
        """Summed loss of each sequence over its own tokens."""
        import torch

        longest = max(len(piece.ids) for piece in pieces)
        ids, seen, own = (
            torch.tensor(rows, device=self.model.device)
            for rows in (
                [_padded(piece.ids, longest, self.tokens.pad_token_id) for piece in pieces],
                [_padded([1] * len(piece.ids), longest, 0) for piece in pieces],
                [_padded(piece.mask, longest, 0) for piece in pieces],
            )
        )
        with torch.no_grad():
            logits: Any = self.model(input_ids=ids, attention_mask=seen).logits[:, :-1].float()
        words = logits.log_softmax(-1).gather(2, ids[:, 1:, None]).squeeze(2)
        found: list[float] = (-(words * own[:, 1:]).sum(1)).tolist()
        return found


def _padded(row: list[int], length: int, fill: int) -> list[int]:
    return [*row, *([fill] * (length - len(row)))]
