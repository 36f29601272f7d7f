"""A judge made worse on purpose, on a board: the figures of trust find what was set."""

from pathlib import Path

from arena.judges.verifier import Config
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.closer import Trusted
from arena.service.service import Service
from arena.types import Verdict
from tests.judges.test_verifier import games, judged
from tests.store import build
from tests.store.test_outcomes import pair

_SIDES = {"a": "model_1", "b": "model_2", "tie": "tie"}


def told(verdict: Verdict) -> str:
    return _SIDES[str(verdict.winner)] if verdict.status == "ok" else "error"


def trusted(folder: Path, config: Config) -> Trusted:
    """What the trust strip says of 400 battles that this judge decided in both orders."""
    verdicts = judged(config, games(400))
    rows = [
        pair(f"q{number}", told(one), told(two))
        for number, (one, two) in enumerate(zip(verdicts[::2], verdicts[1::2], strict=True))
    ]
    with Service(build.settings(folder / "home"), "test") as service:
        service.bring(ask.Import(build.lines(folder / "gpt-4_pair.jsonl", rows), "audit"))
        found = service.perform(look.Trust("audit"))
    assert isinstance(found, Trusted)
    return found


def test_a_fair_verifier_shows_no_bias_and_no_flip(tmp_path: Path) -> None:
    found = trusted(tmp_path, Config())
    assert found.position is not None
    assert found.flips is not None
    assert (found.position.value, found.flips.value, found.coverage.value) == (0.5, 0.0, 1.0)


def test_the_position_bias_that_was_set_is_found_within_its_interval(tmp_path: Path) -> None:
    found = trusted(tmp_path, Config(position_bias=0.2))
    assert found.position is not None
    assert found.flips is not None
    assert found.position.low <= 0.5 + 0.2 <= found.position.high
    assert found.flips.low <= 2 * 0.2 <= found.flips.high


def test_unreadable_replies_are_missing_from_coverage(tmp_path: Path) -> None:
    found = trusted(tmp_path, Config(unreadable=0.25))
    assert found.coverage is not None
    assert found.coverage.low <= 0.75 <= found.coverage.high
