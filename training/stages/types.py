"""What a stage is: a rows file and a start model in, a whole model directory out.

A stage is one file of this folder with a module docstring, a `Config` dataclass (the paper's values as
defaults; a docstring under each field), `POCKET` (values that work on the pocket models), `KIND` (which rows
it reads), `VERSION` (set by hand: raised when the same inputs come to another model) and
`train(config, rows, start, out, desk) -> Result`. `train` is asked again after a stop or a kill and goes on;
what is finished is given back at once. `check(config)`, where there is one, refuses settings that clash,
before anything starts. `ALONE = True` says that it trains in one process only, `WHOLE = True` that each of
several processes needs the whole model (no FSDP), `WHOLE_WITH` names options with which it does, `MAKES =
"reward"` says that the result scores answers instead of giving them. Stages do not import each other, but for
what they share here, in `chat`, `course`, `loading`, `slices` and `spread`; one that is made of others
(`training.composing`) names them in `PARTS`, and their versions count as its own. Leaves out which rows are
chosen (`training.selection`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What all stages have; each gives its own defaults."""

    epochs: Annotated[float, Gt(0)] = 1.0
    """Passes over the rows."""
    lr: Annotated[float, Gt(0)] = 1e-6
    """Highest learning rate."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the learning rate falls after the warm-up (the paper does not say)."""
    warmup: Annotated[float, Ge(0), Le(1)] = 0.03
    """Share of the steps in which the learning rate rises."""
    weight_decay: Annotated[float, Ge(0)] = 0.0
    """Pull of the weights towards zero."""
    clip: Annotated[float, Gt(0)] = 1.0
    """Longest gradient."""
    batch: Annotated[int, Ge(1)] = 128
    """Rows per step."""
    micro: Annotated[int, Ge(1)] = 4
    """Rows that the device works on at a time; halved once when its memory is too small."""
    max_length: Annotated[int, Ge(8)] = 4096
    """Longest conversation in tokens; later turns of a longer one are left out, and counted."""
    least: Annotated[int, Ge(1)] = 8
    """Fewer rows than this are not trained on."""
    lora: Annotated[int, Ge(0)] = 0
    """Rank of a low-rank adapter that is trained instead of the weights and merged at the end; 0: none."""
    lora_alpha: Annotated[int, Ge(1)] = 32
    """Its scale, as LoRA's alpha."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Of the weights. On an accelerator float32 weights are computed with in bfloat16."""
    checkpointing: bool = True
    """Trade time for memory by computing activations again (accelerators only)."""
    save_every: Annotated[int, Ge(1)] = 50
    """Steps between resume points."""
    log_every: Annotated[int, Ge(1)] = 5
    """Steps between points of the curves."""
    samples: Annotated[int, Ge(0)] = 3
    """Sample answers that are shown before and after."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random."""
    processes: Annotated[int, Ge(1)] = 1
    """Processes that train together, one for each accelerator, through `accelerate launch`; `batch` is
    divided among them."""
    accelerate: str = ""
    """What to launch them with: `multi-gpu`, `fsdp2`, `multi-node`, `fsdp2-multi-node`, or a file of
    `accelerate config`; empty: all on this machine."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a stage made, and of what."""

    stage: str
    folder: Path
    """The model's directory, with a manifest."""
    key: str
    """Content key of the checkpoint."""
    rows: int
    """Rows that were trained on."""
    steps: int
    figures: Mapping[str, float] = field(default_factory=dict)
    """Last values of the curves, and what was measured at the end."""
    notes: tuple[str, ...] = ()
    """What a person should know: rows left out, a smaller batch, ..."""
