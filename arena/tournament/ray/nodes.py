"""The nodes of a cluster, asked by a process of its own: `python -m arena.tournament.ray.nodes ADDRESS`.

So that a form or a dry run neither becomes part of the cluster nor waits for one that does not answer. Leaves
out what fits on them (`arena.tournament.cluster`).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import arena
from arena.errors import ArenaError, BadRequest, named
from arena.tournament.cluster import Cluster, Node
from arena.tournament.ray.connecting import connected, missing

WAIT = 60.0
"""Seconds that a cluster may take to answer."""


def seen(cluster: Cluster) -> tuple[Node, ...]:
    """The nodes that are there; of a cluster of our own, what this machine would be.

    Raises:
        ArenaError: Ray is not installed, or the cluster does not answer; says why.
    """
    if text := missing():
        raise BadRequest(text)
    if cluster.address == "local":
        return (Node("this machine", os.cpu_count() or 1, len(list(Path("/dev").glob("nvidia[0-9]*")))),)
    root = str(Path(arena.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    words = [sys.executable, "-m", "arena.tournament.ray.nodes", cluster.address]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            words, capture_output=True, timeout=WAIT, env={**os.environ, "PYTHONPATH": paths}, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ArenaError(
            f"Ray at {cluster.address} does not answer in {WAIT:g} s: start it, or correct ray.address"
        ) from error
    return _read(cluster, done.stdout, done.stderr)


def _read(cluster: Cluster, said: bytes, beside: bytes) -> tuple[Node, ...]:
    try:
        told = json.loads(said.splitlines()[-1])
    except (ValueError, IndexError) as error:
        why = (beside.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
        raise ArenaError(f"Ray at {cluster.address} cannot be asked: {why[:300]}") from error
    if isinstance(told, dict):
        raise named(str(told["error"]), str(told["text"]))
    return tuple(Node(str(address), float(cpus), float(gpus)) for address, cpus, gpus in told)


def main(address: str) -> int:
    """Prints the nodes as JSON, or the error."""
    try:
        with connected(Cluster(address)) as ray:
            told = [
                (node["NodeManagerAddress"], there.get("CPU", 0.0), there.get("GPU", 0.0))
                for node in ray.nodes()
                if node["Alive"] and (there := node["Resources"]) is not None
            ]
    except ArenaError as error:
        sys.stdout.write(json.dumps({"error": type(error).__name__, "text": str(error)}) + "\n")
        return 1
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
