"""A real Ray cluster on this machine: each node is a raylet with an address of its own."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

import arena

START = (sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats")
LIMITS = ("--num-cpus=1", "--object-store-memory=90000000", "--min-worker-port=0", "--max-worker-port=0")
ROOT = str(Path(arena.__file__).parent.parent)


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Raylets:
    """Nodes by number, 0 the head. Each has one core; a token keeps others out."""

    folder: Path
    port: int = field(default_factory=free)
    client: int = field(default_factory=free)
    """Port of the head for drivers from outside."""
    nodes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"127.0.0.2:{self.port}"

    def __post_init__(self) -> None:
        self.env = {
            **os.environ,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(16),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_health_check_period_ms": "1000",
            "RAY_health_check_failure_threshold": "15",  # seconds: others may be busy
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": ROOT,
        }

    def add(self) -> None:
        """One more node, once the one before is up."""
        words = [f"--node-ip-address=127.0.0.{2 + len(self.nodes)}", *LIMITS]
        if self.nodes:
            words += [f"--address={self.address}"]
        else:
            words += ["--head", f"--port={self.port}", f"--ray-client-server-port={self.client}"]
            words += ["--include-dashboard=false", f"--temp-dir={self.folder}"]
        log = self.folder / f"node-{len(self.nodes)}.log"
        with log.open("wb") as file:
            self.nodes.append(subprocess.Popen([*START, *words], stdout=file, stderr=file, env=self.env))
        while "Ray runtime started" not in log.read_text("utf-8"):
            assert self.nodes[-1].poll() is None, log.read_text("utf-8")
            time.sleep(0.1)

    def kill(self, number: int) -> None:
        """kill -9 of everything that a node is: raylet, actors, helpers."""
        process = psutil.Process(self.nodes[number].pid)
        for one in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.nodes[number].wait()


@contextmanager
def raylets() -> Iterator[Raylets]:
    with tempfile.TemporaryDirectory(prefix="rays", ignore_cleanup_errors=True) as folder:
        made = Raylets(Path(folder))
        try:
            yield made
        finally:
            for number, process in reversed(list(enumerate(made.nodes))):
                if process.poll() is None:
                    made.kill(number)
