"""What a cluster makes of a tournament: whether its actors have room, how many, and minutes on so many nodes.

Leaves out how long one actor takes (`arena.tournament.probe`).
"""

from collections.abc import Iterator
from math import isnan

from arena.errors import ArenaError
from arena.preflight import Finding
from arena.tournament.cluster import Cluster, Node, counted, fit, room, wanted, widest
from arena.tournament.config import Tournament
from arena.tournament.crew import places
from arena.tournament.facts import Line
from arena.tournament.ray import nodes

SIZES = (1, 2, 4)
"""Numbers of nodes that are always reckoned."""


def check(config: Tournament) -> Iterator[Finding]:
    """Whether the cluster is there, and has room for what is asked for."""
    cluster, subject = config.ray, "Ray"
    if cluster.least > cluster.most:
        text = f"least {cluster.least} is more than most {cluster.most}: lower the one or raise the other"
        yield Finding("red", subject, text)
    if cluster.gpus == 0 and "alone" in places(config):
        text = "a model or the judge works on a GPU, and actors take none: set ray.gpus"
        yield Finding("amber", subject, text)
    try:
        there = nodes.seen(cluster)
    except ArenaError as error:
        yield Finding("red", subject, str(error))
        return
    fits = room(cluster, there)
    if fits < cluster.least:
        text = f"room for {fits} actors with {wanted(cluster)} each ({widest(there)})"
        if cluster.nodes > len(there):
            yield Finding(
                "amber", subject, f"{text}: the {cluster.nodes} nodes that are to come are waited for"
            )
        else:
            yield Finding("red", subject, f"{text}: lower ray.cpus, ray.gpus or ray.least, or add nodes")
        return
    said = f"{counted(len(there), 'node')} at {cluster.address}, room for {counted(fits, 'actor')}"
    said += f" of at most {cluster.most} with {wanted(cluster)} each"
    yield Finding("green", subject, said)


def lines(config: Tournament, seconds: float, opening: float, units: int) -> Iterator[Line]:
    """Actors and minutes, for work that takes one actor so many seconds after opening all it needs."""
    cluster = config.ray
    try:
        there = nodes.seen(cluster)
    except ArenaError:
        there = nodes.seen(Cluster())
    each = max(there, key=lambda node: fit(cluster, node))
    planned = cluster.nodes or len(there)
    yield Line("nodes", planned, "", f"each as {each.address}: {each.cpus:g} CPUs, {each.gpus:g} GPUs")
    yield Line("actors", _actors(cluster, each, planned), "", _limit(cluster, each, planned))
    if isnan(seconds):
        return
    for number in sorted({*SIZES, planned}):
        actors = min(_actors(cluster, each, number), units)
        if actors:
            minutes = (opening + seconds / actors) / 60
            note = (
                f"{counted(actors, 'actor')}, each opening every model once; without the start of the cluster"
            )
            yield Line(f"minutes on {counted(number, 'node')}", round(minutes, 2), "min", note)


def _actors(cluster: Cluster, each: Node, number: int) -> int:
    return room(cluster, [each] * number)


def _limit(cluster: Cluster, each: Node, number: int) -> str:
    """Why there are not more."""
    fits = fit(cluster, each)
    if not fits:
        return f"none fits: an actor takes {wanted(cluster)}"
    more = f"; ray.most is {cluster.most}" if fits * number > cluster.most else ""
    return f"{fits} on each node, {wanted(cluster)} each{more}"
