"""A stage trained by several processes, one for each accelerator: `accelerate launch`, and waiting for it.

The processes (`training.ranked`) do what one would do alone; the model that they leave is found done
afterwards. What they are launched with is a config of accelerate: a shipped one by its name, or a file.
Leaves out what they agree on while they train (`training.stages.spread`) and the machines that join in
(`training.joining`).
"""

import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import yaml

import arena
from arena.errors import ArenaError, BadRequest
from arena.jobs.folder import RunFolder
from arena.jobs.types import Desk, Stopped
from arena.settings import shipped
from training import machines
from training.machines import Place
from training.stages import loading
from training.stages.types import Training

HALT = "halt"
"""In `work`: asks the processes to stop after their step."""
SAID = "ranked"
"""In `work`: a folder with what went wrong, one file for each process."""
CALL = "launch"
"""In `work`: that other machines are to join in, for as long as they are."""
_LOOK = 0.2
_GRACE = 12.0
"""Seconds that they have to stop; a worker that does not end within a few more is ended itself."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What of accelerate's config decides here."""

    processes: int = 1
    """On all machines together."""
    several: bool = False
    """Whether it is for several machines; how many there are tells the scheduler."""
    sliced: bool = False
    """Whether they share one model in slices (FSDP)."""
    file: Path | None = None
    """The config; None: what is said on the command line."""


def wanted(settings: Training) -> bool:
    """Whether a stage asks for several processes."""
    return settings.processes > 1 or bool(settings.accelerate)


def names() -> tuple[str, ...]:
    """The shipped configs."""
    return tuple(sorted(path.stem for path in _shipped().glob("*.yaml")))


def read(settings: Training) -> Launch:
    """How a stage is launched.

    Raises:
        BadRequest: no such config, or nothing that accelerate could read.
    """
    if not settings.accelerate:
        return Launch(settings.processes)
    path = _place(settings.accelerate)
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
        count, number = int(told.get("num_processes", 0)), int(told.get("num_machines", 1))
        kind = str(told["distributed_type"])
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadRequest(f"{path}: no config of accelerate; `accelerate config` writes one") from error
    processes = settings.processes if settings.processes > 1 else max(1, count)
    if kind == "NO" and processes > 1:
        raise BadRequest(f"accelerate {settings.accelerate} is for one process, not for {processes}")
    if kind in ("MULTI_GPU", "FSDP") and processes == 1:
        raise BadRequest(
            f"accelerate {settings.accelerate}: say how many processes train together, one for each "
            "accelerator (`processes: 8`)"
        )
    return Launch(processes, number > 1, kind == "FSDP", path)


def fits(stage: str, settings: Training, module: ModuleType, accelerators: int = 0) -> None:
    """Whether a stage can be spread so, on so many accelerators; none: it trains on processors.

    Raises:
        BadRequest: it trains in one process only, or needs the model whole; no such config; rows that do not
            divide; fewer accelerators than processes.
    """
    if not wanted(settings):
        return
    if getattr(module, "ALONE", False):
        raise BadRequest(f"{stage} trains in one process: leave processes at 1 and accelerate empty")
    launch = read(settings)
    if launch.sliced and getattr(module, "WHOLE", False):
        raise BadRequest(
            f"{stage} needs the whole model in each process: take accelerate multi-gpu or multi-node"
        )
    used = [name for name in getattr(module, "WHOLE_WITH", ()) if getattr(settings, name)]
    if launch.sliced and used:
        raise BadRequest(
            f"{stage} with {used[0]} needs the whole model in each process: take accelerate multi-gpu or "
            f"multi-node, or leave {used[0]} out"
        )
    if settings.batch % launch.processes:
        raise BadRequest(
            f"{stage}: a batch of {settings.batch} rows does not divide among {launch.processes} processes"
        )
    if not launch.several and 0 < accelerators < launch.processes:
        raise BadRequest(
            f"{stage}: {launch.processes} processes need as many accelerators, here are {accelerators}: "
            "lower processes"
        )


