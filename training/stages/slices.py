"""A model that several processes share in slices (FSDP2): on processors, too, and whole again at the end.

Leaves out the slicing itself (accelerate's, by the config it was launched with).
"""

import os
from typing import Any

from training.stages import spread


def asked() -> bool:
    """Whether the processes share one model instead of each having it whole."""
    return os.environ.get("ACCELERATE_USE_FSDP", "") == "true"


def on_processors() -> dict[str, Any]:
    """What a trainer is told so that models are sliced on processors, too.

    Accelerate would slice on accelerators only and say nothing; torch knows both.
    """
    from accelerate import PartialState
    from accelerate.utils import DistributedType

    PartialState(cpu=True).distributed_type = DistributedType.MULTI_GPU
    return {"accelerator_config": {"use_configured_state": True}}


def whole(trainer: Any) -> Any:
    """The trained model in one piece, for the first process to keep; the others help."""
    bare = trainer.accelerator.unwrap_model(trainer.model)
    if not asked():
        return bare
    weights = trainer.accelerator.get_state_dict(trainer.model)
    return _assembled(bare, weights) if spread.first() else None


def _assembled(sliced: Any, weights: dict[str, Any]) -> Any:
    """A model like the sliced one, of whole weights."""
    import torch

    with torch.device("meta"):
        found = _like(sliced)
    found.load_state_dict(weights, assign=True)
    return found.eval()


def _like(sliced: Any) -> Any:
    """Another model of the same make, with an adapter where that one has it."""
    if hasattr(sliced, "merge_and_unload"):
        from peft import get_peft_model

        base = sliced.get_base_model()
        return get_peft_model(_like(base), next(iter(sliced.peft_config.values())))
    from torch.distributed.fsdp import FSDPModule

    make: Any = next(cls for cls in type(sliced).__mro__ if not issubclass(cls, FSDPModule))
    found = make(sliced.config)
    found.generation_config = getattr(sliced, "generation_config", None)
    return found
