"""Attacks on prompts: in their ball, towards the rejected answer, and what training under them is worth."""

from dataclasses import replace
from typing import Any

import pytest

from tests.training import tiny
from training.rl import attack
from training.stages import dpo, loading
from training.types import PairRow

CONFIG = replace(dpo.POCKET, epochs=6, lr=3e-3, batch=8, micro=8, loss="ipo", sft=0.0)
PAIRS = [("what is red", "Paris", "red blue"), ("hot", "red", "cold"), ("blue or cold", "hot hot", "cold")]


def batch(llama) -> tuple[Any, Any]:
    loading.quiet()
    tokens = loading.tokenizer(llama)
    rows = [PairRow(asked, "", (asked,), (good,), (bad,)) for asked, good, bad in PAIRS]
    encoded = [dpo.encoded(tokens, row, 99) for row in rows]
    return loading.model(llama, CONFIG, tokens), dpo.collate(encoded, tokens.pad_token_id)


def likely(model, words, given):
    labels = given["input_ids"].masked_fill(given["completion_mask"] == 0, -100)
    half = len(labels) // 2
    return float(
        attack._likelihood(model, words[half:], given["attention_mask"][half:], labels[half:]).detach()
    )


@pytest.mark.parametrize("radius", [0.05, 0.5])
def test_a_shift_stays_in_its_ball_on_prompts_alone_and_helps_what_lost(llama, radius):
    model, given = batch(llama)
    ids, attention, own = given["input_ids"], given["attention_mask"], given["completion_mask"]
    words = attack.shifted(model, ids, attention, own, radius=radius, steps=10).detach()
    plain = model.get_input_embeddings()(ids).detach()
    moved, length = (words - plain).norm(dim=-1), plain[attention.bool()].norm(dim=-1).mean()
    assert float(moved.max()) <= radius * float(length) * 1.001
    assert float(moved[own.cumsum(1) > 0].abs().max()) == 0
    assert float(moved[(own.cumsum(1) == 0) & attention.bool()].min()) > 0
    half = len(ids) // 2
    assert (words - plain)[:half, :2].allclose((words - plain)[half:, :2])
    assert likely(model, words, given) > likely(model, plain, given)
    assert all(weight.grad is None for weight in model.parameters())


@pytest.mark.slow
def test_a_model_trained_under_attack_withstands_it_better(llama, desk, tmp_path):
    rows = tiny.pair_rows(tmp_path / "pairs.jsonl", 4)
    plain = dpo.train(CONFIG, rows, llama, tmp_path / "plain", desk)
    hard = dpo.train(replace(CONFIG, attack=0.5, attack_steps=4), rows, llama, tmp_path / "hard", desk)
    assert margin(hard.folder, llama, rows) > margin(plain.folder, llama, rows)


def margin(folder, llama, rows) -> float:
    """Mean margin per token of chosen over rejected, with prompts under attack."""
    from torch import no_grad

    from training import rows as files

    tokens = loading.tokenizer(llama)
    pairs = [dpo.encoded(tokens, row, 99) for row in files.read(rows, "pair") if isinstance(row, PairRow)]
    given = dpo.collate([pair for pair in pairs if pair], tokens.pad_token_id)
    model, own = loading.model(folder, CONFIG, tokens), given["completion_mask"]
    words = attack.shifted(model, given["input_ids"], given["attention_mask"], own, radius=0.5, steps=10)
    with no_grad():
        logits = model(inputs_embeds=words, attention_mask=given["attention_mask"]).logits[:, :-1]
    said = logits.log_softmax(-1).gather(2, given["input_ids"][:, 1:, None])[..., 0] * own[:, 1:]
    chosen, rejected = (said.sum(1) / own[:, 1:].sum(1)).chunk(2)
    return float((chosen - rejected).mean())
