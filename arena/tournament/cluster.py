"""Where a tournament with `executor: ray` works and how wide, and what of it fits on which nodes.

Leaves out Ray itself (`arena.tournament.ray`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le


@dataclass(frozen=True, slots=True)
class Cluster:
    """A pool of actors on Ray. Each holds models and judge as one machine would; a batch is a `unit`."""

    address: str = "local"
    """local: a cluster of its own on this machine, on loopback, gone with the run; auto: the one that this
    machine is a node of; HOST:PORT of one; ray://HOST:PORT of one from outside."""
    least: Annotated[int, Ge(1)] = 1
    """Actors that are kept as long as the tournament plays."""
    most: Annotated[int, Ge(1), Le(1024)] = 4
    """Actors at most; between the two there are as many as there is work and room for."""
    cpus: Annotated[float, Ge(0)] = 1.0
    """Cores that an actor takes."""
    gpus: Annotated[float, Ge(0)] = 0.0
    """GPUs that an actor takes; 0.5: two actors share one."""
    retries: Annotated[int, Ge(0), Le(10)] = 3
    """How often a batch is given to another actor because its own died, by a node or by itself."""
    patience: Annotated[float, Ge(1)] = 600.0
    """Seconds to wait for room for a first actor, and until it came up."""
    nodes: Annotated[int, Ge(0)] = 0
    """Nodes that the dry run plans for, and that are still to come where there is no room yet; 0: those that
    are there."""


@dataclass(frozen=True, slots=True)
class Node:
    """What a machine of a cluster has."""

    address: str
    cpus: float
    gpus: float = 0.0


def fit(cluster: Cluster, node: Node) -> int:
    """How many actors have room on an empty node."""
    there = ((node.cpus, cluster.cpus), (node.gpus, cluster.gpus))
    rooms = [int((has + 1e-6) / takes) for has, takes in there if takes > 0]
    return min(rooms, default=cluster.most)


def room(cluster: Cluster, nodes: Sequence[Node]) -> int:
    """How many actors there would be on these nodes."""
    return min(cluster.most, sum(fit(cluster, node) for node in nodes))


def wanted(cluster: Cluster) -> str:
    """What an actor takes, for people."""
    return f"{counted(cluster.cpus, 'CPU')} and {counted(cluster.gpus, 'GPU')}"


def widest(nodes: Sequence[Node]) -> str:
    """The most that single nodes have, for people."""
    cpus, gpus = (max((getattr(node, name) for node in nodes), default=0) for name in ("cpus", "gpus"))
    return (
        f"at most {counted(cpus, 'CPU')} and {counted(gpus, 'GPU')} on one of {counted(len(nodes), 'node')}"
    )


def counted(number: float, what: str) -> str:
    """So many of something, for people."""
    return f"{number:g} {what}{'s' if number != 1 else ''}"
