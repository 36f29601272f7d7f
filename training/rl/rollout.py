"""Answers that the policy draws while it learns, and what models make of them token by token.

A batch is prompts padded on the left, answers padded on the right. Everything random hangs on the seed that
is given, so that a resumed run draws the same answers. Leaves out what answers are worth
(`training.rewards`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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

    @property
    def sizes(self) -> "Tensor":
        """Tokens of each prompt and its answer."""
        return self.attention.sum(1).cpu()

    def part(self, rows: "Tensor") -> "Rollout":
        """Some of the rows, without the columns that only the others need."""
        seen, said = self.attention[rows], self.mask[rows]
        begin = int((self.width - seen[:, : self.width].sum(1)).min())
        end = max(1, int(said.sum(1).max()))
        kept = slice(begin, self.width + end)
        texts = tuple(self.texts[at] for at in rows.tolist())
        return Rollout(
            self.ids[rows, kept], seen[:, kept], said[:, :end], self.width - begin, texts, self.ended[rows]
        )


def widened(one: Rollout, width: int, longest: int, fill: int) -> Rollout:
    """The same answers with more columns: of the prompts on the left, of the answers on the right."""
    from torch.nn.functional import pad

    left, right = width - one.width, longest - one.mask.shape[1]
    return Rollout(
        pad(one.ids, (left, right), value=fill),
        pad(one.attention, (left, right)),
        pad(one.mask, (0, right)),
        width,
        one.texts,
        one.ended,
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
    micro: int = 0,
) -> Rollout:
    """One sampled answer to each prompt (token ids), `micro` prompts of like length at a time; 0: all."""
    import torch

    order = sorted(range(len(prompts)), key=lambda at: len(prompts[at])) if micro else range(len(prompts))
    size = micro or len(prompts)
    found = []
    with torch.random.fork_rng(devices=_devices(policy)), torch.no_grad(), _plain(policy):
        torch.manual_seed(seed)
        for at in range(0, len(order), size):
            some = [prompts[one] for one in order[at : at + size]]
            ids, attention = _left(some, padding(tokenizer), policy.device)
            whole = policy.generate(
                input_ids=ids,
                attention_mask=attention,
                do_sample=True,
                temperature=temperature,
                top_k=0,
                top_p=1.0,
                max_new_tokens=max_tokens,
                eos_token_id=sorted(stops),
                pad_token_id=padding(tokenizer),
            )
            found.append(_read(whole, attention, ids.shape[1], stops, tokenizer))
    return found[0] if len(found) == 1 and not micro else _together(found, order, padding(tokenizer))


@contextmanager
def _plain(policy: Any) -> Iterator[None]:
    """Without the sampling settings that a model brings: they draw from another distribution than ours."""
    from transformers import GenerationConfig

    held = [policy, *([policy.get_base_model()] if hasattr(policy, "get_base_model") else [])]
    before, made = [one.generation_config for one in held], GenerationConfig
    for one in held:
        one.generation_config = made()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        for one, own in zip(held, before, strict=True):
            one.generation_config = own


def _together(parts: Sequence[Rollout], order: Sequence[int], fill: int) -> Rollout:
    """Parts as one, padded alike; row i of all is to become row order[i]."""
    import torch

    width = max(part.width for part in parts)
    longest = max(part.mask.shape[1] for part in parts)
    place = torch.tensor(order).argsort()
    wide = [widened(part, width, longest, fill) for part in parts]
    texts = [text for part in parts for text in part.texts]
    return Rollout(
        torch.cat([part.ids for part in wide])[place],
        torch.cat([part.attention for part in wide])[place],
        torch.cat([part.mask for part in wide])[place],
        width,
        tuple(texts[at] for at in place.tolist()),
        torch.cat([part.ended for part in parts])[place.to(parts[0].ended.device)],
    )


def _read(whole: "Tensor", attention: "Tensor", width: int, stops: set[int], tokenizer: Any) -> Rollout:
    import torch

    answers = whole[:, width:]
    closing = torch.isin(answers, torch.tensor(sorted(stops), device=whole.device))
    mask = ((closing.cumsum(1) - closing.long()) == 0).float()
    seen = torch.cat([attention, mask.long()], 1)
    texts = said(answers, mask, tokenizer)
    return Rollout(whole, seen, mask, width, texts, (closing & mask.bool()).any(1))


def said(answers: "Tensor", mask: "Tensor", tokenizer: Any) -> tuple[str, ...]:
    """Answers as text."""
    rows = zip(answers, mask, strict=True)
    return tuple(tokenizer.decode(row[kept.bool()], skip_special_tokens=True).strip() for row, kept in rows)


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


def slices(sizes: "Tensor", rows: "Tensor", micro: int) -> Iterator["Tensor"]:
    """Some rows, at most `micro` at a time, those of like size together: little of a slice is padding."""
    yield from rows[sizes[rows].argsort(stable=True)].split(micro)  # type: ignore[no-untyped-call]


def _left(prompts: Sequence[Sequence[int]], padding: int, device: Any) -> tuple["Tensor", "Tensor"]:
    import torch

    width = max(map(len, prompts))
    ids = [[padding] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    seen = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(ids, device=device), torch.tensor(seen, device=device)


def _positions(rollout: Rollout) -> "Tensor":
    return (rollout.attention.cumsum(1) - 1).clamp(min=0)


def padding(tokenizer: Any) -> int:
    """The token that fills up."""
    found = tokenizer.pad_token_id
    return int(tokenizer.eos_token_id if found is None else found)


def _devices(policy: Any) -> list[int]:
    return [policy.device.index or 0] if policy.device.type == "cuda" else []
