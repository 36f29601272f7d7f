"""The rule by which people are asked: never twice, doubt first, a fifth at random, always the same."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from arena import polling
from arena.polling import LOT, Candidate

SHARES = st.none() | st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
CANDIDATE = st.builds(
    Candidate,
    battle=st.uuids().map(str),
    machines=SHARES,
    split=st.booleans(),
    flipped=st.booleans(),
    gap=st.none() | st.floats(0, 9),
    people=SHARES,
    votes=st.integers(0, 3),
    alike=st.booleans(),
)
SEED, TURN = st.text("abcdef0123456789", min_size=16, max_size=16), st.integers(0, 400)
FIELD = st.lists(CANDIDATE, max_size=12, unique_by=lambda one: one.battle)


@given(CANDIDATE)
def test_doubt_is_a_share(one: Candidate) -> None:
    assert 0 <= polling.doubt(one) <= 1


@given(FIELD, st.data(), SEED, TURN)
def test_a_battle_that_is_over_for_a_voter_is_never_asked(field, data, seed, turn) -> None:
    done = {one.battle for one in field if data.draw(st.booleans())}
    found = polling.draw(field, done, seed, turn)
    assert (found is None) == (len(done) == len(field))
    assert found is None or found.battle not in done


@given(FIELD, SEED, TURN, st.randoms())
def test_the_same_voter_is_asked_the_same_whatever_the_order(field, seed, turn, random) -> None:
    shuffled = random.sample(field, len(field))
    assert polling.draw(field, (), seed, turn) == polling.draw(shuffled, (), seed, turn)


@given(FIELD.filter(bool), SEED, TURN)
def test_no_draw_for_doubt_leaves_a_greater_doubt(field, seed, turn) -> None:
    found = polling.draw(field, (), seed, turn)
    assert found is not None
    chosen = next(one for one in field if one.battle == found.battle)
    if found.drawn == "unsure":
        assert polling.doubt(chosen) == max(map(polling.doubt, field))
    elif found.drawn == "second":
        assert chosen.votes == 1
    else:
        assert chosen.alike


@given(SEED, st.integers(0, 80))
def test_of_any_five_draws_one_is_random_and_one_asks_for_a_second_word(seed, fifth) -> None:
    field = [Candidate(f"b{at}", machines=1.0, votes=1) for at in range(8)]
    aims = Counter(polling.draw(field, (), seed, 5 * fifth + at).drawn for at in range(5))
    assert aims == Counter(LOT)


@given(FIELD, SEED, TURN)
def test_a_battle_that_does_not_fit_gives_way_to_the_next(field, seed, turn) -> None:
    first = polling.draw(field, (), seed, turn)
    if first is None:
        return
    other = polling.draw(field, (), seed, turn, lambda battle: battle != first.battle)
    assert (other is None) == (len(field) == 1)
    assert other is None or other.battle != first.battle


def test_what_makes_a_judge_unsure_comes_first() -> None:
    sure = Candidate("sure", machines=1.0, gap=8)
    near, label = Candidate("near", machines=1.0, gap=0.5), Candidate("label", machines=1.0)
    for one in (
        Candidate("flip", machines=0.5, gap=6, flipped=True),
        Candidate("split", machines=0.5, gap=6, split=True),
        Candidate("unread", machines=None),
        Candidate("against", machines=1.0, gap=6, people=0.0, votes=1),
    ):
        assert polling.doubt(one) == 1 > polling.doubt(near) > polling.doubt(label) > polling.doubt(sure)
