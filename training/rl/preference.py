"""What is made of a margin between a preferred and another answer: the losses of DPO and its kin.

Leaves out where margins come from (`training.stages`).
"""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

Loss = Literal["sigmoid", "ipo", "hinge", "robust"]


def losses(rule: Loss, margin: "Tensor", lengths: "Tensor", *, beta: float, flipped: float = 0.1) -> "Tensor":
    """The loss of each pair from the margin log(pi/ref)(chosen) - log(pi/ref)(rejected).

    `margin` is (2, pairs): log-ratios of chosen and rejected; `lengths` their tokens, which ipo divides by.
    `flipped` is the share of labels that robust takes for wrong.
    """
    from torch.nn.functional import logsigmoid

    chosen, rejected = margin
    delta = chosen - rejected
    if rule == "hinge":
        slack: Tensor = (1 - beta * delta).relu()
        return slack
    if rule == "ipo":
        chosen_tokens, rejected_tokens = lengths.clamp(min=1)
        each = chosen / chosen_tokens - rejected / rejected_tokens
        squared: Tensor = (each - 1 / (2 * beta)) ** 2
        return squared
    right, wrong = -logsigmoid(beta * delta), -logsigmoid(-beta * delta)
    if rule == "robust":
        return ((1 - flipped) * right - flipped * wrong) / (1 - 2 * flipped)
    return right


def told(margin: "Tensor", beta: float) -> dict[str, float]:
    """The figures of some pairs, by the names that they have in every preference stage."""
    chosen, rejected = beta * margin
    return {
        "rewards/chosen": float(chosen.mean()),
        "rewards/rejected": float(rejected.mean()),
        "rewards/margin": float((chosen - rejected).mean()),
        "rewards/accuracy": float((chosen > rejected).float().mean()),
        "drift": float(margin.abs().mean()),
    }
