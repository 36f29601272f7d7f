"""A sequence classifier as a judge: a real one, tiny and untrained."""

from math import exp

import pytest

from arena import plugins
from arena.errors import ArenaError
from arena.plugins import Choice
from arena.referee import fold, play
from tests.backends import tiny
from tests.judges import games

JUDGES = "arena.judges"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return classifier(tmp_path_factory.mktemp("models") / "rm")


def classifier(folder, labels=1, template=tiny.TEMPLATE):
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForSequenceClassification

    tiny.llama(folder, template=template)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = LlamaConfig.from_pretrained(folder, num_labels=labels, pad_token_id=tokenizer.pad_token_id)
    torch.manual_seed(3)
    LlamaForSequenceClassification(config).save_pretrained(folder)
    return folder


def opened(model, **options):
    config = plugins.config(JUDGES, Choice("reward_model", {"model": str(model), "device": "cpu", **options}))
    return plugins.load(JUDGES, "reward_model").open(config)


def test_a_preference_is_the_sigmoid_of_the_rewards(model):
    asked = games.both(a="it is 42", b="the capital of france is paris.")
    soft, hard = (
        sorted(opened(model, gives=g).judge(asked), key=lambda v: v.game) for g in ("preference", "scores")
    )
    a, b = hard[0].score_a, hard[0].score_b
    assert soft[0].preference == pytest.approx(1 / (1 + exp(b - a)))
    assert soft[0].preference == soft[1].preference != 0.5
    assert {v.winner for v in hard} == {"a" if a > b else "b"}
    assert fold(list(play(asked, opened(model), 0)), 2).kind == "soft"


def test_scores_do_not_depend_on_the_batch(model):
    asked = [g for n in range(5) for g in games.both(a="add " * (n + 1), b="42", number=n, asked=f"{n}?")]
    one, many = ({v.id: v.preference for v in opened(model, batch=n).judge(asked)} for n in (1, 7))
    assert one == pytest.approx(many, abs=1e-5)


def test_turns_count(model):
    long = games.both(asked=("a?", "b?"), a=("it", "is"), b=("is", "it"))
    assert next(iter(opened(model).judge(long))).preference != 0.5


def test_a_conversation_too_long_is_an_error_and_never_cut(model):
    asked = games.both(a="word " * 400, b="42")
    verdict = next(iter(opened(model).judge(asked)))
    assert (verdict.status, verdict.preference) == ("error", None)
    assert "at most 256 fit" in verdict.explanation


def test_what_is_no_reward_model_is_named(tmp_path, model):
    module = plugins.load(JUDGES, "reward_model")

    def found(place):
        return module.check(plugins.config(JUDGES, Choice("reward_model", {"model": str(place)})))[0]

    plain = tiny.llama(tmp_path / "plain")
    assert (found(model).level, found(plain).level, found(tmp_path / "no").level) == ("green", "red", "red")
    assert "LlamaForCausalLM" in found(plain).text
    with pytest.raises(ArenaError, match="2 labels"):
        opened(classifier(tmp_path / "two", labels=2))
    with pytest.raises(ArenaError, match="no chat template"):
        opened(classifier(tmp_path / "untold", template=None))


def test_identity_follows_the_weights(tmp_path, model):
    module = plugins.load(JUDGES, "reward_model")
    places = (str(model), str(classifier(tmp_path / "other", labels=2)))
    told = [module.identity(plugins.config(JUDGES, Choice("reward_model", {"model": p}))) for p in places]
    assert told[0] != told[1]
