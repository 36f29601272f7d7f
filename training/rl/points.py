"""Resume points of a learner that is no trainer of TRL: models, optimizers, state, all of it or none.

Weights and optimizers are safetensors. Leaves out the manifest (`training.checkpoints`).
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training import checkpoints
from training.checkpoints import Manifest

if TYPE_CHECKING:
    from torch import Tensor

_KEPT = 2
"""Resume points that stay; older ones are removed."""


def save(
    work: Path, manifest: Manifest, models: Mapping[str, Any], optimizers: Mapping[str, Any],
    state: Mapping[str, Any],
) -> None:  # fmt: skip
    """Writes a resume point numbered `manifest.steps`."""
    from safetensors.torch import save_file

    tensors = {name: dict(model.named_parameters()) for name, model in models.items()}
    tensors |= {name: dict(_flat(steps)) for name, steps in optimizers.items()}
    with checkpoints.publish(work / f"{checkpoints.STEP}{manifest.steps}") as folder:
        for name, found in tensors.items():
            whole = {key: value.detach().cpu().contiguous() for key, value in found.items()}
            save_file(whole, folder / f"{name}.safetensors")
        (folder / "state.json").write_text(json.dumps(dict(state)), "utf-8")
        checkpoints.seal(folder, manifest)
    there = sorted(work.glob(f"{checkpoints.STEP}*"), key=lambda path: int(path.name.rpartition("-")[2]))
    for old in there[:-_KEPT]:
        shutil.rmtree(old)


def load(point: Path, models: Mapping[str, Any], optimizers: Mapping[str, Any]) -> dict[str, Any]:
    """Puts a resume point's weights and optimizers back, and returns its state."""
    import torch
    from safetensors.torch import load_file

    with torch.no_grad():
        for name, model in models.items():
            kept = load_file(point / f"{name}.safetensors")
            for key, weight in model.named_parameters():
                weight.copy_(kept[key])
    for name, steps in optimizers.items():
        _unflatten(steps, load_file(point / f"{name}.safetensors"))
    found: dict[str, Any] = json.loads((point / "state.json").read_text("utf-8"))
    return found


def _flat(steps: Any) -> Iterator[tuple[str, "Tensor"]]:
    """An optimizer's state as named tensors."""
    for number, state in steps.state_dict()["state"].items():
        for name, value in state.items():
            yield f"{number}.{name}", value


def _unflatten(steps: Any, tensors: Mapping[str, "Tensor"]) -> None:
    whole = steps.state_dict()
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    steps.load_state_dict({**whole, "state": state})
