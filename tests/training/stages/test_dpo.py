"""DPO on real tiny models: TRL's own losses, references that are what they are called, weights that count."""

from dataclasses import replace

import pytest

from arena.errors import BadRequest
from arena.keys import file_hash
from tests.training import tiny
from tests.training.stages.test_sft import killed_and_resumed
from training import checkpoints
from training.errors import Diverged
from training.stages import dpo, loading
from training.types import PairRow

CONFIG = replace(dpo.POCKET, epochs=6, lr=3e-3, batch=8, micro=8, save_every=6, log_every=2, sft=0.0)


def weights(result):
    return file_hash(result.folder / "model.safetensors")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return tiny.pair_rows(tmp_path_factory.mktemp("rows") / "pairs.jsonl", 4)


def test_chosen_answers_rise_above_rejected_ones(llama, rows, desk, tmp_path):
    result = dpo.train(CONFIG, rows, llama, tmp_path / "out", desk)
    margins = [y for name, _, y in desk.figures if name == "rewards/margin"]
    assert margins[-1] > margins[0] + 0.2
    assert result.figures["rewards/accuracy"] == 1
    assert result.figures["drift"] > 0.1
    assert result.figures["loss"] < result.figures["loss_first"]


def losses_of(trainer, inputs):
    from trl.trainer.dpo_trainer import DPOTrainer

    given = {name: value for name, value in inputs.items() if name != "weight"}
    ours = trainer._compute_loss(trainer.model, inputs, False)
    theirs = DPOTrainer._compute_loss(trainer, trainer.model, given, False)
    return float(ours.detach()), float(theirs.detach())


@pytest.mark.parametrize("loss", ["sigmoid", "ipo", "hinge", "robust"])
def test_with_weights_of_one_the_loss_is_trls_own(llama, tmp_path, loss):
    other = tiny.llama(tmp_path / "other", seed=1)
    loading.quiet()
    config = replace(CONFIG, loss=loss)
    tokens = loading.tokenizer(llama)
    pairs = [("Paris", "red blue"), ("red", "cold"), ("hot hot", "cold")]
    made = [PairRow(str(at), "", ("what",), (a,), (b,)) for at, (a, b) in enumerate(pairs)]
    data = [dpo.encoded(tokens, row, 99) for row in made]
    ready = dpo._Ready(config, llama, other, tokens, data)
    trainer = dpo._trainer(ready, tmp_path / "work", 3)
    ours, theirs = losses_of(trainer, dpo.collate(data, tokens.pad_token_id))
    assert ours == pytest.approx(theirs, rel=1e-5)


@pytest.mark.slow
def test_the_three_references_are_three_models(llama, taught, rows, tmp_path):
    first, sampler = llama, tiny.llama(tmp_path / "sampler", seed=3)
    configs = [
        CONFIG,
        replace(CONFIG, reference="initial", reference_model=str(first)),
        replace(CONFIG, reference="behaviour", reference_model=str(sampler)),
    ]
    desks = [tiny.Paper(tmp_path / f"desk{at}") for at in range(3)]
    made = [
        dpo.train(config, rows, taught, tmp_path / f"out{at}", desks[at]) for at, config in enumerate(configs)
    ]
    assert len({weights(result) for result in made}) == 3
    manifests = [checkpoints.read(result.folder) for result in made]
    assert [m.parents["reference_is"] for m in manifests if m] == ["previous", "initial", "behaviour"]
    assert len({m.parents["reference"] for m in manifests if m}) == 3
    drifts = [next(y for name, _, y in desk.figures if name == "drift") for desk in desks]
    assert 10 * drifts[0] < min(drifts[1:])  # the model moved little from itself, and is far from the others


def test_a_reference_is_named_where_it_must_be_and_only_there(llama, rows, desk, tmp_path):
    with pytest.raises(BadRequest, match="behaviour needs reference_model"):
        dpo.train(replace(CONFIG, reference="behaviour"), rows, llama, tmp_path / "out", desk)
    with pytest.raises(BadRequest, match="leave reference_model out"):
        dpo.train(replace(CONFIG, reference_model=str(llama)), rows, llama, tmp_path / "out", desk)


