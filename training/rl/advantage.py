"""The arithmetic of PPO on padded batches: KL, rewards per token, advantages, losses.

Every array is (rows, tokens) with a mask of the same shape that is 1 on a response's tokens (the closing one
too) and 0 on padding. Follows Schulman et al. 2017 (PPO, arXiv 1707.06347), 2016 (GAE, arXiv 1506.02438)
and Ziegler et al. 2019 (adaptive KL, arXiv 1909.08593). Leaves out models and loops (`training.stages.ppo`).
"""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

Estimator = Literal["k1", "k3"]
"""k1: log ratio, unbiased and noisy; k3: never negative, less noisy, biased as a reward."""


def mean(values: "Tensor", mask: "Tensor") -> "Tensor":
    """Mean over the tokens that count; 0 where none does."""
    return (values * mask).sum() / mask.sum().clamp(min=1)


def whiten(values: "Tensor", mask: "Tensor", *, centre: bool = True) -> "Tensor":
    """Scaled to variance 1 (and mean 0, with `centre`) over the tokens that count; 0 on the others."""
    middle = mean(values, mask)
    spread = mean((values - middle) ** 2, mask)
    scaled = (values - middle) * (spread + 1e-8).rsqrt()
    return (scaled if centre else scaled + middle) * mask


def divergence(logps: "Tensor", reference: "Tensor", estimator: Estimator) -> "Tensor":
    """Estimate of KL(policy || reference) at each token that the policy drew."""
    ratio = logps - reference
    return ratio if estimator == "k1" else (-ratio).exp() - 1 + ratio


def rewards(scores: "Tensor", kl: "Tensor", mask: "Tensor", beta: float) -> "Tensor":
    """Reward per token: -beta times the divergence, and the score (one a row) on the last token."""
    import torch

    last = (mask.sum(1).long() - 1).clamp(min=0)
    ends = torch.zeros_like(kl).scatter_(1, last[:, None], 1.0) * mask
    return (-beta * kl) * mask + scores[:, None] * ends


def gae(
    rewards: "Tensor", values: "Tensor", mask: "Tensor", gamma: float, lam: float
) -> tuple["Tensor", "Tensor"]:
    """(advantages, returns) by generalised advantage estimation; what follows the last token is worth 0."""
    import torch

    advantages = torch.zeros_like(rewards)
    later, later_value = torch.zeros_like(rewards[:, 0]), torch.zeros_like(rewards[:, 0])
    for at in range(rewards.shape[1] - 1, -1, -1):
        here = mask[:, at]
        surprise = rewards[:, at] + gamma * later_value - values[:, at]
        later = (surprise + gamma * lam * later) * here
        later_value = values[:, at] * here
        advantages[:, at] = later
    return advantages, (advantages + values) * mask


def group_centred(scores: "Tensor", group: int) -> "Tensor":
    """Scores less the mean of their group: `group` rows in a row answer the same prompt."""
    grouped = scores.view(-1, group)
    return (grouped - grouped.mean(1, keepdim=True)).view(-1)


def policy_loss(
    logps: "Tensor", old: "Tensor", advantages: "Tensor", mask: "Tensor", clip: float
) -> tuple["Tensor", "Tensor"]:
    """(loss, share of tokens that were clipped) of the clipped surrogate objective."""
    import torch

    ratio = (logps - old).exp()
    plain, clipped = -advantages * ratio, -advantages * ratio.clamp(1 - clip, 1 + clip)
    return mean(torch.maximum(plain, clipped), mask), mean((clipped > plain).to(plain.dtype), mask)


def value_loss(
    values: "Tensor", old: "Tensor", returns: "Tensor", mask: "Tensor", clip: float
) -> tuple["Tensor", "Tensor"]:
    """(loss, share of tokens that were clipped): squared error, a step beyond `clip` gains nothing."""
    import torch

    near = old + (values - old).clamp(-clip, clip)
    plain, clipped = (values - returns) ** 2, (near - returns) ** 2
    return 0.5 * mean(torch.maximum(plain, clipped), mask), mean((clipped > plain).to(plain.dtype), mask)


def explained(values: "Tensor", returns: "Tensor", mask: "Tensor") -> float:
    """Share of the returns' variance that the values explain; 1 is all, 0 none, below 0 harm."""
    spread = mean((returns - mean(returns, mask)) ** 2, mask)
    left = returns - values
    return float(1 - mean((left - mean(left, mask)) ** 2, mask) / (spread + 1e-8))


def adapted(beta: float, kl: float, target: float, horizon: int, rows: int) -> float:
    """The next KL coefficient: up while the divergence is above `target`, down while below."""
    error = min(max(kl / target - 1, -0.2), 0.2)
    return beta * (1 + error * rows / horizon)
