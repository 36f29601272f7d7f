"""PPO's arithmetic beside slow loops that say the same, and what must not matter: padding."""

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.rl import advantage

if TYPE_CHECKING:
    from torch import Tensor

SEEDS = st.integers(0, 10_000)


def batch(seed: int, rows: int = 4, tokens: int = 6) -> "tuple[Tensor, Tensor, Tensor]":
    """Rewards, values and a mask of rows of different lengths, in double precision."""
    import torch

    draw = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, tokens + 1, (rows,), generator=draw)
    mask = (torch.arange(tokens)[None] < lengths[:, None]).double()
    rewards, values = torch.randn(2, rows, tokens, generator=draw, dtype=torch.float64)
    return rewards * mask, values, mask


def slow_gae(rewards: list[float], values: list[float], gamma: float, lam: float) -> list[float]:
    """The definition: the sum of all later surprises, each discounted by its distance."""
    n = len(rewards)
    after = [*values[1:], 0.0]
    surprise = [rewards[t] + gamma * after[t] - values[t] for t in range(n)]
    return [sum((gamma * lam) ** (k - t) * surprise[k] for k in range(t, n)) for t in range(n)]


@settings(deadline=None, max_examples=50)
@given(SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_advantages_are_those_of_the_definition(seed: int, gamma: float, lam: float) -> None:
    rewards, values, mask = batch(seed)
    found, returns = advantage.gae(rewards, values, mask, gamma, lam)
    for row in range(4):
        n = int(mask[row].sum())
        wanted = slow_gae(rewards[row, :n].tolist(), values[row, :n].tolist(), gamma, lam)
        assert found[row, :n].tolist() == pytest.approx(wanted, abs=1e-9)
        assert returns[row, :n].tolist() == pytest.approx(
            [a + v for a, v in zip(wanted, values[row, :n].tolist(), strict=True)], abs=1e-9
        )
        assert not found[row, n:].any()
        assert not returns[row, n:].any()


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_padding_changes_nothing(seed: int) -> None:
    import torch

    rewards, values, mask = batch(seed)
    wide = [torch.nn.functional.pad(part, (0, 3), value=fill) for part, fill in
            ((rewards, 0.0), (values, 99.0), (mask, 0.0))]  # fmt: skip
    narrow_result, _ = advantage.gae(rewards, values, mask, 0.9, 0.8)
    wide_result, _ = advantage.gae(wide[0], wide[1], wide[2], 0.9, 0.8)
    assert torch.allclose(wide_result[:, :6], narrow_result)
    assert torch.allclose(
        advantage.whiten(wide_result, wide[2])[:, :6], advantage.whiten(narrow_result, mask)
    )


def test_with_lambda_one_the_return_is_the_discounted_sum_of_rewards() -> None:
    import torch

    rewards, values, mask = batch(3)
    _, returns = advantage.gae(rewards, values, mask, 1.0, 1.0)
    sums = rewards.flip(1).cumsum(1).flip(1) * mask
    assert torch.allclose(returns, sums)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_whitened_values_have_mean_nought_and_variance_one(seed: int) -> None:
    values, _, mask = batch(seed, 5, 8)
    counted = advantage.whiten(values, mask)[mask.bool()]
    if counted.numel() > 1:
        assert float(counted.mean()) == pytest.approx(0, abs=1e-9)
        assert float((counted**2).mean()) == pytest.approx(1, abs=1e-4)
    shifted = advantage.whiten(values, mask, centre=False)[mask.bool()]
    assert float(shifted.mean()) == pytest.approx(float(values[mask.bool()].mean()), abs=1e-9)


def test_the_score_is_paid_on_the_last_token_and_divergence_on_each() -> None:
    import torch

    mask = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    kl = torch.tensor([[0.1, 0.2, 9.0], [0.0, 0.0, 1.0]])
    paid = advantage.rewards(torch.tensor([5.0, -1.0]), kl, mask, 0.5)
    assert torch.allclose(paid, torch.tensor([[-0.05, 4.9, 0.0], [0.0, 0.0, -1.5]]))


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_both_estimators_have_the_divergence_as_their_mean(seed: int) -> None:
    import torch

    draw = torch.Generator().manual_seed(seed)
    policy, reference = torch.randn(2, 5, generator=draw, dtype=torch.float64).log_softmax(-1)
    exact = float((policy.exp() * (policy - reference)).sum())
    for estimator in ("k1", "k3"):
        each = advantage.divergence(policy, reference, estimator)
        assert float((policy.exp() * each).sum()) == pytest.approx(exact, abs=1e-9)
    assert bool((advantage.divergence(policy, reference, "k3") >= 0).all())


def test_at_the_old_policy_the_loss_is_minus_the_mean_advantage_and_nothing_is_clipped() -> None:
    advantages, logps, mask = batch(5)
    loss, clipped = advantage.policy_loss(logps, logps, advantages, mask, 0.2)
    assert float(loss) == pytest.approx(-float(advantage.mean(advantages, mask)))
    assert float(clipped) == 0


@pytest.mark.parametrize("gain", [1.0, -1.0])
def test_beyond_the_clip_a_gain_pulls_no_further(gain: float) -> None:
    import torch

    mask, advantages = torch.ones(1, 1), torch.tensor([[gain]])
    old = torch.zeros(1, 1)
    logps = torch.full((1, 1), math.copysign(1.0, gain), requires_grad=True)
    loss, clipped = advantage.policy_loss(logps, old, advantages, mask, 0.2)
    loss.backward()
    assert logps.grad is not None
    assert float(logps.grad) == 0
    assert float(clipped) == 1


def test_a_value_that_ran_too_far_costs_as_much_as_at_the_clip_at_least() -> None:
    import torch

    mask, old, returns = torch.ones(1, 1), torch.zeros(1, 1), torch.ones(1, 1)
    loss, clipped = advantage.value_loss(torch.full((1, 1), 0.9), old, returns, mask, 0.2)
    assert float(loss) == pytest.approx(0.5 * 0.8**2)
    assert float(clipped) == 1


def test_explained_variance_is_one_for_the_truth_and_nought_for_a_constant() -> None:
    import torch

    returns, _, mask = batch(7, 6, 9)
    assert advantage.explained(returns, returns, mask) == pytest.approx(1)
    assert advantage.explained(torch.full_like(returns, 2.0), returns, mask) == pytest.approx(0, abs=1e-6)


def test_the_coefficient_follows_the_divergence() -> None:
    assert advantage.adapted(0.1, 12.0, 6.0, 1000, 100) == pytest.approx(0.102)
    assert advantage.adapted(0.1, 3.0, 6.0, 1000, 100) == pytest.approx(0.098)
    assert advantage.adapted(0.1, 6.0, 6.0, 1000, 100) == 0.1


def test_scores_are_centred_by_group() -> None:
    import torch

    scores = torch.tensor([1.0, 3.0, 10.0, 10.0])
    assert advantage.group_centred(scores, 2).tolist() == [-1.0, 1.0, 0.0, 0.0]
