"""A language model that learns by steps of ours: weights, optimizer, gradient steps, a frozen copy beside it.

Sequences are token ids with a mask on the model's own words. Leaves out the losses.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.rl import together
from training.stages import loading
from training.stages.chat import Encoded
from training.stages.types import Training

if TYPE_CHECKING:
    from torch import Tensor


class Policy:
    """The model, its tokenizer and its optimizer, where there is room."""

    def __init__(self, config: Training, start: Path, tokens: Any) -> None:
        import torch

        self.config, self.tokens = config, tokens
        self.device = torch.device("cuda" if loading.accelerated() else "cpu")
        self.model = adapted(loading.model(start, config, tokens), config).to(self.device).eval()
        weights = [p for p in self.model.parameters() if p.requires_grad]
        self.steps = torch.optim.AdamW(weights, lr=config.lr, weight_decay=config.weight_decay)

    def frozen(self, start: Path) -> Any:
        """A model that does not learn, loaded on its own from disk."""
        found = loading.model(start, self.config, self.tokens)
        return found.to(self.device).eval().requires_grad_(False)

    def copy(self, start: Path) -> Any:
        """A model like this one, adapter included, that does not learn by gradients."""
        found = adapted(loading.model(start, self.config, self.tokens), self.config)
        found.load_state_dict(self.model.state_dict())
        return found.to(self.device).eval().requires_grad_(False)

    def learn(self, losses: Iterable["Tensor"], share: float) -> dict[str, float]:
        """One gradient step on the sum of some losses, everyone's, each let go of before the next is made.

        `share` is how much of the learning rate is used.
        """
        import torch

        for options in self.steps.param_groups:
            options["lr"] = self.config.lr * share
        self.steps.zero_grad()
        whole = 0.0
        for loss in losses:
            loss.backward()  # type: ignore[no-untyped-call]
            whole += float(loss.detach())
        together.gradients(self.model.parameters())
        whole = together.sums({"loss": whole})["loss"]
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.steps.step()
        return {"loss": whole, "grad_norm": float(norm), "learning_rate": self.config.lr * share}


def adapted(model: Any, config: Training) -> Any:
    """The model itself, or with a fresh adapter on it where LoRA is asked for."""
    settings = loading.adapter(config)
    if settings is None:
        return model
    from peft import get_peft_model

    return together.alike(get_peft_model(model, settings))


def likely(model: Any, pieces: Sequence[Encoded], pad: int) -> tuple["Tensor", "Tensor"]:
    """(log-probability of the own words, how many they are) of each sequence."""
    import torch

    longest = max(len(piece.ids) for piece in pieces)

    def padded(rows: Iterable[Sequence[int]], fill: int) -> "Tensor":
        return torch.tensor([[*row, *([fill] * (longest - len(row)))] for row in rows], device=model.device)

    ids = padded((piece.ids for piece in pieces), pad)
    seen = padded(([1] * len(piece.ids) for piece in pieces), 0)
    own = padded((piece.mask for piece in pieces), 0)[:, 1:]
    logits = model(input_ids=ids, attention_mask=seen).logits[:, :-1].float()
    words = logits.log_softmax(-1).gather(2, ids[:, 1:, None]).squeeze(2)
    return (words * own).sum(1), own.sum(1)


def paired(
    policy: Any, reference: Any, chosen: Sequence[Encoded], rejected: Sequence[Encoded], pad: int
) -> tuple["Tensor", "Tensor", "Tensor"]:
    """((2, pairs) log-ratios to the reference, (2, pairs) tokens, log-probabilities of the chosen)."""
    import torch

    pieces = [*chosen, *rejected]
    now, counts = likely(policy, pieces, pad)
    with torch.no_grad():
        before, _ = likely(reference, pieces, pad)
    return (now - before).view(2, -1), counts.view(2, -1), now[: len(chosen)]
