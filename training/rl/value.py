"""The value model: a backbone and one number per token, started from a reward model or from the policy.

Leaves out how it is trained (`training.stages.ppo`).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.nn import Module


def critic(start: Path | str, *, head: bool, dtype: str) -> "Module":
    """A module from (ids, attention, positions) to one value per token.

    With `head` the start is a sequence classifier and its head is taken over; else the head and every
    value begin at zero.
    """
    import torch
    from torch import nn

    class Critic(nn.Module):
        """A backbone without its language head, and a linear head."""

        def __init__(self, backbone: Any, out: Any) -> None:
            super().__init__()
            self.backbone, self.out = backbone, out

        def forward(self, ids: Any, attention: Any, positions: Any) -> Any:
            hidden = self.backbone(input_ids=ids, attention_mask=attention, position_ids=positions)
            return self.out(hidden.last_hidden_state).squeeze(-1).float()

    backbone, out = _parts(start, head, getattr(torch, dtype))
    return Critic(backbone, out).eval()


def constant() -> "Module":
    """A module of the same kind that gives every token the same value: one number, zero at first."""
    import torch
    from torch import nn

    class Constant(nn.Module):
        """One number."""

        def __init__(self) -> None:
            super().__init__()
            self.value = nn.Parameter(torch.zeros(()))

        def forward(self, ids: Any, attention: Any, positions: Any) -> Any:  # noqa: ARG002 - as a critic is asked
            return self.value.expand(ids.shape)

    return Constant().eval()


def _parts(start: Path | str, head: bool, dtype: Any) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModel, AutoModelForSequenceClassification

    if head:
        model = AutoModelForSequenceClassification.from_pretrained(start, num_labels=1, dtype=dtype)
        if isinstance(out := getattr(model, "score", None), torch.nn.Linear):
            return model.base_model, out
    backbone = AutoModel.from_pretrained(start, dtype=dtype)
    fresh = torch.nn.Linear(backbone.config.hidden_size, 1, bias=False, dtype=dtype)
    torch.nn.init.zeros_(fresh.weight)
    return backbone, fresh
