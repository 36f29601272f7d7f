"""Selection: the paper's rules, every option, and what must never become a training row."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadRequest
from arena.fields import describe
from arena.plugins import Choice, help_of, names
from arena.types import Battle, Prompt, Response, Verdict
from tests.training.played import all_of, battle, prompt, response, scored
from training import pairs
from training.outcomes import Folding, content, gather
from training.pairs import Selection, accumulate, paper, select
from training.types import Bans, PairRow, PromptRow, SftRow

LOST = scored("lost", {"me": 3, "x": 9, "y": 7})
NEAR = scored("near", {"me": 6, "x": 7, "y": 5})
WON = scored("won", {"me": 9, "x": 5, "y": 2})
FACTS = all_of(LOST, NEAR, WON)


def chosen(facts, *rules, target="me", **more):
    return select(gather(facts), Selection(target, tuple(Choice(*rule) for rule in rules)), **more)


def names_of(selected):
    asked = {fact.id: fact.natural for fact in FACTS if isinstance(fact, Prompt)}
    return [asked[row.prompt] for row in selected.rows]


def test_sft_takes_the_best_winner_of_prompts_lost_by_at_least_k():
    selected = select(gather(FACTS), paper("sft", 1, "me"))
    (row,) = selected.rows
    assert isinstance(row, SftRow)
    assert (row.model, row.over, row.gap, row.origin) == ("x", "me", 6, "off_policy")
    assert row.answers == ("x says lost 0",)
    assert len(row.battles) == 1
    assert selected.preview.dropped == {"the gap is below K": 1, "the target did not lose": 1}


@pytest.mark.parametrize(("iteration", "strict", "count"), [(1, False, 1), (2, False, 2), (2, True, 1)])
def test_k_falls_with_the_iteration_and_may_be_strict(iteration, strict, count):
    assert len(select(gather(FACTS), paper("sft", iteration, "me", strict=strict)).rows) == count


def test_dpo_prefers_the_best_answer_also_where_it_is_the_targets_own():
    selected = select(gather(FACTS), paper("dpo", 1, "me"))
    rows = dict(zip(names_of(selected), selected.rows, strict=True))
    assert {name: (row.model, row.over, row.gap) for name, row in rows.items()} == {
        "lost": ("x", "me", 6),
        "won": ("me", "y", 7),
    }
    assert all(isinstance(row, PairRow) and row.origin == "mixed" for row in selected.rows)


def test_the_reward_model_learns_every_decided_battle_with_its_gap():
    selected = select(gather(FACTS), paper("reward", 1, "me"))
    assert sorted(row.gap for row in selected.rows) == [1, 1, 2, 2, 3, 4, 4, 6, 7]
    assert selected.preview.origins == {"mixed": 6 / 9, "off_policy": 3 / 9}


def test_reinforcement_learns_on_prompts_each_text_once():
    twin = scored("twin", {"me": 1, "x": 2}, turns=("Say   LOST",))
    selected = select(gather([*FACTS, *twin]), paper("ppo", 1, "me"))
    assert all(isinstance(row, PromptRow) for row in selected.rows)
    assert len(selected.rows) == 3
    assert selected.preview.dropped == {"the same text as another prompt": 1}


def test_of_equal_winners_no_name_is_favoured():
    facts = all_of(*(scored(f"p{at}", {"me": 1, "x": 9, "y": 9}) for at in range(40)))
    shares = select(gather(facts), paper("sft", 1, "me")).preview.opponents
    assert 0.25 < shares["x"] < 0.75


def test_own_wins_are_replayed_up_to_a_share():
    both = chosen(FACTS, ("lost", {"k": 1}), ("replay", {"share": 0.5}))
    assert [(row.model, row.origin) for row in both.rows][-1] == ("me", "on_policy")
    assert len(both.rows) == 3
    none = chosen(FACTS, ("lost", {"k": 3}), ("replay", {"share": 0.5}))
    assert none.preview.dropped["more own wins than are replayed"] == 1


def test_best_against_worst_goes_over_all_prompts():
    rule = ("contrast", {"k": 1, "which": "all", "rejected": "lowest"})
    selected = chosen(FACTS, rule)
    assert {(row.model, row.over) for row in selected.rows} == {("x", "me"), ("x", "y"), ("me", "y")}
    lost = chosen(FACTS, ("contrast", {"k": 1, "which": "lost"}))
    assert [(row.model, row.over) for row in lost.rows] == [("x", "me")] * 2


def own_samples(scores):
    asked = prompt("own")
    other = response(asked, "x")
    mine = [response(asked, "me", sample=at) for at in range(len(scores))]
    played = [battle(asked, mine[at], other, score, 5) for at, score in enumerate(scores)]
    return all_of([asked, other, *mine], *played)


def test_own_samples_make_on_policy_pairs_and_a_quantile_spares_the_worst():
    (worst,) = chosen(own_samples([2, 9, 6, 4]), ("own_samples", {})).rows
    (median,) = chosen(own_samples([2, 9, 6, 4]), ("own_samples", {"quantile": 0.5})).rows
    assert (worst.gap, worst.origin, worst.rejected) == (7, "on_policy", ("me says own 0",))
    assert median.gap == 5
    assert "fewer than two" in next(iter(chosen(FACTS, ("own_samples", {})).preview.dropped))


def circle():
    asked = prompt("circle")
    a, b, c = (response(asked, model) for model in ("me", "x", "y"))
    fights = [battle(asked, *pair, 8, 4) for pair in ((a, b), (b, c), (c, a))]
    return all_of([asked, a, b, c], *fights)


def test_prompts_whose_battles_go_in_a_circle_can_be_dropped():
    facts = [*circle(), *LOST]
    assert len(chosen(facts, ("lost", {"k": 1})).rows) == 2
    kept = chosen(facts, ("lost", {"k": 1}), ("cycles",))
    assert len(kept.rows) == 1
    assert kept.preview.dropped["the battles of the prompt go in a circle"] == 1


def test_long_answers_are_capped_and_lengths_balanced():
    asked = prompt("long")
    long, mine = response(asked, "x", "word " * 50), response(asked, "me", "word")
    facts = all_of([asked, long, mine], battle(asked, long, mine, 9, 2), LOST, NEAR)
    assert len(chosen(facts, ("lost", {"k": 1}), ("lengths", {"most": 100})).rows) == 2
    assert len(chosen(facts, ("lost", {"k": 1}), ("lengths", {"ratio": 5})).rows) == 2
    balanced = chosen(facts, ("lost", {"k": 1}), ("lengths", {"balance": 1.2}))
    assert len(balanced.rows) == 2
    assert balanced.preview.length == pytest.approx(1, abs=0.2)


def test_no_author_and_no_cluster_takes_more_than_its_cap():
    facts = all_of(*(scored(f"p{at}", {"me": 1, "x": 3 + at % 5}) for at in range(10)))
    few = chosen(facts, ("lost", {"k": 1}), ("caps", {"opponent": 4}))
    assert [row.gap for row in few.rows if row.gap < 4] == []
    assert len(few.rows) == 4
    clusters = {fact.id: str(at % 2) for at, fact in enumerate(f for f in facts if isinstance(f, Prompt))}
    spread = chosen(facts, ("lost", {"k": 1}), ("caps", {"cluster": 1}), clusters=clusters)
    assert len(spread.rows) == 2


def test_only_what_the_judge_was_sure_of_passes_the_threshold():
    assert len(chosen(FACTS, ("lost", {"k": 1}), ("threshold", {"score": 8})).rows) == 1
    asked = prompt("split")
    x, mine = response(asked, "x"), response(asked, "me")
    played = battle(asked, x, mine, 9, 2)
    played[2] = replace(played[2], score_a=4, score_b=5)
    facts = [asked, x, mine, *played]
    assert len(chosen(facts, ("lost", {"k": 1})).rows) == 1
    assert chosen(facts, ("lost", {"k": 1}), ("threshold", {"agreed": True})).rows == ()


def test_prompts_that_are_measured_on_are_never_trained_on():
    asked = next(fact for fact in LOST if isinstance(fact, Prompt))
    by_id = Bans(prompts=frozenset({asked.id}), names={asked.id: "the panel"})
    by_text = Bans(contents=frozenset({content((asked.turns[0].upper(),))}))
    for stage in ("sft", "dpo", "reward", "ppo"):
        for bans in (by_id, by_text):
            selected = select(gather(FACTS), paper(stage, 1, "me"), bans)
            assert asked.id not in {row.prompt for row in selected.rows}
            assert any("belongs to" in reason for reason in selected.preview.dropped)


def test_undecided_and_both_bad_battles_teach_nothing():
    asked = prompt("bad")
    x, mine = response(asked, "x"), response(asked, "me")
    unread = [asked, x, mine, *battle(asked, x, mine, None, None)]
    bad = [asked, x, mine, *battle(asked, x, mine, 9, 2, winner="both_bad")]
    for facts, word in ((unread, "undecided"), (bad, "both_bad")):
        for stage in ("sft", "dpo", "reward", "ppo"):
            selected = select(gather(facts), paper(stage, 2, "me"))
            assert selected.rows == ()
            assert selected.preview.dropped == {f"the battle is {word}": 1}


def test_an_answer_that_was_judged_bad_elsewhere_is_not_imitated():
    asked = prompt("bad")
    x, y, mine = (response(asked, model) for model in ("x", "y", "me"))
    facts = [asked, x, y, mine, *battle(asked, x, mine, 9, 2), *battle(asked, x, y, 2, 2, winner="both_bad")]
    assert chosen(facts, ("lost", {"k": 1})).preview.dropped["judged both bad"] == 1


def test_cut_off_answers_canaries_and_self_battles_are_left_out():
    asked = prompt("odd")
    cut, mine = response(asked, "x", status="truncated"), response(asked, "me")
    canary, again = response(asked, "canary:x"), response(asked, "me", sample=1)
    facts = all_of(
        [asked, cut, mine, canary, again], battle(asked, cut, mine, 9, 2), battle(asked, canary, mine, 9, 2),
        battle(asked, again, mine, 9, 2),
    )  # fmt: skip
    selected = chosen(facts, ("lost", {"k": 1}))
    assert selected.rows == ()
    assert selected.preview.dropped == {"the answer was cut off at its limit": 1}


def test_an_empty_selection_is_a_verdict():
    selected = select(gather(WON), paper("sft", 1, "me"))
    assert selected.preview.verdict == "nothing to train me on: the target did not lose (1)"
    assert "there are no battles" in select(gather([]), paper("sft", 1, "me")).preview.verdict


def test_parts_accumulate_and_nothing_is_trained_on_twice():
    first = select(gather(LOST), paper("sft", 1, "me"))
    second = select(gather([*LOST, *NEAR]), paper("sft", 2, "me"))
    both = accumulate([first, second], "me")
    assert len(both.rows) == 2
    assert both.preview.dropped["a row of an earlier part"] == 1


def test_several_turns_are_learnt_as_several_turns():
    facts = scored("talk", {"me": 2, "x": 8}, turns=("first", "second"))
    (row,) = select(gather(facts), paper("sft", 1, "me")).rows
    (asked,) = select(gather(facts), paper("ppo", 1, "me")).rows
    assert (len(row.turns), len(row.answers)) == (2, 2)
    assert asked.history == ("me says talk 0",)


def test_two_judges_must_be_told_apart():
    other = [replace(f, id=f.id + "2", judge="other") for f in LOST if isinstance(f, Verdict)]
    with pytest.raises(BadRequest, match="judge, other"):
        gather([*LOST, *other])
    assert gather([*LOST, *other], Folding(judge="other")).contests[0].winner is not None


def test_every_rule_says_what_it_is_and_what_its_options_do():
    rules = names(pairs.RULES)
    assert len(rules) == 21
    for rule in rules:
        assert len(help_of(pairs.RULES, rule)) > 40
    with pytest.raises(BadRequest, match="no option 'kk'"):
        chosen(FACTS, ("lost", {"kk": 1}))
    assert all(field.help for field in describe(Folding))


@given(st.randoms(use_true_random=False), st.sampled_from(["sft", "dpo", "reward", "ppo"]))
def test_rows_do_not_hang_on_the_order_of_facts(random, stage):
    shuffled = random.sample(FACTS, len(FACTS))
    assert select(gather(shuffled), paper(stage, 2, "me")) == select(gather(FACTS), paper(stage, 2, "me"))


def swapped(fact):
    if isinstance(fact, Battle):
        b = fact.response_b
        return replace(
            fact, model_a=fact.model_b, model_b=fact.model_a, response_a=b, response_b=fact.response_a
        )
    if isinstance(fact, Verdict):
        return replace(fact, score_a=fact.score_b, score_b=fact.score_a)
    return fact


@given(st.lists(st.fixed_dictionaries({m: st.integers(1, 10) for m in ("me", "x", "y")}), max_size=6))
def test_rows_do_not_hang_on_who_sits_where(scores):
    facts = all_of(*(scored(f"p{at}", each) for at, each in enumerate(scores)))
    mirrored = [swapped(fact) for fact in facts]
    for stage in ("sft", "dpo", "reward"):
        ours, theirs = (select(gather(each), paper(stage, 2, "me")) for each in (facts, mirrored))
        assert ours.rows == theirs.rows


@given(st.lists(st.fixed_dictionaries({m: st.integers(1, 10) for m in ("me", "x", "y")}), max_size=6))
def test_every_candidate_is_a_row_or_has_a_reason(scores):
    facts = all_of(*(scored(f"p{at}", each) for at, each in enumerate(scores)))
    for stage in ("sft", "dpo"):
        selected = select(gather(facts), paper(stage, 2, "me"))
        fates = [row.prompt for row in selected.rows] + [drop.prompt for drop in selected.dropped]
        assert sorted(fates) == sorted(fact.id for fact in facts if isinstance(fact, Prompt))
        assert all(row.gap >= 1 for row in selected.rows)
        texts = {fact.id: fact for fact in facts if isinstance(fact, Response)}
        assert len(texts) == 3 * len(scores)
