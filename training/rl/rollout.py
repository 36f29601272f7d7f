"""Answers that the policy draws while it learns, and what models make of them token by token.

A batch is prompts padded on the left, answers padded on the right. Everything random hangs on the seed that
is given, so that a resumed run draws the same answers. Leaves out what answers are worth
(`training.rewards`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Rollout:
    """Some prompts with an answer each. Shapes: (rows, width + tokens), and (rows, tokens) for `mask`."""

    ids: "Tensor"
    attention: "Tensor"
    """1 on prompt and answer, 0 on padding."""
    mask: "Tensor"
    """1 on the answer's tokens, the closing one included."""
    width: int
    """Columns of the prompts."""
    texts: tuple[str, ...]
    """The answers."""
    ended: "Tensor"
    """Whether the policy ended each answer itself."""

    @property
    def lengths(self) -> "Tensor":
        """Tokens of each answer."""
        return self.mask.sum(1)

    def part(self, rows: "Tensor") -> "Rollout":
        """Some of the rows."""
        texts = tuple(self.texts[at] for at in rows.tolist())
        return Rollout(
            self.ids[rows], self.attention[rows], self.mask[rows], self.width, texts, self.ended[rows]
        )


def draw(
    policy: Any,
    tokenizer: Any,
    prompts: Sequence[Sequence[int]],
    stops: set[int],
    *,
    max_tokens: int,
    temperature: float,
    seed: int,
) -> Rollout:
    """One sampled answer to each prompt (token ids)."""
    import torch

    ids, attention = _left(prompts, _padding(tokenizer), policy.device)
    with torch.random.fork_rng(devices=_devices(policy)), torch.no_grad():
        torch.manual_seed(seed)
        whole = policy.generate(
            input_ids=ids,
            attention_mask=attention,
            do_sample=True,
            temperature=temperature,
            top_k=0,
            top_p=1.0,
            max_new_tokens=max_tokens,
            eos_token_id=sorted(stops),
            pad_token_id=_padding(tokenizer),
        )
    return _read(whole, attention, ids.shape[1], stops, tokenizer)


def _read(whole: "Tensor", attention: "Tensor", width: int, stops: set[int], tokenizer: Any) -> Rollout:
    import torch

    answers = whole[:, width:]
    closing = torch.isin(answers, torch.tensor(sorted(stops), device=whole.device))
    mask = ((closing.cumsum(1) - closing.long()) == 0).float()
    texts = [tokenizer.decode(row[keep.bool()], skip_special_tokens=True).strip()
             for row, keep in zip(answers, mask, strict=True)]  # fmt: skip
    seen = torch.cat([attention, mask.long()], 1)
    return Rollout(whole, seen, mask, width, tuple(texts), (closing & mask.bool()).any(1))


def logps(model: Any, rollout: Rollout, temperature: float) -> tuple["Tensor", "Tensor"]:
    """(log-probability, entropy) at each token of the answers, as drawn at that temperature."""
    logits = model(
        input_ids=rollout.ids, attention_mask=rollout.attention, position_ids=_positions(rollout)
    ).logits[:, rollout.width - 1 : -1]
    spread = (logits.float() / temperature).log_softmax(-1)
    drawn = spread.gather(2, rollout.ids[:, rollout.width :, None]).squeeze(2)
    return drawn, -(spread.exp() * spread).sum(-1)


def values(model: Any, rollout: Rollout) -> "Tensor":
    """What a value model expects before each token of the answers."""
    found: Tensor = model(rollout.ids, rollout.attention, _positions(rollout))
    return found[:, rollout.width - 1 : -1]


def slices(rows: int, size: int) -> Iterator["Tensor"]:
    """All rows in order, at most `size` at a time."""
    import torch

    yield from torch.arange(rows).split(size)  # type: ignore[no-untyped-call]


def _left(prompts: Sequence[Sequence[int]], padding: int, device: Any) -> tuple["Tensor", "Tensor"]:
    import torch

    width = max(map(len, prompts))
    ids = [[padding] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    seen = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(ids, device=device), torch.tensor(seen, device=device)


def _positions(rollout: Rollout) -> "Tensor":
    return (rollout.attention.cumsum(1) - 1).clamp(min=0)


def _padding(tokenizer: Any) -> int:
    found = tokenizer.pad_token_id
    return int(tokenizer.eos_token_id if found is None else found)


def _devices(policy: Any) -> list[int]:
    return [policy.device.index or 0] if policy.device.type == "cuda" else []
