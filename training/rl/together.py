"""What processes that learn together by a loop of ours hand each other: answers, gradients, figures.

Each answers and scores its own part of a batch; then all know the whole of it and every gradient is the sum
of theirs, so that they come to what one process comes to with the whole batch. In one process nothing is
handed. Leaves out TRL's trainers, which have accelerate do it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from arena.errors import BadRequest
from training.rl import rollout
from training.rl.rollout import Rollout
from training.stages import loading, spread

if TYPE_CHECKING:
    from torch import Tensor

_APART = 0x9E3779B1
"""Between the seeds of two processes: their answers must not be drawn from the same numbers, and torch's
generator on processors takes no more than 32 bits of a seed."""


def join() -> None:
    """Meets the others, who talk through torch from now on."""
    if spread.size() == 1:
        return
    from accelerate import PartialState

    PartialState(cpu=not loading.accelerated(), timeout=timedelta(seconds=loading.PATIENCE))


def part(count: int) -> slice:
    """Which of `count` rows are this process's own.

    Raises:
        BadRequest: there are fewer rows than processes.
    """
    size, rank = spread.size(), spread.rank()
    if count < size:
        raise BadRequest(
            f"{count} rows a step are fewer than {size} processes: raise batch, or lower processes"
        )
    return slice(rank * count // size, (rank + 1) * count // size)


def seed(common: int) -> int:
    """This process's own seed; that of the first is the common one."""
    return (common + spread.rank() * _APART) % (1 << 62)


def gathered(mine: "Tensor", own: slice, count: int) -> "Tensor":
    """All rows, of which `mine` are this process's own."""
    whole = mine.new_zeros((count, *mine.shape[1:]))
    whole[own] = mine
    found: Tensor = spread.summed(whole)
    return found


def rollouts(mine: Rollout, own: slice, count: int, tokens: Any) -> Rollout:
    """Everyone's answers as one, in the order of the rows."""
    if spread.size() == 1:
        return mine
    width, longest = _most(mine.width, mine.mask.shape[1], mine.ids.device)
    drawn = rollout.widened(mine, width, longest, rollout.padding(tokens))
    ids, attention, mask = (gathered(one, own, count) for one in (drawn.ids, drawn.attention, drawn.mask))
    ended = gathered(drawn.ended.long(), own, count).bool()
    return Rollout(ids, attention, mask, width, rollout.said(ids[:, width:], mask, tokens), ended)


def gradients(weights: Iterable["Tensor"]) -> None:
    """Makes every gradient the sum of everyone's; one that nobody has here counts as nothing."""
    if spread.size() == 1:
        return
    import torch

    for weight in weights:
        if weight.requires_grad:
            weight.grad = spread.summed(torch.zeros_like(weight) if weight.grad is None else weight.grad)


def alike(model: Any) -> Any:
    """A model whose trained weights are the first process's: fresh adapters begin at random."""
    if spread.size() > 1:
        from torch import distributed

        for weight in model.parameters():
            if weight.requires_grad:
                told = weight.data.to(spread.place())  # it is built on the processor: nccl does not hear it
                distributed.broadcast(told, 0)
                weight.data.copy_(told)
    return model


def sums(mine: Mapping[str, float]) -> dict[str, float]:
    """The sum of everyone's figures, by name; who has none of a name adds nothing."""
    if spread.size() == 1:
        return dict(mine)
    from torch import distributed

    everyone: list[Any] = [None] * spread.size()
    distributed.all_gather_object(everyone, dict(mine))
    found: Counter[str] = Counter()
    for one in everyone:
        found.update(one)
    return dict(found)


def _most(width: int, longest: int, device: Any) -> tuple[int, int]:
    import torch
    from torch import distributed

    told = torch.tensor([width, longest], device=device)
    distributed.all_reduce(told, op=distributed.ReduceOp.MAX)
    most = told.tolist()
    return most[0], most[1]
