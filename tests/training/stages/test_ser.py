"""Self-evolved rewards on real tiny models: labels of its own, how right they are, what is rolled back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.jobs.types import Stopped
from tests.training import tiny
from tests.training.stages.test_online import same
from training import rows as files
from training.errors import TooFew
from training.rewards import measure
from training.rewards.status import Apart, Differ, Numbers, centred, relabelled
from training.stages import reward, ser
from training.types import PairRow

CONFIG = replace(
    ser.POCKET, epochs=8, lr=5e-3, batch=8, micro=8, least=4, enough=6, head="score", seed_share=0.3,
    holdout=0.25, samples=0, again="start", scale=1.0, fall=0.0,
)  # fmt: skip
NUMBERS = st.floats(-50, 50)


def pairs(path, copies=16):
    """A right and a wrong answer to prompts of many names."""
    made = [
        PairRow(f"r{at}", f"p{at}", (f"{q} {at}",), (a,), ("no",), gap=2.0)
        for at, (q, a) in enumerate(tiny.FACTS * copies)
    ]
    files.write(path, made)
    return path


def test_few_labels_teach_it_to_label_the_rest(llama, desk, tmp_path):
    result = ser.train(CONFIG, pairs(tmp_path / "rows.jsonl"), llama, tmp_path / "out", desk)
    told = result.figures
    assert told["loop_0/held_out/accuracy"] > 0.7
    assert told["loop_1/self_label/accuracy"] > 0.7
    assert told["loop_1/status"] in (1, 2)
    last = max(at for at in range(4) if f"loop_{at}/held_out/accuracy" in told) - ("rolled_back" in told)
    assert told["held_out/all/accuracy"] == told[f"loop_{last}/held_out/accuracy"]
    assert told["held_out/all/n"] == told["loop_0/held_out/n"] > 4
    assert told["loop_0/watched/n"] > 4
    assert any(name == "ser/self_label/accuracy" for name, _, _ in desk.figures)
    assert ser.train(CONFIG, tmp_path / "rows.jsonl", llama, tmp_path / "out", desk) == result


def test_the_parts_are_disjoint_by_prompt_and_baselines_have_the_same_held_out_slice(llama, desk, tmp_path):
    read = [row for row in files.read(pairs(tmp_path / "rows.jsonl"), "pair") if isinstance(row, PairRow)]
    made = {
        way: ser.Evolution(replace(CONFIG, way=way), llama, _Nowhere(), read) for way in ("evolved", "all")
    }
    evolved, every = made["evolved"], made["all"]
    names = [
        {row.prompt for row in part}
        for part in (evolved.labelled, evolved.others, evolved.held, evolved.watched)
    ]
    assert sum(map(len, names)) == len(set.union(*names)) == 64
    assert (every.held, every.watched) == (evolved.held, evolved.watched)
    assert (every.others, len(every.labelled)) == ([], 64 - len(every.held) - len(every.watched))


class _Nowhere:
    """Stands where a compound would, for parts that are only counted; keeps nothing."""

    def kept(self, _: str) -> None:
        """Nothing."""

    def keep(self, _: str, __: object) -> None:
        """Nowhere."""


class Half(ser.Evolution):
    """Is sure of every pair, and wrong on those of every other prompt."""

    def _numbers(self, model, rows):  # noqa: ARG002
        return [Numbers(9.0, -9.0) if int(row.prompt[1:]) % 2 else Numbers(-9.0, 9.0) for row in rows]


def test_its_own_labels_are_as_many_as_their_prompts_are_worth_in_all_loops_together(llama):
    rows = [PairRow(f"r{at}", f"p{at // 4}", ("what",), ("a",), ("b",)) for at in range(400)]
    half = Half(CONFIG, llama, _Nowhere(), rows)
    first = half._labelled(1, llama, [])
    told = {name: first.figures[f"self_label_all/{name}"] for name in ("accuracy", "low", "high")}
    assert told == {name: first.figures[f"self_label/{name}"] for name in told}
    part = replace(first, taken=first.taken[:40], turned=tuple(set(first.turned) & set(first.taken[:40])))
    second = half._labelled(2, llama, [part])
    assert second.figures["self_label/n"] == len(first.taken) - 40
    assert second.figures["self_label_all/low"] == pytest.approx(told["low"])


@pytest.mark.slow
@pytest.mark.parametrize(("way", "taken"), [("seed", 0), ("pseudo", 1), ("all", 0)])
def test_the_baselines_take_no_label_or_all_at_once(llama, desk, tmp_path, way, taken):
    rows = pairs(tmp_path / "rows.jsonl")
    told = ser.train(replace(CONFIG, way=way), rows, llama, tmp_path / "out", desk).figures
    assert told["loops"] == taken
    if way == "pseudo":
        assert told["loop_1/self_label/n"] == told["loop_1/left"]
    assert told["held_out/all/accuracy"] > 0.5


def misled(path):
    """Pairs whose own labels are all wrong: the model goes by red, and so learns that cold beats hot.

    Labelled are red against no, and four pairs of hot against cold; others of those are what is held out.
    """
    made, rare = [], 0
    for at in range(200):
        prompt = f"p{at}"
        held = measure.held_out(prompt, 0, 0.25)
        labelled = not held and measure.held_out(prompt, 0, 0.3, "seed")
        rare += labelled
        sides = ("hot of", "cold of") if rare <= 4 else ("the red", "the no")
        sides = ("hot is", "cold is") if held else sides if labelled else ("hot no", "cold red")
        made.append(PairRow(f"r{at}", prompt, ("what",), (sides[0],), (sides[1],)))
    files.write(path, made)
    return path


def test_a_loop_that_makes_it_worse_is_rolled_back(llama, desk, tmp_path):
    config = replace(CONFIG, epochs=7, lr=2e-3)
    result = ser.train(config, misled(tmp_path / "rows.jsonl"), llama, tmp_path / "out", desk)
    told = result.figures
    assert told["rolled_back"] == 1
    assert told["loop_1/self_label/accuracy"] < 0.5
    assert told["loop_1/watched/accuracy"] < told["loop_0/watched/accuracy"]
    assert told["held_out/all/accuracy"] == told["loop_0/held_out/accuracy"]
    assert any("rolled back" in note for note in result.notes)


@pytest.mark.slow
def test_stopped_in_a_loop_it_goes_on_to_the_same_weights(llama, tmp_path):
    rows, config = pairs(tmp_path / "rows.jsonl"), replace(CONFIG, loops=1)
    whole = ser.train(config, rows, llama, tmp_path / "whole", tiny.Paper(tmp_path / "a"))

    class Late(tiny.Paper):
        """Stops within the training of the first loop."""

        def check(self) -> None:
            if list(self.folder.glob("work/ser-*/labels-1.json")) and self.done == 3:
                raise Stopped

    with pytest.raises(Stopped):
        ser.train(config, rows, llama, tmp_path / "out", Late(tmp_path / "b"))
    again = ser.train(config, rows, llama, tmp_path / "out", tiny.Paper(tmp_path / "b"))
    assert again.figures == whole.figures
    assert same(again.folder, whole.folder)


def test_nothing_held_out_or_too_few_labels_are_told(llama, desk, tmp_path):
    rows = pairs(tmp_path / "rows.jsonl", 4)
    with pytest.raises(TooFew, match=r"ser: \d+ of 16 rows .* at least 99 are needed"):
        ser.train(replace(CONFIG, least=99), rows, llama, tmp_path / "out", desk)
    with pytest.raises(TooFew, match="no pair of 16 is held out: raise holdout"):
        ser.train(replace(CONFIG, holdout=1e-6), rows, llama, tmp_path / "out", desk)


@given(NUMBERS, NUMBERS)
def test_status_1_needs_both_sides_of_the_middle_and_order_does_not_matter(a, b):
    one, other = Numbers(a, b), Numbers(b, a)
    for rule in (Apart(0.55, 0.45), Differ(0.3)):
        assert rule.sure(one) == rule.sure(other)
    assert Apart(0.55, 0.45).sure(one) == (max(a, b) > 0.2006706 and min(a, b) < -0.2006706) or abs(a) < 0.3
    moved = centred(one, own=True)
    assert moved.chosen + moved.rejected == pytest.approx(0, abs=1e-9)
    assert centred(one, own=False) == one


def test_a_label_of_its_own_turns_the_pair_and_has_no_gap():
    row = PairRow("1", "p", ("q",), ("a",), ("b",), "x", "y", gap=3.0)
    turned = relabelled(row, True)
    assert (turned.chosen, turned.rejected, turned.model, turned.over, turned.gap) == (
        ("b",),
        ("a",),
        "y",
        "x",
        None,
    )
    assert relabelled(row, False).chosen == ("a",)


def test_pairs_that_share_an_id_are_told_apart():
    rows = [PairRow("q", "p", ("x",), (answer,), ("no",)) for answer in "abc"]
    assert [row.id for row in ser.named(rows)] == ["q", "q (2)", "q (3)"]


def test_an_interval_is_as_wide_as_its_prompts_are_few():
    hits, prompts = [1.0, 1.0, 1.0, 0.0] * 20, [f"p{at}" for at in range(80)]
    alone = measure.share("x", hits, prompts)
    assert alone == pytest.approx(measure.share("x", hits), abs=1e-3)
    heaped = measure.share("x", sorted(hits), [f"p{at // 10}" for at in range(80)])
    assert heaped["x/high"] - heaped["x/low"] > 2 * (alone["x/high"] - alone["x/low"])
    sure = measure.share("x", [1.0] * 80, [f"p{at // 10}" for at in range(80)])
    assert sure["x/low"] == pytest.approx(measure.share("x", [1.0] * 8)["x/low"])


def test_hinge_asks_for_one_apart_and_no_more(llama):
    import torch

    apart = torch.tensor([2.0, 0.5, -1.0])
    assert reward.losses(replace(reward.POCKET, loss="hinge"), apart).tolist() == [0.0, 0.5, 2.0]
    assert reward.losses(reward.POCKET, apart).tolist() == pytest.approx([0.1269, 0.4741, 1.3133], abs=1e-4)
