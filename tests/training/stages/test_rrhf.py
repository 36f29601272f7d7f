"""RRHF on real tiny models: the order of several answers is learnt, and what cannot be read is told."""

from dataclasses import replace

import pytest

from arena.jobs.types import Stopped
from arena.keys import file_hash
from arena.plugins import Choice
from tests.training import tiny
from tests.training.played import all_of, scored
from tests.training.stages.test_sft import killed_and_resumed
from training import pairs
from training import rows as files
from training.errors import TooFew
from training.outcomes import gather
from training.stages import loading, rrhf
from training.types import RankedRow

CONFIG = replace(rrhf.POCKET, epochs=6, lr=3e-3, batch=8, micro=4, save_every=4, log_every=2)


def ranked(path, copies=4):
    """Questions with a right, a near and a wrong answer, in RRHF's own form."""
    said = [(q, [a, "red blue", "0"], [9, 5, 1]) for q, a in tiny.FACTS]
    told = [{"query": q, "responses": answers, "scores": scores} for q, answers, scores in said * copies]
    return tiny.lines(path, told)


def test_the_answers_come_into_the_order_of_their_scores(llama, desk, tmp_path):
    config = replace(CONFIG, log_every=1)
    result = rrhf.train(config, ranked(tmp_path / "rows.jsonl"), llama, tmp_path / "out", desk)
    ordered = [y for name, _, y in desk.figures if name == "ordered"]
    assert ordered[-1] > 0.9 > ordered[0]
    assert (result.rows, result.steps) == (16, 12)
    assert rrhf.train(config, tmp_path / "rows.jsonl", llama, tmp_path / "out", desk) == result


def test_the_ranking_is_what_the_worse_is_above_the_better():
    import torch

    means = torch.tensor([-1.0, -0.5, -2.0])
    assert float(rrhf.ranking(means, (3, 2, 1))) == pytest.approx(0.5)
    assert float(rrhf.ranking(means, (2, 2, 1))) == 0
    assert float(rrhf.ranking(means, (1, 2, 3))) == pytest.approx(1 + 1.5)


def test_stopped_at_any_step_it_goes_on_to_the_same_weights(llama, tmp_path):
    rows = ranked(tmp_path / "rows.jsonl", 2)
    whole = rrhf.train(CONFIG, rows, llama, tmp_path / "whole", tiny.Paper(tmp_path / "desk1"))
    stopped = tiny.Paper(tmp_path / "desk2", stop_at=3)
    with pytest.raises(Stopped):
        rrhf.train(CONFIG, rows, llama, tmp_path / "out", stopped)
    stopped.stop_at = None
    again = rrhf.train(CONFIG, rows, llama, tmp_path / "out", stopped)
    assert file_hash(again.folder / "model.safetensors") == file_hash(whole.folder / "model.safetensors")
    assert again.figures == whole.figures
    assert not list((tmp_path / "desk2" / "work").iterdir())


@pytest.mark.slow
@pytest.mark.long
def test_killed_twice_it_comes_to_the_same_weights(llama, desk, tmp_path):
    rows = ranked(tmp_path / "rows.jsonl")
    config = {"epochs": 30, "lr": 1e-3, "batch": 8, "micro": 8, "save_every": 10}
    whole = rrhf.train(replace(rrhf.POCKET, **config), rows, llama, tmp_path / "whole", desk)
    assert killed_and_resumed("rrhf", llama, rows, tmp_path, config) == 2
    assert file_hash(tmp_path / "out" / "model.safetensors") == file_hash(whole.folder / "model.safetensors")


def test_rows_are_made_of_all_judged_answers_of_a_prompt(tmp_path):
    facts = all_of(scored("p", {"me": 3, "x": 9, "y": 7}), scored("q", {"me": 5, "x": 5, "y": 5}))
    made = pairs.select(gather(facts), pairs.Selection("me", (Choice("ranking", {"k": 1}),)))
    (row,) = made.rows
    assert (row.scores, row.models, row.gap, row.origin) == ((9, 7, 3), ("x", "y", "me"), 6, "mixed")
    assert len(row.battles) == 3
    assert made.preview.dropped == {"the gap is below K": 1}
    files.write(tmp_path / "rows.jsonl", made.rows)
    assert list(files.read(tmp_path / "rows.jsonl", "ranked")) == [row]


def test_entries_without_an_order_are_left_out_and_said(llama, desk, tmp_path):
    same = {"query": "a", "responses": ["b", "b"], "scores": [1, 2]}
    short = {"query": "a", "responses": ["b"], "scores": [1]}
    rows = tiny.lines(tmp_path / "rows.jsonl", [same, short])
    with pytest.raises(TooFew, match=r"rrhf: 0 of 2 rows.*fewer than two responses"):
        rrhf.train(CONFIG, rows, llama, tmp_path / "out", desk)
    tied = RankedRow("1", "1", ("what",), (("red",), ("blue",)), (1.0, 1.0))
    assert rrhf.encoded(loading.tokenizer(llama), tied, 99) is None
