"""Real tiny models of two architectures: what must be equal, and what is told where it cannot be."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arena.backends import transformers as local
from arena.backends.types import Ask, Message, Reply, Sampling
from arena.errors import ArenaError
from arena.preflight import worst
from tests.backends import tiny

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

GREEDY = Sampling(temperature=0, max_tokens=12)
WARM = Sampling(temperature=1, max_tokens=12)


def asks(count: int, text: str = "what is {}?") -> list[Ask]:
    """Prompts of different lengths."""
    return [
        Ask(f"q{i}", (Message("user", text.format(i * 7919) + " add" * (i % 5)),), i) for i in range(count)
    ]


def by_id(replies: list[Reply]) -> dict[str, tuple[str, str]]:
    return {reply.id: (reply.text, reply.status) for reply in replies}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    tiny.llama(made / "llama")
    tiny.gpt2(made / "gpt2")
    return made


@pytest.fixture(params=["llama", "gpt2"], scope="module")
def model(request: pytest.FixtureRequest, folder: Path) -> local.Local:
    return local.open(local.Config(str(folder / request.param), device="cpu"))


def test_every_ask_gets_one_reply_with_its_tokens(model: local.Local) -> None:
    replies = list(model.answer(asks(50), GREEDY))
    assert sorted(reply.id for reply in replies) == sorted(ask.id for ask in asks(50))
    assert all(0 < (reply.tokens or 0) <= 12 and reply.prompt_tokens for reply in replies)
    assert {reply.status for reply in replies} <= {"ok", "truncated"}


@pytest.mark.parametrize("sampling", [GREEDY, WARM, replace(WARM, top_p=0.8)])
def test_neither_order_nor_batch_nor_company_changes_an_answer(
    model: local.Local, sampling: Sampling
) -> None:
    whole = by_id(list(model.answer(asks(40), sampling)))
    assert by_id(list(model.answer(asks(40)[::-1], sampling))) == whole
    resumed = by_id([reply for ask in asks(40)[25:] for reply in model.answer([ask], sampling)])
    assert resumed == {name: said for name, said in whole.items() if name in resumed}


def test_batches_of_another_size_give_the_same_answers(folder: Path) -> None:
    one = local.open(local.Config(str(folder / "llama"), device="cpu", batch=1))
    many = local.open(local.Config(str(folder / "llama"), device="cpu", batch=32, threads=2))
    assert by_id(list(one.answer(asks(33), GREEDY))) == by_id(list(many.answer(asks(33), GREEDY)))


def test_a_seed_draws_its_own_answer(model: local.Local) -> None:
    same = [Ask(str(seed), (Message("user", "what is france?"),), seed) for seed in range(40)]
    first = by_id(list(model.answer(same, WARM)))
    assert by_id(list(model.answer(same, WARM))) == first
    assert len(set(first.values())) > 10


def test_draws_follow_the_models_chances() -> None:
    chances = np.array([0.5, 0.3, 0.15, 0.05])
    scores = torch.tensor(np.log(chances), dtype=torch.float32).repeat(4000, 1)
    for top_p, wanted in ((1.0, chances), (0.75, np.array([0.625, 0.375, 0, 0]))):
        draw = local._Draw(range(4000), Sampling(1.0, top_p), 5, 1)
        counts = Counter(draw(torch.zeros(4000, 5), scores).argmax(-1).tolist())
        shares = np.array([counts[token] for token in range(4)]) / 4000
        assert np.abs(shares - wanted).max() < 0.03
        assert shares[wanted == 0].sum() == 0


def test_a_stop_text_ends_the_answer_and_is_not_part_of_it(model: local.Local) -> None:
    plain = {reply.id: reply for reply in model.answer(asks(30), replace(GREEDY, max_tokens=24))}
    for stop in ("a", "42", "paris"):
        for reply in model.answer(asks(30), replace(GREEDY, max_tokens=24, stop=(stop,))):
            before, found, _ = plain[reply.id].text.partition(stop)
            assert reply.text == before
            assert reply.status == ("ok" if found else plain[reply.id].status)
            assert (reply.tokens or 0) <= (plain[reply.id].tokens or 0)


def test_answers_equal_those_of_plain_generate(model: local.Local) -> None:
    for ask in asks(8):
        chat = [{"role": "user", "content": ask.messages[0].content}]
        text = model.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        given = model.tokenizer(text, return_tensors="pt", add_special_tokens=False)
        out = model.model.generate(
            given["input_ids"], max_new_tokens=12, attention_mask=given["attention_mask"]
        )
        wanted = model.tokenizer.decode(out[0, given["input_ids"].shape[1] :], skip_special_tokens=True)
        assert next(model.answer([ask], GREEDY)).text == wanted


def test_a_chat_too_long_is_an_error_with_numbers_and_the_rest_go_on(model: local.Local) -> None:
    long = Ask("long", (Message("user", "add " * 600),), 0)
    replies = {reply.id: reply for reply in model.answer([*asks(3), long], GREEDY)}
    assert replies["long"].status == "error"
    assert str(model.context) in (replies["long"].error or "")
    assert all(replies[f"q{i}"].status != "error" for i in range(3))


def test_near_the_end_of_the_context_an_answer_is_cut_there(model: local.Local) -> None:
    near = [Ask("near", (Message("user", "add " * (model.context // 2 - 8)),), 1), *asks(6)]
    replies = {
        reply.id: reply for reply in model.answer(near, replace(GREEDY, max_tokens=model.context - 20))
    }
    reply = replies["near"]
    assert reply.status in {"ok", "truncated"}
    assert (reply.prompt_tokens or 0) + (reply.tokens or 0) <= model.context


def test_a_model_without_a_chat_template_is_named_and_a_file_helps(tmp_path: Path) -> None:
    bare = tiny.llama(tmp_path / "bare", template=None)
    found = local.check(local.Config(str(bare)))
    assert (worst(found), "template" in found[0].text) == ("red", True)
    with pytest.raises(ArenaError, match="no chat template"):
        local.open(local.Config(str(bare)))
    (tmp_path / "chat.jinja").write_text(tiny.TEMPLATE)
    helped = local.Config(str(bare), template=str(tmp_path / "chat.jinja"))
    assert worst(local.check(helped)) == "green"
    assert next(local.open(helped).answer(asks(1), GREEDY)).status != "error"


def test_a_template_that_refuses_a_chat_makes_an_error_of_that_row(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "t.jinja").write_text(
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + tiny.TEMPLATE
    )
    model = local.open(local.Config(str(folder / "llama"), template=str(tmp_path / "t.jinja")))
    system = Ask("system", (Message("system", "be kind"), Message("user", "hi")), 0)
    replies = {reply.id: reply for reply in model.answer([system, *asks(1)], GREEDY)}
    assert "no system" in (replies["system"].error or "")
    assert replies["q0"].status != "error"


def test_an_adapter_changes_the_answers_and_the_identity(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    plain = local.Config(str(folder / "llama"), device="cpu")
    tuned = replace(plain, adapter=str(tiny.adapter(folder / "llama", tmp_path / "lora")))
    assert local.identity(plain) != local.identity(tuned)
    said = [by_id(list(local.open(config).answer(asks(10), GREEDY))) for config in (plain, tuned)]
    assert said[0] != said[1]
    broken = replace(plain, adapter=str(folder / "llama"))
    assert "adapter_model.safetensors" in local.check(broken)[0].text


def test_what_is_wrong_is_seen_before_anything_is_loaded(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    said = [finding.text for finding in local.check(local.Config(str(empty)))]
    assert any("config.json" in text for text in said)
    assert any(".safetensors" in text for text in said)
    assert worst(local.check(local.Config(str(tmp_path / "none")))) == "red"
    assert worst(local.check(local.Config("owner/name"))) == "amber"
    assert worst(local.check(local.Config(str(folder / "gpt2")))) == "green"


def test_a_folder_that_is_no_model_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ArenaError, match="cannot be loaded") as raised:
        local.open(local.Config(str(tmp_path)))
    assert "\n" not in str(raised.value)


def test_batching_and_place_do_not_change_who_answers(folder: Path) -> None:
    plain = local.Config(str(folder / "llama"))
    assert local.identity(plain) == local.identity(replace(plain, batch=1, device="cpu", threads=2))
    assert local.identity(plain) != local.identity(replace(plain, dtype="bfloat16"))
    assert local.identity(plain) != local.identity(local.Config(str(folder / "gpt2")))
