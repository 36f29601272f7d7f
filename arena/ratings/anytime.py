"""How wide an interval must be that is looked at again and again: asymptotic confidence sequences.

After n independent units a bound of z standard errors holds at one n that was chosen beforehand. Who looks
until something stands apart needs a bound that holds at all n at once. This is theorem 2.2 of Waudby-Smith,
Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences"
(Annals of Statistics 52, 2024; arXiv 2103.06476), for estimates that are sums of independent influences in
the limit, as a rating's with its robust error is; several at once share the error rate (Bonferroni). Leaves
out adaptive designs: where earlier outcomes choose the next battles, the level is approximate.
"""

from math import log, sqrt

from scipy.special import ndtri

LEVEL = 0.95


def reach(units: int, planned: int, level: float = LEVEL, several: int = 1) -> float:
    """Standard errors on each side that hold at every look, for `several` intervals at once.

    `planned` is where it is tightest; it is chosen before anything is seen.
    """
    wrong = (1 - level) / several
    grown = _tuned(wrong) * units / max(1, planned) + 1
    return sqrt(2 * grown / (grown - 1) * log(sqrt(grown) / wrong))


def once(level: float = LEVEL, several: int = 1) -> float:
    """The same for a single look that was chosen beforehand."""
    return -float(ndtri((1 - level) / several / 2))


def price(level: float = LEVEL, several: int = 1) -> float:
    """Times as many battles that looking all the time at several needs, for intervals of one look at one."""
    return (reach(1, 1, level, several) / once(level)) ** 2


def _tuned(wrong: float) -> float:
    """The square of the theorem's rho, times the units at which the sequence is tightest."""
    return -2 * log(wrong) + log(-2 * log(wrong) + 1)
