"""Merges: arithmetic on weights, nothing else changed, and models that differ are refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import BadRequest
from tests.training import tiny
from training import checkpoints, merge


def tensors(folder: Path):
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return tiny.llama(tmp_path_factory.mktemp("other"), seed=5)


@settings(max_examples=4)
@given(share=st.floats(0.1, 0.9))
def test_an_average_is_the_weighted_mean(llama, other, tmp_path_factory, share):
    out = tmp_path_factory.mktemp("average") / "out"
    merge.average([llama, other], out, [share, 1 - share])
    a, b, mean = map(tensors, (llama, other, out))
    assert all(mean[n].allclose(share * a[n] + (1 - share) * b[n], atol=1e-6) for n in a)
    assert checkpoints.whole(out)
    assert (out / "tokenizer.json").read_bytes() == (llama / "tokenizer.json").read_bytes()


def test_a_model_averaged_with_itself_stays(llama, tmp_path):
    merge.average([llama, llama, llama], tmp_path / "out")
    a, mean = tensors(llama), tensors(tmp_path / "out")
    assert all(mean[name].allclose(a[name], atol=1e-7) for name in a)


def test_ema_follows_and_expo_goes_on(llama, other, tmp_path):
    merge.ema(llama, other, tmp_path / "ema", decay=0.75)
    merge.expo(llama, other, tmp_path / "expo", alpha=0.5)
    a, b = tensors(llama), tensors(other)
    for name, slow in tensors(tmp_path / "ema").items():
        assert slow.allclose(0.75 * a[name] + 0.25 * b[name], atol=1e-6)
    for name, far in tensors(tmp_path / "expo").items():
        assert far.allclose(b[name] + 0.5 * (b[name] - a[name]), atol=1e-6)


def test_the_result_can_be_loaded_and_is_reused(llama, other, tmp_path):
    from transformers import AutoModelForCausalLM

    first = merge.ema(llama, other, tmp_path / "out")
    assert merge.ema(llama, other, tmp_path / "out") == first
    assert AutoModelForCausalLM.from_pretrained(tmp_path / "out").config.model_type == "llama"


def test_models_that_differ_and_settings_that_cannot_be_are_refused(llama, neox, tmp_path):
    with pytest.raises(BadRequest, match="not of the same architecture"):
        merge.average([llama, neox], tmp_path / "out")
    with pytest.raises(BadRequest, match="at least two"):
        merge.average([llama], tmp_path / "out")
    with pytest.raises(BadRequest, match=r"decay 1\.5"):
        merge.ema(llama, llama, tmp_path / "out", decay=1.5)
    with pytest.raises(BadRequest, match="alpha 0"):
        merge.expo(llama, llama, tmp_path / "out", alpha=0)
    assert not (tmp_path / "out").exists()
