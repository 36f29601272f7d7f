"""Files that TRL's own trainers take as they are, and rows that come back as they were written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadRequest, NotFound, Unreadable
from arena.types import Reject
from tests.training import tiny
from training import export, rows
from training.types import PairRow, PromptRow, SftRow

TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
TURNS = st.integers(1, 3).flatmap(
    lambda n: st.tuples(*[st.lists(TEXT, min_size=n, max_size=n).map(tuple)] * 3)
)


@given(TURNS, st.floats(0, 10))
def test_rows_come_back_as_they_were_written(tmp_path_factory, texts, gap):
    turns, one, other = texts
    made = {
        "sft": SftRow("i", "p", turns, one, "x", "me", ("b1",), gap, "off_policy", "won", "c", shorter=3),
        "pair": PairRow("i", "p", turns, one, other, "x", "me", ("b1", "b2"), gap, weight=0.5),
        "prompt": PromptRow("i", "p", turns, one[:-1], natural="n"),
    }
    folder = tmp_path_factory.mktemp("rows")
    for kind, row in made.items():
        assert rows.write(folder / kind, [row]) == 1
        assert list(rows.read(folder / kind, kind)) == [row]


@given(TURNS)
def test_our_own_exports_are_read_as_the_rows_they_were(tmp_path_factory, texts):
    turns, one, other = texts
    path = tmp_path_factory.mktemp("rows") / "pairs.jsonl"
    export.write(path, [PairRow("i", "p", turns, one, other, gap=2.0)], "reward")
    (row,) = rows.read(path, "pair")
    assert (row.turns, row.chosen, row.rejected, row.gap, row.id) == (turns, one, other, 2.0, "i")


def test_entries_that_hold_no_row_are_rejects_and_stop_nothing(tmp_path):
    entries = [
        {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
        {"conversations": [{"from": "human", "value": "a"}]},
        {"conversations": [{"from": "human", "value": "a"}, {"from": "human", "value": "b"}]},
        {"conversations": [{"from": "martian", "value": "a"}]},
        {"kind": "pair", "id": "x"},
        [1],
    ]
    read = list(rows.read(tiny.lines(tmp_path / "rows.jsonl", entries), "sft"))
    assert isinstance(read[0], SftRow)
    assert [row.line for row in read if isinstance(row, Reject)] == [2, 3, 4, 5, 6]
    reasons = " ".join(row.reason for row in read if isinstance(row, Reject))
    assert all(
        word in reasons for word in ("no answer", "take turns", "without a known side", "is a pair row")
    )


def test_a_file_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "rows.txt").write_text("hello\n")
    with pytest.raises(Unreadable, match="neither JSON lines"):
        list(rows.read(tmp_path / "rows.txt", "sft"))
    with pytest.raises(NotFound, match="no such file"):
        list(rows.read(tmp_path / "none", "sft"))
    with pytest.raises(BadRequest, match=r"\.jsonl or \.parquet"):
        export.write(tmp_path / "rows.csv", [], "sft")


def test_kto_labels_both_sides(tmp_path):
    row = PairRow("i", "p", ("a", "b"), ("1", "2"), ("3", "4"))
    found = list(export.entries([row], "kto"))
    assert [(entry["completion"][0]["content"], entry["label"]) for entry in found] == [
        ("1", True), ("2", True), ("3", False), ("4", False),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("form", export.FORMS)
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_trls_own_trainers_take_the_files(llama, tmp_path, form, ending):
    import trl
    from datasets import load_dataset

    from training.stages import loading

    loading.quiet()
    facts = [(q, a, b) for (q, a), (_, b) in zip(tiny.FACTS, tiny.FACTS[1:], strict=False)]
    kind = SftRow if form == "sft" else PairRow
    sides = 1 if form == "sft" else 2
    made = [
        kind(str(at), q, (q, "of"), *[(one, "red"), (two, "hot")][:sides])
        for at, (q, one, two) in enumerate(facts)
    ]
    path = tmp_path / f"rows.{ending}"
    assert export.write(path, made, form) == {"sft": 6, "dpo": 3, "reward": 3, "kto": 12}[form]
    data = load_dataset(
        "json" if ending == "jsonl" else "parquet", data_files=str(path), split="train",
        cache_dir=str(tmp_path / "cache"),
    )  # fmt: skip
    name = {"sft": "SFT", "dpo": "DPO", "reward": "Reward", "kto": "KTO"}[form]
    config = getattr(trl, f"{name}Config")(
        str(tmp_path / "out"), use_cpu=True, bf16=False, report_to=[], max_steps=1, max_length=128,
        save_strategy="no", per_device_train_batch_size=3, gradient_checkpointing=False,
        dataloader_pin_memory=False,
    )  # fmt: skip
    head = "score" if form == "reward" else "words"
    tokens = loading.tokenizer(llama)
    from training.stages.types import Training

    trainer = getattr(trl, f"{name}Trainer")(
        loading.model(llama, Training(), tokens, head),
        args=config,
        train_dataset=data,
        processing_class=tokens,
    )
    assert trainer.train().training_loss > 0


def test_json_lines_hold_one_entry_each(tmp_path):
    export.write(tmp_path / "a.jsonl", [SftRow("i", "p", ("a\nb",), ("c",))], "sft")
    assert len(list(map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines()))) == 1
