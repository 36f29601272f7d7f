"""When a new model takes the old one's place, and what raises an alarm."""

from dataclasses import replace

import pytest

from training.flywheel.config import Gate
from training.flywheel.gate import Compared, decide
from training.flywheel.standing import Length, Share

SAME = Length(100.0, 0.0)
EVEN, BETTER, WORSE = Share(0.5, 0.45, 0.55, 300), Share(0.7, 0.6, 0.8, 300), Share(0.4, 0.32, 0.48, 300)


def test_not_worse_by_its_interval_is_enough() -> None:
    for share, taken in ((EVEN, True), (BETTER, True), (WORSE, False), (replace(WORSE, high=0.51), True)):
        assert decide(Gate(), Compared(share, SAME, SAME)).taken is taken
    nothing = decide(Gate(), Compared(None, SAME, SAME))
    assert (nothing.taken, nothing.reason[:9]) == (False, "no battle")


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("length", Compared(EVEN, Length(160.0, 0.0), SAME)),
        ("silence", Compared(BETTER, Length(100.0, 0.1), SAME)),
        ("reward", Compared(WORSE, SAME, SAME, reward=(0.1, 0.9))),
    ],
)
def test_each_alarm_keeps_the_old_model(kind: str, seen: Compared) -> None:
    found = decide(Gate(), seen)
    assert [alarm.kind for alarm in found.alarms] == [kind]
    assert not found.taken
    off = decide(Gate(on=False), seen)
    assert (off.taken, off.passed, off.share) == (True, False, seen.share)


def test_longer_answers_that_are_better_and_rewards_that_rose_with_the_verdicts_are_fine() -> None:
    found = decide(Gate(), Compared(BETTER, Length(300.0, 0.0), SAME, reward=(0.1, 0.9)))
    assert found.taken
    assert found.alarms == ()