def told(settings: Training, accelerators: int) -> str:
    """How a stage is launched, for people."""
    launch = read(settings)
    how = f" ({settings.accelerate})" if settings.accelerate else ""
    where = "" if accelerators or launch.several else " on processors: there is no accelerator here"
    return f"{launch.processes} processes{how}{where}"


def command(settings: Training, folder: Path, place: Place) -> list[str]:
    """What is run on a machine: arguments, never a shell."""
    launch = read(settings)
    told = [sys.executable, "-m", "accelerate.commands.launch"]
    if launch.file is not None:
        told += ["--config_file", str(launch.file)]
    else:
        told += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
        told += ["--multi_gpu", "--main_process_port", "0"]
    told += ["--num_processes", str(launch.processes)]
    if launch.several:
        told += ["--num_machines", str(place.count), "--machine_rank", str(place.rank)]
        told += ["--main_process_ip", place.address, "--main_process_port", str(place.port)]
    return [*told, "--module", "training.ranked", str(folder)]


def run(settings: Training, desk: Desk) -> None:
    """Starts the processes and waits until they are done.

    Raises:
        Stopped: the person asked for it; they have stopped at a resume point.
        BadRequest: it is for several machines, and this is not the first of them.
        ArenaError: one of them could not go on, in its own words.
    """
    launch, place = read(settings), _first(settings)
    work = desk.folder / "work"
    said = work / SAID
    said.mkdir(parents=True, exist_ok=True)
    for old in (work / HALT, *said.iterdir()):
        old.unlink(missing_ok=True)
    many = f" on {place.count} machines" if launch.several else ""
    desk.note(f"accelerate launch: {launch.processes} processes{many}")
    process = start(command(settings, desk.folder, place))
    try:
        if launch.several:
            _called(desk.folder)
        while process.poll() is None:
            desk.check()
            time.sleep(_LOOK)
    except Stopped:
        (work / HALT).touch()
        _ended(process)
        raise
    finally:
        (work / CALL).unlink(missing_ok=True)
    if process.returncode:
        words = [path.read_text("utf-8") for path in sorted(said.iterdir())]
        lost = f"accelerate launch ended with {process.returncode} (the log has more); resume it"
        raise ArenaError(next(iter(words), lost))


def start(told: list[str]) -> "subprocess.Popen[bytes]":
    """Starts accelerate with our own modules in reach."""
    root = str(Path(arena.__file__).parent.parent)
    paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(  # noqa: S603 - our own module, a folder of our own
        told,
        stdin=subprocess.DEVNULL,
        env={**loading.environment(), "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"},
    )


def _first(settings: Training) -> Place:
    """This machine's place, which has to be the first of as many as the stage is for."""
    launch, place = read(settings), machines.here()
    if not launch.several:
        return place
    if place.count == 1:
        raise BadRequest(
            f"accelerate {settings.accelerate} is for several machines: start it where the scheduler tells "
            "NNODES, NODE_RANK, MASTER_ADDR and MASTER_PORT (README, Many machines)"
        )
    if place.rank:
        raise BadRequest(
            f"this is machine {place.rank}: the run works on machine 0, here runs training.joining"
        )
    if launch.processes % place.count:
        raise BadRequest(f"{launch.processes} processes do not divide among {place.count} machines")
    return place


def _called(folder: Path) -> None:
    """Asks the other machines to join in, as long as this very worker works."""
    run = RunFolder(folder)
    call = {"id": uuid.uuid4().hex, "worker": run.said("pid")}
    half = folder / "work" / f".{CALL}"
    half.write_text(json.dumps(call), "utf-8")
    half.replace(folder / "work" / CALL)


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """Waits for the processes to stop by themselves, then ends them."""
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.terminate()  # accelerate ends all of them
        process.wait()


def _shipped() -> Path:
    return shipped() / "presets" / "accelerate"


def _place(name: str) -> Path:
    """The file of a config."""
    ours = _shipped() / f"{name}.yaml"
    if name in names():
        return ours
    if not Path(name).is_file():
        if "/" in name or "." in name:
            raise BadRequest(f"{name}: no such file; `accelerate config` writes one")
        raise BadRequest(f"no accelerate config {name!r}: name one of {', '.join(names())}, or a file")
    return Path(name).absolute()
