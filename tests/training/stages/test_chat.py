"""Conversations as tokens: the loss falls on the model's own turns, whatever the template."""

import pytest

from arena.errors import BadRequest, NotFound
from tests.training import tiny
from training.stages import chat, loading
from training.types import conversation

ONCE = conversation("", ("what is A",), ("red",))
TWICE = conversation("be brief", ("what is A", "of what"), ("red", "blue"))
RESTATED = (
    "{% for m in messages %}{% if m.role == 'assistant' and not loop.last %}{{ '<assistant>past</s>' }}"
    "{% else %}{{ '<' + m.role + '>' + m.content + '</s>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}"
)


def learnt(tokens, pieces):
    own = ((token for token, mine in zip(p.ids, p.mask, strict=True) if mine) for p in pieces)
    return ["".join(tokens.convert_ids_to_tokens(list(ids))) for ids in own]


def test_only_the_models_turns_are_learnt_with_their_end(llama):
    tokens = loading.tokenizer(llama)
    assert learnt(tokens, chat.encode(tokens, ONCE, 100)) == ["red</s>"]
    assert learnt(tokens, chat.encode(tokens, TWICE, 100)) == ["red</s>blue</s>"]


def test_a_template_that_rewrites_the_past_gives_one_sequence_a_turn(tmp_path):
    tokens = tiny.tokenizer(tmp_path, RESTATED)
    pieces = list(chat.encode(tokens, TWICE, 100))
    assert learnt(tokens, pieces) == ["red</s>", "blue</s>"]
    assert "past" in "".join(tokens.convert_ids_to_tokens(pieces[1].ids))


def test_turns_that_do_not_fit_are_left_out_whole(llama):
    tokens = loading.tokenizer(llama)
    whole = next(chat.encode(tokens, TWICE, 100))
    assert learnt(tokens, chat.encode(tokens, TWICE, len(whole.ids) - 1)) == ["red</s>"]
    assert list(chat.encode(tokens, TWICE, 5)) == []


@pytest.mark.parametrize("name", ["plain", "vicuna"])
def test_our_templates_end_every_answer_and_need_no_token_of_their_own(neox, name):
    tokens = loading.tokenizer(neox, name)
    (piece,) = chat.encode(tokens, TWICE, 400)
    own = [token for token, mine in zip(piece.ids, piece.mask, strict=True) if mine]
    assert own.count(tokens.eos_token_id) == 2
    assert tokens.decode(own).replace("<|end|>", "").split() == ["red", "blue"]


def test_a_model_without_a_template_must_be_given_one(neox):
    with pytest.raises(BadRequest, match="plain, vicuna"):
        loading.tokenizer(neox)
    with pytest.raises(NotFound, match="no chat template 'odd'"):
        loading.tokenizer(neox, "odd")
