"""Which of several machines this is, as the cluster's scheduler tells it in the environment.

`NNODES`, `NODE_RANK`, `MASTER_ADDR` and `MASTER_PORT`, by the names that torchrun has for them. Leaves out
what the machines do together (`training.launching`, `training.joining`).
"""

import os
from dataclasses import dataclass

from arena.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Place:
    """One machine among those that train together."""

    rank: int = 0
    """Which it is, from 0; the first one works on the run."""
    count: int = 1
    """How many there are."""
    address: str = ""
    """Where the first one is."""
    port: int = 29500
    """On which it listens."""


def here() -> Place:
    """This machine's place; the only one where nothing is told.

    Raises:
        BadRequest: what is told makes no sense.
    """
    place = Place(_number("NODE_RANK", 0), _number("NNODES", 1), os.environ.get("MASTER_ADDR", ""),
                  _number("MASTER_PORT", 29500))  # fmt: skip
    if place.rank >= place.count:
        raise BadRequest(f"NODE_RANK {place.rank} with NNODES {place.count}: ranks go from 0 to NNODES - 1")
    if place.count > 1 and not place.address:
        raise BadRequest(f"NNODES is {place.count}, MASTER_ADDR is empty: name the host of the first machine")
    return place


def _number(name: str, otherwise: int) -> int:
    said = os.environ.get(name, "")
    if said and not said.isdecimal():
        raise BadRequest(f"{name}={said!r} in the environment is no number")
    return int(said or otherwise)
