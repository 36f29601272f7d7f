"""A gain twice: what style alone brought is gone once style is held equal, what is earned stays."""

import numpy as np

from training.flywheel.gain import gains
from training.flywheel.panels import Panel, Style
from training.flywheel.standing import Bout


def panel(strength: float, longer: int, judged_by_length: float) -> Panel:
    """An old and a new version against a rival on 600 prompts; the new one is stronger, or only longer."""
    random, bouts, styles = np.random.default_rng(0), [], {}
    for prompt in range(600):
        for model, own in (("old", 0.0), ("new", strength)):
            mine, rivals = (
                40 + random.integers(0, 30) + longer * (model == "new"),
                60 + random.integers(0, 30),
            )
            ratio = float(mine - rivals) / float(mine + rivals)
            won = random.random() < 1 / (1 + np.exp(-own - judged_by_length * ratio))
            name, style = f"{model}-{prompt}", (int(mine), 0, 0, 0)
            rival: Style = (int(rivals), 0, 0, 0)
            bouts.append(Bout(name, str(prompt), model, "rival", float(won)))
            styles[name] = (style, rival)
    return Panel(tuple(bouts), {}, styles)


def test_a_gain_of_length_alone_is_gone_at_equal_length() -> None:
    found = gains(panel(0.0, 60, 4.0), "old", "new")
    assert found is not None
    assert found.held is not None
    assert found.plain.low > 100
    assert found.held.low < 0 < found.held.high
    assert found.plain.battles == found.held.battles == 600


def test_an_earned_gain_stays_at_equal_length() -> None:
    found = gains(panel(1.0, 0, 4.0), "old", "new")
    assert found is not None
    assert found.held is not None
    assert found.held.low < 1.0 * 400 / np.log(10) < found.held.high


def test_without_counted_style_there_is_only_the_plain_gain_and_without_battles_none() -> None:
    fought = panel(1.0, 0, 0.0)
    bare = gains(Panel(fought.bouts, {}), "old", "new")
    assert bare is not None
    assert bare.held is None
    assert gains(fought, "old", "nobody") is None
    assert gains(fought, "nobody", "new") is None
