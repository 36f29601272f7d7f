"""A model made of models: weights averaged, followed (EMA), or pushed on beyond the last step (ExPO).

Nothing is trained; the model is `outputs/model` of the run. Leaves out the arithmetic (`training.merge`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

from arena import models
from arena.errors import ArenaError, BadRequest
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.preflight import Finding
from arena.settings import Settings
from training import merge

VERSION = 1
MODEL = "model"
"""Folder of the result, in `outputs`."""
Way = Literal["average", "ema", "expo"]


@dataclass(frozen=True, slots=True)
class Config:
    """Which models, and how."""

    start: str
    """The first model: a directory, or shipped:NAME. For `expo` the later one (after DPO)."""
    others: Annotated[tuple[str, ...], MinLen(1)]
    """The others. For `ema` the latest, for `expo` the earlier one (after SFT)."""
    way: Way = "average"
    """`average` of the weights; `ema`: the first follows the other a little (arXiv 2306.16817); `expo`: on
    from the other beyond the first (arXiv 2404.16792)."""
    amount: Annotated[float, Ge(0)] = 0.5
    """Of `average` and `ema`: the first model's share. Of `expo`: how much further, as a share of the way."""
    name: str = ""
    """What the result is called."""


def title(config: Config) -> str:
    """For people."""
    return config.name or f"{config.way} of {1 + len(config.others)} models"


def identity(config: Config) -> str:
    """What decides the result: the models, the way and the amount."""
    parts = [models.identity(one) for one in (config.start, *config.others)]
    return key("merge", config.way, str(config.amount), *parts)


def check(config: Config) -> tuple[Finding, ...]:
    """Whether all models are there, and there is room for one more."""
    try:
        if config.way != "average" and len(config.others) != 1:
            raise BadRequest(f"{config.way} takes one other model, not {len(config.others)}")
        folders = _folders(config)
        size = sum(path.stat().st_size for path in folders[0].glob("*.safetensors"))
    except ArenaError as error:
        return (Finding("red", "models", str(error)),)
    free = Settings().free
    room = Finding("green" if free > 2 * size else "red", "disk", f"{free / 1e9:,.1f} GB free")
    return (Finding("green", "models", ", ".join(folder.name for folder in folders)), room)


def plan(config: Config) -> tuple[Cost, ...]:
    """The disk that it takes."""
    size = sum(path.stat().st_size for path in _folders(config)[0].glob("*.safetensors"))
    return (Cost("disk", size / 1e9, "GB", "one more model"),)


def gpu(_: Config) -> bool:
    """Never."""
    return False


def run(config: Config, desk: Desk) -> None:
    """Merges; the model is in `outputs/model` when it returns."""
    first, *others = _folders(config)
    out = desk.folder / "outputs" / MODEL
    if config.way == "ema":
        merge.ema(first, others[0], out, config.amount)
    elif config.way == "expo":
        merge.expo(others[0], first, out, config.amount)
    else:
        rest = (1 - config.amount) / len(others)
        merge.average([first, *others], out, [config.amount, *[rest] * len(others)])
    desk.note(title(config))


def _folders(config: Config) -> list[Path]:
    found = [Path(models.place(one)) for one in (config.start, *config.others)]
    for folder in found:
        if not any(folder.glob("*.safetensors")):
            raise BadRequest(f"{folder}: no model directory with *.safetensors")
    return found
