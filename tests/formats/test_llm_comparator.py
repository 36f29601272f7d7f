"""LLM Comparator's document: graded scores, raters in both orders, and scores that are means.

The documents follow the README and llm_judge_runner.py of PAIR-code/llm-comparator.
"""

import json

import pytest

from arena.errors import Unreadable
from arena.formats import catalog
from arena.types import Reject, Row

RATER = {"score": 1.0, "rating_label": "A is better", "is_flipped": False, "rationale": "More detail."}
EXAMPLE = {
    "input_text": "Why?", "tags": ["Math"], "output_text_a": "So.", "output_text_b": "No.", "score": -1.0,
    "individual_rater_scores": [], "custom_fields": {},
}  # fmt: skip


@pytest.fixture
def document(tmp_path):
    """document(examples, **members): a file as the tool reads it, over many lines."""

    def write(*examples: object, **members: object):
        path = tmp_path / "comparison.json"
        models = [{"name": "m"}, {"name": "n"}]
        whole = {"metadata": {"source_path": "x"}, "models": models, "examples": list(examples)} | members
        path.write_text(json.dumps(whole, indent=2))
        return path

    return write


@pytest.mark.parametrize(
    ("score", "winner", "strength", "preference"),
    [
        (1.5, "a", 2, None),
        (1.0, "a", 1, None),
        (0.5, "a", 1, None),
        (0, "tie", 1, None),
        (-1.0, "b", 1, None),
        (-1.5, "b", 2, None),
        (0.75, None, 1, 0.75),
        (-0.3, None, 1, 0.4),
    ],
)
def test_a_score_is_graded_and_a_mean_stays_soft(read, document, score, winner, strength, preference) -> None:
    path = document(EXAMPLE | {"score": score})
    assert catalog.sniff(path) == "llm_comparator"
    battle, verdict, prompt, a, b = read("llm_comparator", path, judge="j")[0].facts
    assert (verdict.winner, verdict.strength, verdict.judge) == (winner, strength, "j")
    assert verdict.preference == (preference if preference is None else pytest.approx(preference))
    assert (battle.model_a, battle.model_b, battle.games, prompt.categories) == ("m", "n", 1, ("Math",))
    assert (a.turns, b.turns) == (("So.",), ("No.",))


def test_every_rater_is_a_judge_and_a_flipped_score_is_mapped_back_already(read, document) -> None:
    raters = [RATER, RATER | {"score": -0.5, "is_flipped": True}, RATER | {"score": None}]
    _, *verdicts = read("llm_comparator", document(EXAMPLE | {"individual_rater_scores": raters}))[0].facts[
        :4
    ]
    assert [(v.judge, v.winner, v.swapped, v.status) for v in verdicts] == [
        ("unknown 1", "a", False, "ok"),
        ("unknown 2", "b", True, "ok"),
        ("unknown 3", None, False, "unparsed"),
    ]
    assert (verdicts[0].explanation, verdicts[0].raw) == ("More detail.", "A is better")


def test_our_own_exports_judge_keeps_its_name(read, document) -> None:
    change = {"individual_rater_scores": [RATER], "custom_fields": {"judges": "gpt-4"}}
    assert read("llm_comparator", document(EXAMPLE | change), judge="told")[0].facts[1].judge == "gpt-4"


@pytest.mark.parametrize(
    "change",
    [
        {"score": 1.6},
        {"score": "1"},
        {"input_text": None},
        {"output_text_b": 3},
        {"individual_rater_scores": [3]},
        {"individual_rater_scores": {"score": 1}},
    ],
)
def test_a_broken_example_is_rejected(read, document, change) -> None:
    items = read("llm_comparator", document(EXAMPLE, EXAMPLE | change, 3))
    assert [type(item) for item in items] == [Row, Reject, Reject]
    assert [item.line for item in items] == [1, 2, 3]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"models": [{"name": "m"}]}, "models is not two objects with a name"),
        ({"models": "mn"}, "models is not two objects"),
        ({"examples": []}, "examples is not a list of rows"),
        ({"examples": {"a": 1}}, "examples is not a list of rows"),
    ],
)
def test_a_document_of_another_shape_is_refused_whole(read, document, members, reason) -> None:
    with pytest.raises(Unreadable, match=reason):
        read("llm_comparator", document(EXAMPLE, **members))


def test_a_document_that_lacks_its_members_is_refused(read, tmp_path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"models": [], "rows": []}')
    with pytest.raises(Unreadable, match="not llm_comparator: no object with models and examples"):
        read("llm_comparator", path)
