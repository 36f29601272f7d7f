"""Sure leads: beside hopeless and unbeaten models too, hardly ever wrong, and told where they cannot be."""

from math import comb

import numpy as np
import pytest

from arena.tournament.leads import LEAST, Bar, Row, leads

BAR = Bar(0.95, 200)


def rows(strengths: tuple[float, ...], prompts: int, seed: int) -> list[Row]:
    """All pairs on each prompt, decided by Bradley-Terry."""
    draw, size = np.random.default_rng(seed), len(strengths)
    pairs = [(a, b) for a in range(size) for b in range(a + 1, size)]
    chances = [1 / (1 + 10 ** ((strengths[b] - strengths[a]) / 400)) for a, b in pairs]
    wins = draw.random((prompts, len(pairs))) < chances
    return [(at, a, b, float(wins[at, n])) for at in range(prompts) for n, (a, b) in enumerate(pairs)]


@pytest.mark.parametrize(("strengths", "top", "prompts"), [
    ((500.0, 200.0, 0.0), 1, 100),
    ((500.0, 200.0, 0.0, -5000.0), 1, 100),  # the last never wins
    ((9000.0, 0.0, 0.0, -9000.0), 1, 40),  # the first never loses
    ((9000.0, 6000.0, 3000.0, 0.0), 3, 40),  # no battle against the order
    ((9000.0, 300.0, 0.0, -9000.0), 2, 200),
])  # fmt: skip
def test_hopeless_and_unbeaten_models_do_not_keep_a_lead_from_being_sure(
    strengths: tuple[float, ...], top: int, prompts: int
) -> None:
    names = tuple("abcd"[: len(strengths)])
    found = leads(names, rows(strengths, prompts, 1), top, BAR)
    assert (found.sure, found.order[:top], found.doubt) == (top, names[:top], "")


@pytest.mark.parametrize("strengths", [(600.0, 600.0, 0.0, -5000.0), (9000.0, 9000.0, 0.0, 0.0)])
def test_of_two_even_ones_neither_leads_whoever_else_is_there(strengths: tuple[float, ...]) -> None:
    """At 80 %, of 30 tournaments with a look every 25 prompts at most a fifth may be wrong."""
    wrong = 0
    for seed in range(30):
        every, step = rows(strengths, 150, seed), 25 * comb(4, 2)
        looks = (every[:end] for end in range(2 * step, len(every) + 1, step))
        wrong += any(leads(tuple("abcd"), look, 1, Bar(0.8, 75)).sure for look in looks)
    assert wrong <= 6


def test_a_lead_over_a_model_that_another_sweeps_is_sure_at_second_hand() -> None:
    first = rows((500.0, 0.0), 150, 1)
    met = [(at, 1, 2, 1.0) for at in range(40)]
    assert leads(("a", "b", "z"), [*first, *met], 1, BAR).sure == 1


def test_what_cannot_be_told_is_said() -> None:
    some = rows((500.0, 200.0, 0.0), 150, 1)
    few = [(at, 2, 3, 1.0) for at in range(5)]
    assert leads(tuple("abcz"), [*some, *few], 1, BAR).doubt == "z never won nor tied"
    assert "never met" in leads(tuple("abcz"), some, 1, BAR).doubt
    assert leads(tuple("abc"), some, 2, BAR).doubt == ""


def test_a_few_prompts_tell_nothing() -> None:
    some = rows((9000.0, 0.0, 0.0), LEAST, 1)
    assert leads(tuple("abc"), some, 1, BAR).sure == 1
    found = leads(tuple("abc"), some[:-3], 1, BAR)
    assert (found.sure, found.doubt) == (0, "29 prompts were decided, it takes 30")
