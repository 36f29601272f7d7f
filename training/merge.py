"""Models made of models: weights averaged, followed (EMA), or pushed on beyond the last step (ExPO).

Works on safetensors directories, tensor by tensor, so that memory holds one tensor of each at a time. The
first model gives everything that is not weights. Sums are in float32, results in the first model's type.
Leaves out methods that need data or activations.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from arena import models
from arena.errors import BadRequest, NotFound
from training import checkpoints
from training.checkpoints import Manifest
from training.stages.types import Result

VERSION = 1
_SHARD = 4 << 30
"""Bytes of weights per file."""
INDEX = "model.safetensors.index.json"

Blend = Callable[[Sequence[Any]], Any]
"""From one tensor of each model to the tensor of the result."""


def average(folders: Sequence[Path], out: Path, weights: Sequence[float] | None = None) -> Result:
    """The weighted mean of several models of one shape.

    Raises:
        BadRequest: fewer than two, weights that do not fit or come to nothing, or models that differ.
    """
    given = list(weights) if weights is not None else [1.0] * len(folders)
    if len(folders) < 2 or len(given) != len(folders) or sum(given) <= 0 or min(given) < 0:
        raise BadRequest(
            f"an average of {len(folders)} models with weights {given}: at least two, none below 0"
        )
    shares = [weight / sum(given) for weight in given]

    def blend(parts: Sequence[Any]) -> Any:
        return sum(share * part for share, part in zip(shares, parts, strict=True))

    return _made("average", folders, out, blend, {"weights": shares})


def ema(average_so_far: Path, latest: Path, out: Path, decay: float = 0.9) -> Result:
    """The average so far, moved a little towards the latest model (temporal EMA, arXiv 2306.16817).

    Raises:
        BadRequest: a decay outside of 0 to 1, or models that differ.
    """
    if not 0 <= decay < 1:
        raise BadRequest(f"ema: decay {decay} is not in 0 to 1")

    def blend(parts: Sequence[Any]) -> Any:
        return decay * parts[0] + (1 - decay) * parts[1]

    return _made("ema", (average_so_far, latest), out, blend, {"decay": decay})


def expo(before: Path, after: Path, out: Path, alpha: float = 0.5) -> Result:
    """Further along the way from `before` (SFT) to `after` (DPO), by alpha times that way (arXiv 2404.16792).

    Raises:
        BadRequest: an alpha that is not above 0, or models that differ.
    """
    if alpha <= 0:
        raise BadRequest(f"expo: alpha {alpha} is not above 0")

    def blend(parts: Sequence[Any]) -> Any:
        return parts[0] + alpha * (parts[0] - parts[1])

    return _made("expo", (after, before), out, blend, {"alpha": alpha})


def _made(name: str, folders: Sequence[Path], out: Path, blend: Blend, config: Mapping[str, Any]) -> Result:
    parents = {
        role: models.identity(models.place(str(folder.absolute())))
        for role, folder in zip(_roles(len(folders)), folders, strict=True)
    }
    bare = Manifest("", name, VERSION, parents, "", dict(config))
    manifest = Manifest(checkpoints.stage_key(bare), name, VERSION, parents, "", dict(config))
    if checkpoints.finished(out, manifest.key) is None:
        maps = [_places(folder) for folder in folders]
        for folder, found in zip(folders, maps, strict=True):
            if found.keys() != maps[0].keys():
                odd = min(found.keys() ^ maps[0].keys())
                raise BadRequest(
                    f"{folder}: not of the same architecture as {folders[0]}: {odd} is in one only"
                )
        with checkpoints.publish(out) as half:
            _rest(folders[0], half)
            _write(maps, folders, half, blend)
            checkpoints.seal(half, manifest)
    return Result(name, out, manifest.key, 0, 0)


def _roles(count: int) -> list[str]:
    """What the models are to the result: the first gives all that is not weights."""
    return ["start", "other", *(f"other {at}" for at in range(2, count))][:count]


def _places(folder: Path) -> dict[str, Path]:
    """Which file holds each tensor."""
    from safetensors import safe_open

    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            found |= dict.fromkeys(file.keys(), path)
    if not found:
        raise NotFound(f"{folder}: holds no *.safetensors to merge")
    return found


def _rest(folder: Path, half: Path) -> None:
    for path in folder.iterdir():
        kept = path.is_file() and path.suffix != ".safetensors"
        if kept and path.name not in (INDEX, checkpoints.MANIFEST):
            shutil.copyfile(path, half / path.name)


def _write(maps: Sequence[Mapping[str, Path]], folders: Sequence[Path], half: Path, blend: Blend) -> None:
    from safetensors.torch import save_file

    shard: dict[str, Any] = {}
    index: dict[str, str] = {}
    size = number = 0
    names = sorted(maps[0])
    for at, name in enumerate(names):
        parts = [_tensor(found[name], name) for found in maps]
        if any(part.shape != parts[0].shape for part in parts):
            shapes = ", ".join(
                f"{folder.name} {tuple(p.shape)}" for folder, p in zip(folders, parts, strict=True)
            )
            raise BadRequest(f"{name} has different shapes: {shapes}")
        kept = parts[0].is_floating_point()
        shard[name] = blend([p.float() for p in parts]).to(parts[0].dtype) if kept else parts[0]
        size += shard[name].numel() * shard[name].element_size()
        if size >= _SHARD or at == len(names) - 1:
            number += 1
            file = f"model-{number:05d}.safetensors" if size >= _SHARD or number > 1 else "model.safetensors"
            save_file(shard, half / file, metadata={"format": "pt"})
            index |= dict.fromkeys(shard, file)
            shard, size = {}, 0
    if number > 1:
        (half / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": index}, indent=1), "utf-8")


def _tensor(path: Path, name: str) -> Any:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        return file.get_tensor(name)
