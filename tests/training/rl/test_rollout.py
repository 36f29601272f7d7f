"""Answers drawn some at a time, and read without the padding that only longer ones need."""

from pathlib import Path

import pytest

from tests.training import tiny
from training.rl import rollout
from training.stages import chat, loading
from training.stages.types import Training

torch = pytest.importorskip("torch")
PROMPTS = [[5] * length for length in (9, 2, 5, 3, 7, 4)]


def drawn(folder: Path, micro: int, seed: int = 3) -> tuple[object, rollout.Rollout]:
    start = tiny.llama(folder)
    tokens = loading.tokenizer(start)
    policy = loading.model(start, Training(), tokens).eval()
    answers = rollout.draw(
        policy, tokens, PROMPTS, chat.stops(tokens), max_tokens=6, temperature=1.0, seed=seed, micro=micro
    )
    return policy, answers


def test_answers_drawn_in_slices_stand_with_their_prompts(tmp_path: Path) -> None:
    _, found = drawn(tmp_path, 2)
    for row, prompt in enumerate(PROMPTS):
        seen = found.attention[row].bool()
        whole = found.ids[row][seen].tolist()
        assert whole[: len(prompt)] == prompt
        assert len(whole) == int(found.sizes[row]) == len(prompt) + int(found.lengths[row])
    assert found.width == 9
    assert len(found.texts) == len(found.ended) == len(PROMPTS)


def test_what_a_model_brings_along_for_sampling_changes_nothing(tmp_path: Path) -> None:
    policy, plain = drawn(tmp_path, 2)
    brought = policy.generation_config  # type: ignore[attr-defined]
    brought.repetition_penalty, brought.min_p, brought.top_k = 50.0, 0.9, 1
    answers = rollout.draw(
        policy, loading.tokenizer(tmp_path), PROMPTS, {2}, max_tokens=6, temperature=1.0, seed=3, micro=2
    )
    brought.repetition_penalty, brought.min_p, brought.top_k = None, None, None
    again = rollout.draw(
        policy, loading.tokenizer(tmp_path), PROMPTS, {2}, max_tokens=6, temperature=1.0, seed=3, micro=2
    )
    assert answers.texts == again.texts
    assert policy.generation_config is brought  # type: ignore[attr-defined]
    assert plain.texts


def test_slices_hold_every_row_once_and_rows_of_like_size_together(tmp_path: Path) -> None:
    _, found = drawn(tmp_path, 0)
    parts = list(rollout.slices(found.sizes, torch.tensor([4, 0, 2, 1]), 2))
    assert sorted(row for part in parts for row in part.tolist()) == [0, 1, 2, 4]
    assert max(found.sizes[parts[0]]) <= min(found.sizes[parts[1]])


def test_a_part_reads_the_same_without_the_padding_of_others(tmp_path: Path) -> None:
    policy, found = drawn(tmp_path, 3)
    whole, spread = rollout.logps(policy, found, 0.7)
    for rows in rollout.slices(found.sizes, torch.arange(len(PROMPTS)), 2):
        part = found.part(rows)
        assert part.ids.shape[1] <= found.ids.shape[1]
        assert torch.equal(part.lengths, found.lengths[rows])
        own, entropy = rollout.logps(policy, part, 0.7)
        kept = part.mask.shape[1]
        assert torch.allclose(own * part.mask, (whole * found.mask)[rows, :kept], atol=1e-5)
        assert torch.allclose(entropy * part.mask, (spread * found.mask)[rows, :kept], atol=1e-5)
