"""Answers per second: our transformers backend, vLLM where it is, and a plain loop of one prompt at a time.

The same tiny models (0.3 M and 2 M parameters), the same prompts, greedy, one thread; ratios to the loop.
"""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.backends import transformers, vllm
from arena.backends.types import Ask, Message, Sampling
from tests.backends import tiny

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.bench

GREEDY = Sampling(temperature=0, max_tokens=14)
PROMPTS = 512
SIZES = {"0.3 M": (128, 2), "2 M": (256, 3)}


def asks() -> list[Ask]:
    texts = [f"what is {i * 7919}?" + " add" * (i % 7) for i in range(PROMPTS)]
    return [Ask(str(i), (Message("user", text),), i) for i, text in enumerate(texts)]


def plain(folder: Path) -> dict[str, str]:
    """What a first script does."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    found = {}
    for ask in asks():
        chat = [{"role": "user", "content": ask.messages[0].content}]
        given = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        out = model.generate(**given, max_new_tokens=14, do_sample=False)
        written = out[0, given["input_ids"].shape[1] :]
        found[ask.id] = tokenizer.decode(written, skip_special_tokens=True)
    return found


def timed(work: Callable[[], dict[str, str]]) -> tuple[float, dict[str, str]]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


@pytest.mark.parametrize("size", SIZES)
def test_answers_per_second(size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    width, layers = SIZES[size]
    folder = tiny.llama(tmp_path / "model", width=width, layers=layers)
    torch.set_num_threads(1)
    base, wanted = timed(lambda: plain(folder))
    print(f"\n{size} parameters, {PROMPTS} prompts\n  plain loop    {PROMPTS / base:8.0f}/s   1.0 x")
    for batch in (16, 64, 256):
        ours = transformers.open(transformers.Config(str(folder), device="cpu", batch=batch))
        seconds, found = timed(lambda ours=ours: {r.id: r.text for r in ours.answer(asks(), GREEDY)})
        print(f"  batches of {batch:3d} {PROMPTS / seconds:8.0f}/s {base / seconds:5.1f} x")
        assert sum(found[name] == text for name, text in wanted.items()) >= 0.98 * PROMPTS
        assert seconds < base
    if importlib.util.find_spec("vllm"):
        monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
        engine = vllm.open(vllm.Config(str(folder), dtype="float32", eager=True))
        list(engine.answer(asks()[:32], GREEDY))
        seconds, _ = timed(lambda: {r.id: r.text for r in engine.answer(asks(), GREEDY)})
        print(f"  vllm          {PROMPTS / seconds:8.0f}/s {base / seconds:5.1f} x")
        engine.close()
