"""The pocket world: ids make their prompts again, parts are disjoint, answers get what they deserve."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadRequest
from arena.pocket.families import every
from arena.pocket.parts import PARTS, Part, draw, new, part_of, status
from arena.pocket.style import STYLES
from arena.pocket.task import Task, parse
from arena.pocket.verify import mark

SIZES: dict[Part, int] = dict.fromkeys(PARTS, 1500) | {
    "pretrain": 5000,
    "d1": 2500,
    "heldout-unseen": 2500,
}


@cache
def drawn(part: Part) -> tuple[Task, ...]:
    return tuple(draw(part, SIZES[part]))


def texts(part: Part) -> set[tuple[str, ...]]:
    return {tuple(turn.text for turn in task.turns) for task in drawn(part)}


@st.composite
def tasks(choose: st.DrawFn) -> Task:
    part = choose(st.sampled_from(PARTS))
    return drawn(part)[choose(st.integers(0, SIZES[part] - 1))]


WORDS = st.lists(st.sampled_from(["QUILT", "VORTEX", "JUMBO", "42000", "HMM"]), min_size=1, max_size=5)


def test_there_are_a_dozen_families_and_more_in_several_categories() -> None:
    assert len(every()) >= 20
    assert len({family.category for family in every()}) == 5
    assert all(len({item.key for item in family.items}) == len(family.items) for family in every())


@pytest.mark.slow
def test_no_two_parts_share_a_prompt() -> None:
    every_text = Counter(text for part in PARTS for text in texts(part))
    assert sum(map(len, map(texts, PARTS))) == sum(SIZES.values())
    assert every_text.most_common(1)[0][1] == 1


def test_no_taught_turn_is_among_the_held_ones() -> None:
    taught = {turn.cell for part in PARTS[:11] for task in drawn(part) for turn in task.turns}
    for task in drawn("heldout-seen"):
        assert any(turn.cell not in taught for turn in task.turns)


def test_new_prompts_ask_what_was_never_asked() -> None:
    taught = [task for part in PARTS[:11] for task in drawn(part)]
    items = {(task.family.name, task.item.key) for task in taught if task.family.rule}
    wordings = {(task.family.name, task.wording) for task in taught if not task.family.rule}
    for task in drawn("heldout-unseen"):
        asked = [(task.family.name, item.key) for item in (task.item, task.other) if item]
        if task.family.rule:
            assert not items.issuperset(asked)
        else:
            assert (task.family.name, task.wording) not in wordings


def test_facts_asked_in_new_words_were_taught_in_others() -> None:
    taught = {(task.family.name, task.item.key) for part in PARTS[:11] for task in drawn(part)}
    facts = {(task.family.name, task.item.key) for task in drawn("heldout-unseen") if not task.family.rule}
    assert facts <= taught


def test_the_measuring_parts_are_half_held_half_new() -> None:
    for part in ("panel", "skill"):
        assert Counter(status(task) for task in drawn(part)) == {"held": 750, "new": 750}


@given(tasks())
def test_an_id_makes_its_prompt_again(task: Task) -> None:
    again = parse(task.natural)
    assert again == task
    assert again.turns == task.turns
    assert part_of(again) == part_of(task)
    assert new(again) == (status(task) == "new")


@pytest.mark.parametrize(
    "natural", ["", "17", "capital/ATLANTIS/w1.o1.plain0.none0.after", "a/b/c/d", "again/x"]
)
def test_another_id_is_refused_with_what_to_do(natural: str) -> None:
    with pytest.raises(BadRequest, match="source `pocket`"):
        parse(natural)


def test_a_longer_draw_begins_with_the_shorter_one() -> None:
    assert tuple(draw("d3", 40)) == tuple(draw("d3", 90))[:40]
    assert tuple(draw("d3", 40, seed=1)) != tuple(draw("d3", 40))


def test_a_draw_may_be_of_one_family_or_category_only() -> None:
    assert {task.kind for task in draw("d0", 30, only=frozenset({"capital"}))} == {"capital"}
    assert {task.category for task in draw("d0", 30, only=frozenset({"order"}))} == {"order"}
    with pytest.raises(BadRequest, match="no family or category 'magic'"):
        next(draw("d0", 1, only=frozenset({"magic"})))


@pytest.mark.slow
def test_an_empty_part_says_how_much_there_is() -> None:
    with pytest.raises(BadRequest, match=r"has only [0-9]+ prompts for heldout-seen"):
        tuple(draw("heldout-seen", 5_000, only=frozenset({"young"})))


@given(tasks())
def test_the_right_answer_gets_ten(task: Task) -> None:
    best = mark(task, tuple(turn.gold for turn in task.turns))
    assert (best.score, best.right, best.formed) == (10, True, True)


@given(tasks(), st.sampled_from(STYLES), WORDS, st.sampled_from(["", "QUILT", "ANSWER"]))
def test_a_wrong_word_never_raises_the_score(task: Task, style: object, words: list[str], other: str) -> None:
    turns = tuple(style.render(turn.says, other or turn.answer) for turn in task.turns)  # type: ignore[attr-defined]
    plain = mark(task, turns)
    longer = mark(task, (*turns[:-1], " ".join((turns[-1], *words))))
    assert longer.score <= plain.score
    assert not longer.right or not plain.right or longer.score <= plain.score


@given(tasks(), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_gets_a_score_and_a_reason(task: Task, answers: list[str]) -> None:
    found = mark(task, tuple(answers))
    assert 1 <= found.score <= 10
    assert found.text


@pytest.mark.parametrize(
    ("answer", "score", "said"),
    [
        ("PARIS!", 10, "PARIS is right, form as asked"),
        ("PARIS", 9, "asked for only the answer with an exclamation mark, got only the answer"),
        ("LYON!", 4, "LYON is wrong, PARIS is right"),
        ("PARIX!", 6, "PARIX is nearly PARIS"),
        ("paris!", 8, "right but for its case"),
        ("the capital of FRANCE is PARIS. or ROME", 4, "beside something wrong"),
        ("", 1, "no answer, PARIS is right"),
    ],
)
def test_an_answer_is_worth_what_is_right_about_it(answer: str, score: int, said: str) -> None:
    found = mark(parse("capital/FRANCE/w1.o2.brief1.loud0.after"), (answer,))
    assert found.score == score
    assert said in found.text


def test_both_turns_count_and_are_told() -> None:
    task = parse("again/capital/FRANCE/w0.o0.plain0.none0.after/1/SPAIN")
    found = mark(task, ("the capital of FRANCE is PARIS.", "the capital of SPAIN is ROME."))
    assert found.score == 7
    assert not found.right
    assert found.text.startswith("turn 1: PARIS is right, form as asked; turn 2: ROME is wrong")
