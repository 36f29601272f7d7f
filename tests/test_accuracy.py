"""How right judges of pocket games are: the verifier always, a worse one as was set, the pocket judge."""

from pathlib import Path

import pytest

from arena import accuracy
from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.tournament.config import Contestant, Tournament
from arena.types import Verdict
from tests.tournament import build

N = 60
ASKED = Choice(
    "pairwise_score",
    {
        "prompt": "pocket",
        "max_tokens": 300,
        "backend": {"name": "transformers", "options": {"model": "shipped:pocket-judge"}},
    },
)


def whole(choice: Choice) -> accuracy.Line:
    return next(line for line in accuracy.measure(choice, N) if (line.group, line.items) == ("all", "all"))


def test_the_verifier_is_right_in_every_game() -> None:
    found = whole(Choice("verifier"))
    shares = (found.read, found.two_way, found.three_way, found.merged, found.consistent)
    assert [share.right for share in shares] == [1.0] * 5
    assert 0 < found.two_way.n < found.three_way.n == N


def test_a_judge_that_errs_is_wrong_as_often_as_was_set() -> None:
    found = whole(Choice("verifier", {"error": 0.3, "unreadable": 0.1}))
    assert found.read.low < 0.9 < found.read.high
    assert found.two_way.low < 0.9 * 0.7 < found.two_way.high
    assert found.consistent.right < found.three_way.right < 1


def test_the_pocket_judge_is_right_on_most_held_out_pairs() -> None:
    found = whole(ASKED)
    assert found.read.right > 0.95
    assert found.two_way.right > 0.75
    assert found.merged.right > 0.75


@pytest.mark.slow
def test_a_tournament_before_the_pocket_judge_ranks_the_models_and_reports_canaries(tmp_path: Path) -> None:
    models = tuple(
        Contestant(name, Choice("transformers", {"model": f"shipped:{name}"}))
        for name in ("oak", "ash", "sprout")
    )
    prompts = Choice("pocket", {"split": "panel", "n": 40})
    sampling = Sampling(0.7, max_tokens=40)
    config = Tournament("t", prompts, models, ASKED, sampling=sampling, canaries=8)
    units = build.played(config, build.scene(tmp_path))
    found = build.facts(units)
    verdicts = [fact for fact in found if isinstance(fact, Verdict)]
    assert len(verdicts) == 2 * (3 * 40 + 8)
    assert sum(verdict.status == "ok" for verdict in verdicts) > 0.95 * len(verdicts)
    assert build.share(found, "oak") > build.share(found, "ash") > build.share(found, "sprout")
    assert any("canaries: of" in note for unit in units for note in unit.notes)
