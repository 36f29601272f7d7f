"""The kinds of job there are: files of `arena.jobs.kinds` and, where training is installed, `training.kinds`.

Also what holds for a kind that does not say it itself. Packages are named, not imported, so that the arena
stands without training. Leaves out what a kind does (`arena.jobs.types`).
"""

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

from arena import plugins
from arena.errors import BadRequest
from arena.jobs.folder import RunFolder
from arena.keys import key
from arena.plugins import Choice
from arena.preflight import Finding

PACKAGES = ("arena.jobs.kinds", "training.kinds")
"""Where kinds are looked for."""


def names(packages: tuple[str, ...] = PACKAGES) -> tuple[str, ...]:
    """All kinds, sorted."""
    return tuple(sorted(name for package in packages if _there(package) for name in plugins.names(package)))


def load(kind: str, packages: tuple[str, ...] = PACKAGES) -> ModuleType:
    """The module of a kind.

    Raises:
        BadRequest: there is none of that name; the message lists what there is.
    """
    return plugins.load(_package(kind, packages), kind)


def config(kind: str, options: dict[str, Any], packages: tuple[str, ...] = PACKAGES) -> Any:
    """The kind's `Config`, checked.

    Raises:
        BadRequest: no such kind, an option it does not have, or a value that does not fit; all named.
    """
    return plugins.config(_package(kind, packages), Choice(kind, options))


def plain(options: Any) -> dict[str, Any]:
    """A `Config` object as JSON, all of its fields written out."""
    found: dict[str, Any] = TypeAdapter(type(options)).dump_python(options, mode="json")
    return found


def version(module: ModuleType) -> int:
    """Of the kind's algorithm."""
    return int(getattr(module, "VERSION", 1))


def identity(module: ModuleType, options: Any, inputs: str = "") -> str:
    """Content key of a plan: kind, version, what decides the result, and the files that are given to it."""
    decides = getattr(module, "identity", None)
    told = decides(options) if decides else ordered(plain(options))
    return key("run", module.__name__.rpartition(".")[2], version(module), told, inputs)


def ordered(settings: dict[str, Any]) -> str:
    """Settings as one text, whatever order somebody wrote them in."""
    return json.dumps(settings, sort_keys=True, ensure_ascii=False)


def board(options: Any) -> str | None:
    """The board that a run's facts go to."""
    found = getattr(options, "board", None)
    return str(found) if found else None


def title(module: ModuleType, options: Any) -> str:
    """What people call the run."""
    own = getattr(module, "title", None)
    if own:
        return str(own(options))
    about = getattr(options, "about", None)
    told = about.get("title") if isinstance(about, dict) else None
    kind = module.__name__.rpartition(".")[2]
    return str(told or " ".join(filter(None, (kind.replace("_", " "), board(options)))))


def gpu(module: ModuleType, options: Any) -> bool:
    """Whether the run holds the GPU: where there is one, and the kind does not say that it needs none."""
    own = getattr(module, "gpu", None)
    return accelerator() and bool(own(options) if own else True)


def reuses(module: ModuleType, options: Any) -> tuple[str, ...]:
    """Models whose answers on the board are of use to the run."""
    own = getattr(module, "reuses", None)
    return tuple(own(options)) if own else ()


def beside(module: ModuleType, options: Any, runs: Iterable[RunFolder], own_key: str) -> tuple[Finding, ...]:
    """What other runs of the kind, which differ in their plan, mean for this one."""
    own = getattr(module, "beside", None)
    kind = module.__name__.rpartition(".")[2]
    if own is None:
        return ()
    told = ((run, run.spec()) for run in runs)
    return tuple(own(options, [run for run, spec in told if spec.kind == kind and spec.key != own_key]))


def accelerator() -> bool:
    """Whether this machine has a GPU that a job could hold."""
    return any(Path(name).exists() for name in ("/dev/nvidia0", "/dev/dxg", "/dev/kfd"))


def _package(kind: str, packages: tuple[str, ...]) -> str:
    for package in packages:
        if _there(package) and kind in plugins.names(package):
            return package
    raise BadRequest(f"no kind of job {kind!r}: there are {', '.join(names(packages)) or 'none'}")


def _there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False
