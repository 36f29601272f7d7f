"""Continuous attacks: the embeddings of a prompt are shifted a little, towards the answer that lost.

A pair is then told apart although its prompt pulls the wrong way, which makes the preference robust: the
inner step of adversarial preference training, "Efficient Adversarial Training in LLMs with Continuous
Attacks" (arXiv 2405.15589; with the ipo loss it is its C-AdvIPO). Leaves out the loss
(`training.rl.preference`).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

_OVERSHOOT = 2.0
"""Lengths of all steps together, in radii: enough to go from the middle to the rim and along it."""


def asked(own: "Tensor") -> "Tensor":
    """(rows, length) mask of what stands before the first own token of a model, from that of its own."""
    return own.cumsum(1) == 0


def shifted(
    model: Any, ids: "Tensor", attention: "Tensor", own: "Tensor", *, radius: float, steps: int
) -> "Tensor":
    """Embeddings (2 pairs, length, width) of chosen and rejected rows with the prompts of both shifted alike.

    Each prompt token is moved by at most `radius` times the mean length of the batch's embeddings, in `steps`
    normalised gradient steps that raise the likelihood of the rejected answer. Nothing flows back through
    the shift; the weights' gradients are left as they were.
    """
    import torch

    words = model.get_input_embeddings()(ids)
    still = words.detach()
    prompt = asked(own) & attention.bool()
    lost = slice(len(ids) // 2, None)
    reach = radius * still[attention.bool()].norm(dim=-1).mean()
    free = prompt[lost].unsqueeze(-1).to(still.dtype)
    moved = torch.zeros_like(still[lost])
    labels = ids[lost].masked_fill(own[lost] == 0, -100)
    with torch.enable_grad():
        for _ in range(steps):
            moved.requires_grad_(True)
            likely = _likelihood(model, still[lost] + moved * free, attention[lost], labels)
            (slope,) = torch.autograd.grad(likely, moved)
            step = slope / slope.norm(dim=-1, keepdim=True).clamp(min=1e-12)
            moved = _within((moved + _OVERSHOOT * reach / steps * step).detach(), reach) * free
    both = prompt[: len(moved)] & prompt[lost]  # a pair's prompts are the same tokens at the same places
    attacked: Tensor = words + torch.cat([moved * both.unsqueeze(-1), moved])
    return attacked


def _within(moved: "Tensor", reach: "Tensor") -> "Tensor":
    """Each token's shift, no longer than the reach."""
    most = (reach / moved.norm(dim=-1, keepdim=True).clamp(min=1e-12)).clamp(max=1.0)
    near: Tensor = moved * most
    return near


def _likelihood(model: Any, words: "Tensor", attention: "Tensor", labels: "Tensor") -> "Tensor":
    """Summed log-probability of the answers' tokens."""
    from torch.nn.functional import cross_entropy

    logits = model(inputs_embeds=words, attention_mask=attention, use_cache=False).logits[:, :-1].float()
    wrong: Tensor = cross_entropy(logits.flatten(0, 1), labels[:, 1:].flatten(), reduction="sum")
    return -wrong
