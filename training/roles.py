"""What a flywheel has to know of a stage: whether it makes a reward model, and whether it learns from one.

Read off the stage's file: `MAKES = "reward"`, and a field `reward` of its `Config`. Leaves out training.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from arena import plugins

STAGES = "training.stages"


def makes_reward(stage: str) -> bool:
    """Whether the result scores answers instead of giving them."""
    return getattr(plugins.load(STAGES, stage), "MAKES", "") == "reward"


def wants_reward(stage: str, options: Mapping[str, Any]) -> bool:
    """Whether a stage learns from a reward and its options name neither one nor a judge in its place."""
    known = {one.name for one in fields(plugins.load(STAGES, stage).Config)}
    return "reward" in known and not ({"reward", "judge"} & options.keys())
