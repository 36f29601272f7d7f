"""Reaching a Ray cluster, or starting one on this machine's loopback that ends with the run.

Ray's usage report is off. A cluster of our own has no dashboard, listens on loopback alone, asks for a token
that nobody else has, and keeps its files where nobody else may enter. Leaves out what is done there.
"""

import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from arena.errors import ArenaError, BadRequest
from arena.tournament.cluster import Cluster

STORE = 100 << 20
"""Bytes of Ray's object store in a cluster of our own: batches are small."""
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_SCHEDULER_EVENTS": "0", "RAY_DEDUP_LOGS": "0"}
_PREFIX = "arena-ray-"


def missing() -> str:
    """Why Ray cannot be used here, in one line; empty where it can."""
    if find_spec("ray") is None:
        return (
            "executor ray needs Ray: pip install 'arena-learning[ray]' -c constraints.txt, or executor local"
        )
    return ""


@contextmanager
def connected(cluster: Cluster) -> Iterator[Any]:
    """The module `ray`, connected.

    Raises:
        ArenaError: Ray is not installed, or the cluster cannot be reached; says why.
    """
    if text := missing():
        raise BadRequest(text)
    os.environ |= _QUIET
    folder = _private() if cluster.address == "local" else None
    import ray

    try:
        _init(ray, cluster.address, folder)
        yield ray
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _init(ray: Any, address: str, folder: Path | None) -> None:
    settings: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if folder is not None:
        inside = folder / "r"  # Ray opens this one to everybody
        settings |= {"include_dashboard": False, "object_store_memory": STORE, "_temp_dir": str(inside)}
    try:
        _knock(address)
        ray.init(address=address, **settings)
    except Exception as error:  # a node that does not come up in time is told by a bare one
        raise _unreached(address, error) from error


def _unreached(address: str, error: Exception) -> ArenaError:
    said = (_brief(str(error)) or type(error).__name__)[:300]
    if address == "local":
        advice = ": start again when there is less to do" if "timed out" in said else ""
        return ArenaError(f"Ray did not start on this machine: {said}{advice}")
    advice = "is it up, and its token known here (RAY_AUTH_TOKEN)?"
    return ArenaError(f"Ray at {address} cannot be reached: {said}: {advice}")


def _brief(text: str) -> str:
    """One line; of a traceback of the cluster's what it ends with."""
    before, found, traceback = text.partition("Traceback (most recent call last)")
    lines = traceback.strip().splitlines() if found else []
    return " ".join(f"{before} {lines[-1] if lines else ''}".split())


def _knock(address: str) -> None:
    """Whether anybody listens: Ray itself would wait for long."""
    host, _, port = address.rpartition("/")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=5).close()


def mend() -> None:
    """Takes SIGTERM back, for which Ray ends a process after three seconds. From the main thread alone."""
    if threading.current_thread() is threading.main_thread() and (heard := signal.getsignal(signal.SIGTERM)):
        signal.signal(signal.SIGTERM, heard)


def _private() -> Path:
    """A folder of this process for a cluster of its own, and what makes that cluster private.

    Not in the home: the paths of Ray's sockets may have a hundred characters at most.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):  # by a process that was killed
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    os.environ |= {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # everywhere: one machine alone, on loopback
    }
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
