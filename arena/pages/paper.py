"""Figures that the Arena Learning paper prints for its own boards, to stand beside what we recompute.

Source: arXiv 2407.10627v1 (July 2024), 23 models; its GPT-4o row is lost, so what is recomputed has 22.
"""

from dataclasses import dataclass

REFERENCE = "wizardarena-lmsys-en"


@dataclass(frozen=True, slots=True)
class Printed:
    """Shares in 0-1; pairs are (agreeing minus opposed, or separated; of)."""

    spearman: float
    agreement: float
    agreement_pairs: tuple[int, int]
    differentiation: float
    differentiation_pairs: tuple[int, int]
    average: float


PRINTED = {
    "wizardarena-mix": Printed(0.9923, 0.9911, (222, 224), 0.9802, (248, 253), 0.9879),
    "wizardarena-hard": Printed(0.9885, 0.9822, (220, 224), 0.9684, (245, 253), 0.9797),
    "wizardarena-diverse": Printed(0.988, 0.9733, (218, 224), 0.9763, (247, 253), 0.9792),
}


def printed(board: str, reference: str) -> Printed | None:
    """What the paper prints for a pair of boards, if it does."""
    return PRINTED.get(board) if reference == REFERENCE else None
