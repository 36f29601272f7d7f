"""A stage over several processes: what they have to agree on, where there are several.

In one process every question is answered at once. Leaves out starting them (`training.launching`).
"""

import os
from collections.abc import Mapping
from typing import Any


def size() -> int:
    """Processes that train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Which of them this is, from 0."""
    return int(os.environ.get("RANK", "0"))


def first() -> bool:
    """Whether this is the one that writes what all of them made."""
    return rank() == 0


def agreed(mine: bool) -> bool:
    """Whether it is so for any of them; all must ask, and all hear the same."""
    if size() == 1 or not _joined():
        return mine
    import torch
    from torch import distributed

    told = torch.tensor([int(mine)], device=place())
    distributed.all_reduce(told, op=distributed.ReduceOp.MAX)
    return bool(told.item())


def place() -> str:
    """Where tensors have to be for all to hear them."""
    from torch import distributed

    return "cuda" if distributed.get_backend() == "nccl" else "cpu"


def settled() -> None:
    """Takes an accelerator of its own where there are several: the one of this process's number."""
    import torch

    if size() > 1 and torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))


def summed(mine: Any) -> Any:
    """The sum of everyone's tensor, in place; no gradient goes through it."""
    if size() > 1:
        from torch import distributed

        distributed.all_reduce(mine)
    return mine


def averaged(mine: Mapping[str, float]) -> dict[str, float]:
    """Figures of equal parts as those of the whole; all ask for the same ones."""
    if size() == 1:
        return dict(mine)
    import torch

    whole = summed(torch.tensor(list(mine.values()), dtype=torch.float64, device=place())) / size()
    return dict(zip(mine, whole.tolist(), strict=True))


def meet() -> None:
    """Waits until all of them are here."""
    agreed(mine=False)


def leave() -> None:
    """Ends the talk between them: threads that still listen when a process ends bring it down."""
    if _joined():
        from torch import distributed

        distributed.destroy_process_group()


def numbered() -> None:
    """Teaches torch to read resume points on processors: several processes call theirs cpu:0, cpu:1, ..."""
    from torch import serialization

    def put(storage: Any, place: str) -> Any:
        return storage if place.startswith("cpu:") else None

    if size() > 1:
        serialization.register_package(5, lambda _: None, put)


def _joined() -> bool:
    from torch import distributed

    return distributed.is_available() and distributed.is_initialized()
