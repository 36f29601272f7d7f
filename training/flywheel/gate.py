"""Whether a new model takes the old one's place: not worse by its interval, and no alarm stands.

Alarms look for what a judge can be fooled by: longer answers without a gain that survives it, answers that
fail, a reward that rose while the verdicts fell. Leaves out playing the battles (`training.flywheel.fights`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from training.flywheel.config import Gate
from training.flywheel.standing import Length, Share


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that looks wrong."""

    kind: str
    """length, silence, reward."""
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a new model."""

    taken: bool
    """Whether it goes on from here; always so with the gate off."""
    passed: bool
    """Whether the gate, on or off, found nothing against it."""
    reason: str
    """In a sentence."""
    share: Share | None
    """Its share of the battles with the old model."""
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """New beside old."""

    share: Share | None
    """New against old on the gate's prompts."""
    new: Length
    old: Length
    reward: tuple[float, float] | None = None
    """Mean reward at the beginning and the end of the stage, where it learnt from one."""


def decide(gate: Gate, seen: Compared) -> Decision:
    """The verdict."""
    alarms = tuple(_alarms(gate, seen))
    share = seen.share
    worse = share is not None and share.high < gate.worst
    if share is None:
        reason = "no battle with the old model was decided, so nothing speaks for it"
        return Decision(not gate.on, False, reason, None, alarms)
    told = (
        f"won {share.value:.1%} ({share.low:.1%} to {share.high:.1%}) of {share.battles} battles with the old"
    )
    if worse:
        reason = f"worse than the old one: {told}"
    elif alarms:
        reason = f"not worse, but {alarms[0].text}: {told}"
    else:
        reason = f"not worse than the old one: {told}"
    passed = not worse and not alarms
    return Decision(passed or not gate.on, passed, reason, share, alarms)


def _alarms(gate: Gate, seen: Compared) -> Iterable[Alarm]:
    better = seen.share is not None and seen.share.low > gate.worst
    ratio = seen.new.characters / max(1.0, seen.old.characters)
    if ratio >= gate.longer and not better:
        yield Alarm("length", f"its answers are {ratio:.1f} times as long without being better")
    if seen.new.failed - seen.old.failed > gate.silent:
        yield Alarm(
            "silence",
            f"{seen.new.failed:.1%} of its answers are missing or cut, {seen.old.failed:.1%} before",
        )
    if gate.hacked and seen.reward is not None and seen.share is not None:
        before, after = seen.reward
        if after > before and seen.share.high < gate.worst:
            yield Alarm(
                "reward", f"its reward rose from {before:.2f} to {after:.2f} while it loses to the old"
            )
