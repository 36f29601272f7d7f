"""Teaching a tiny Llama from scratch: one loop, one thread, the same weights each time on the same machine.

AdamW, warm-up and cosine, batches of rows of like length. Leaves out what is taught (`arena.pocket.lessons`).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from random import Random
from typing import Any

from arena.pocket.lessons import Row
from arena.pocket.recipes import Recipe
from arena.pocket.tokenizer import CONTEXT

Say = Callable[[int, float], None]
"""Told the steps done and the loss, now and then."""

_WARM = 100
_EVERY = 20
_POOL = 16
"""Batches that are sorted by length together."""
_SHORT = 100
"""Tokens that short talk has at most: a game of one turn, as a judge is asked and answers."""


def model(recipe: Recipe, entries: int) -> Any:
    """A model of a recipe's size that knows nothing, and reads so many entries of a vocabulary."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(recipe.seed)
    kind: Any = LlamaForCausalLM
    return kind(
        LlamaConfig(
            vocab_size=entries,
            hidden_size=recipe.hidden,
            intermediate_size=2 * recipe.hidden,
            num_hidden_layers=recipe.layers,
            num_attention_heads=recipe.heads,
            num_key_value_heads=recipe.heads,
            max_position_embeddings=CONTEXT,
            rope_parameters={"rope_type": "default", "rope_theta": recipe.theta},
            tie_word_embeddings=True,
            pad_token_id=0,
            bos_token_id=None,
            eos_token_id=1,
        )
    )


def inherit(learner: Any, parent: Any) -> None:
    """Gives a model its parent's weights; further layers begin by changing nothing."""
    learner.load_state_dict(parent.state_dict(), strict=False)
    for layer in learner.model.layers[len(parent.model.layers) :]:
        layer.self_attn.o_proj.weight.data.zero_()
        layer.mlp.down_proj.weight.data.zero_()


def teach(learner: Any, rows: Sequence[Row], recipe: Recipe, say: Say) -> float:
    """Teaches a model in place; returns the mean loss of the last steps."""
    import torch

    fast = torch.optim.AdamW(
        learner.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.01, foreach=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(fast, lambda step: _rate(step, recipe))
    losses: list[float] = []
    learner.train()
    with one_thread():
        for step, batch in enumerate(_batches(rows, recipe), 1):
            loss = _loss(learner, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
            fast.step()
            schedule.step()
            fast.zero_grad(set_to_none=True)
            losses.append(float(loss.detach()))
            if step % _EVERY == 0 or step == recipe.steps:
                say(step, sum(losses[-_EVERY:]) / len(losses[-_EVERY:]))
    learner.eval()
    return sum(losses[-100:]) / len(losses[-100:])


def _rate(step: int, recipe: Recipe) -> float:
    if step < _WARM:
        return (step + 1) / _WARM
    if recipe.cool:
        return min(1.0, max(0.02, (recipe.steps - step) / recipe.cool))
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - _WARM) / max(1, recipe.steps - _WARM)))


def _batches(rows: Sequence[Row], recipe: Recipe) -> Iterator[list[Row]]:
    """As many batches as there are steps, the short rows first where the recipe says so."""
    rng = Random(recipe.seed)  # noqa: S311 - seeded on purpose
    short = [row for row in rows if len(row.tokens) <= _SHORT]
    yield from islice(_shuffled(short, recipe.batch, rng), recipe.short)
    yield from islice(_shuffled(rows, recipe.batch, rng), recipe.steps - recipe.short)


def _shuffled(rows: Sequence[Row], size: int, rng: Random) -> Iterator[list[Row]]:
    """Batches without end: rows in random order, those of like length together."""
    while True:
        order = rng.sample(range(len(rows)), len(rows))
        for start in range(0, len(order) - size + 1, size * _POOL):
            pool = sorted(order[start : start + size * _POOL], key=lambda at: len(rows[at].tokens))
            batches = [pool[at : at + size] for at in range(0, len(pool) - size + 1, size)]
            rng.shuffle(batches)
            for batch in batches:
                yield [rows[at] for at in batch]


def _loss(learner: Any, batch: list[Row]) -> Any:
    """Cross-entropy of the learned tokens; only their places go through the vocabulary."""
    import torch

    longest = max(len(row.tokens) for row in batch)
    tokens = torch.zeros(len(batch), longest, dtype=torch.long)
    labels = torch.full((len(batch), longest), -100, dtype=torch.long)
    for at, row in enumerate(batch):
        size = len(row.tokens)
        tokens[at, :size] = torch.tensor(row.tokens)
        labels[at, :size] = torch.where(torch.tensor(row.learned), tokens[at, :size], -100)
    hidden = learner.model(input_ids=tokens, use_cache=False).last_hidden_state[:, :-1]
    wanted = labels[:, 1:]
    kept = wanted != -100
    return torch.nn.functional.cross_entropy(learner.lm_head(hidden[kept]), wanted[kept])


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread while it lasts: faster for tiny models, and the same sums each time."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