@pytest.mark.slow
def test_weights_matter_and_a_pair_without_weight_teaches_nothing(llama, desk, tmp_path):
    pairs = [(q, a, b) for (q, a), (_, b) in zip(tiny.FACTS, tiny.FACTS[1:], strict=False)]
    told = [{"prompt": q, "chosen": a, "rejected": b, "weight": 1} for q, a, b in pairs * 4]
    contrary = [{**entry, "chosen": entry["rejected"], "rejected": entry["chosen"]} for entry in told]
    mute = [{**entry, "weight": 0} for entry in contrary]
    for name, entries, right in (("fair", [*told, *contrary], 0.5), ("mute", [*told, *mute], 1)):
        rows = tiny.lines(tmp_path / f"{name}.jsonl", entries)
        config = replace(CONFIG, epochs=10, lr=1e-2)
        result = dpo.train(config, rows, llama, tmp_path / name, tiny.Paper(tmp_path / f"desk-{name}"))
        chosen = [
            dpo.encoded(loading.tokenizer(llama), PairRow("", "", (q,), (a,), (b,)), 99) for q, a, b in pairs
        ]
        assert (margin(result.folder, llama, chosen) > 0.5) == (right == 1)


def margin(folder, reference, pairs):
    """Mean margin of trained over reference, in nats, by a plain forward pass."""
    import torch

    tokens = loading.tokenizer(folder)
    batch = dpo.collate(pairs, tokens.pad_token_id)
    sums = []
    for place in (folder, reference):
        model = loading.model(place, CONFIG, tokens).eval()
        with torch.no_grad():
            logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
        words = logits[:, :-1].log_softmax(-1).gather(2, batch["input_ids"][:, 1:, None])[..., 0]
        sums.append((words * batch["completion_mask"][:, 1:]).sum(1))
    chosen, rejected = (sums[0] - sums[1]).chunk(2)
    return float((chosen - rejected).mean())


def test_several_turns_are_masked_to_the_models_own(llama):
    tokens = loading.tokenizer(llama)
    pair = dpo.encoded(tokens, PairRow("", "", ("hot", "cold"), ("red", "blue"), ("red", "of")), 99)
    own = [t for t, mine in zip(pair["chosen_ids"], pair["chosen_mask"], strict=True) if mine]
    assert "".join(tokens.convert_ids_to_tokens(own)) == "red</s>blue</s>"
    assert dpo.encoded(tokens, PairRow("", "", ("hot",), ("red",), ("red",)), 99) is None


@pytest.mark.slow
def test_an_sft_term_keeps_the_chosen_answers_likely(llama, rows, tmp_path):
    bare, kept = (
        dpo.train(
            replace(CONFIG, sft=sft), rows, llama, tmp_path / f"out{sft}", tiny.Paper(tmp_path / f"d{sft}")
        )
        for sft in (0.0, 1.0)
    )
    assert kept.figures["rewards/chosen"] > bare.figures["rewards/chosen"] + 0.2


def test_lora_measures_against_its_frozen_base(llama, rows, desk, tmp_path):
    config = replace(CONFIG, lora=8, lr=2e-2)
    result = dpo.train(config, rows, llama, tmp_path / "out", desk)
    drifts = [y for name, _, y in desk.figures if name == "drift"]
    assert drifts[-1] > 0.1
    assert result.figures["rewards/margin"] > 0.05


def test_running_away_from_the_reference_stops_it(llama, rows, desk, tmp_path):
    with pytest.raises(Diverged, match=r"dpo: drift is .* \(at most 0.5\)"):
        dpo.train(replace(CONFIG, lr=3e-2, most_drift=0.5), rows, llama, tmp_path / "out", desk)


@pytest.mark.slow
@pytest.mark.long
def test_killed_twice_it_comes_to_the_same_weights(llama, rows, desk, tmp_path):
    config = {"epochs": 60, "lr": 1e-3, "batch": 8, "micro": 8, "save_every": 15}
    whole = dpo.train(replace(dpo.POCKET, **config), rows, llama, tmp_path / "whole", desk)
    assert killed_and_resumed("dpo", llama, rows, tmp_path, config) == 2
    assert file_hash(tmp_path / "out" / "model.safetensors") == weights(whole)
