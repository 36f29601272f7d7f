"""Evidence and settings in, a `Ranking` out: finds the method, checks the call, sorts, ranks, warns.

A method is any file of this folder that has `NEEDS`, `SCALE_KIND` and `fit`; adding one is adding a file.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from arena.errors import BadRequest, Unranked
from arena.ratings import graph
from arena.ratings.fit import Fit
from arena.ratings.pairs import fold
from arena.ratings.ranks import ranks
from arena.ratings.types import Evidence, Floats, Ranking, RankSettings, Rating


def rank(evidence: Evidence, settings: RankSettings) -> Ranking:
    """Rank the models of `evidence`.

    Raises BadRequest for an unknown method or anchor, or a method that this evidence cannot feed, and
    Unranked where there are no models.
    """
    models = evidence.cells.models
    if not models:
        raise Unranked("no battles to rank after these filters: loosen one of them")
    module = method(settings.method)
    if settings.anchor is not None and settings.anchor not in models:
        shown = ", ".join(sorted(models)[:12]) + (", ..." if len(models) > 12 else "")
        raise BadRequest(f"unknown anchor {settings.anchor!r}: choose one of {shown}")
    fit: Fit = module.fit(evidence, settings)
    found = graph.warn(evidence.cells, fold(evidence.cells, settings)) + fit.warnings
    order = sorted(range(len(models)), key=lambda i: (-fit.values[i].round(9), models[i]))
    return Ranking(
        settings=settings,
        ratings=ratings(evidence, fit, order),
        n_battles=round(float(evidence.cells.n.sum())),
        warnings=found,
        coefficients=fit.coefficients,
        draws=None if fit.draws is None else fit.draws[:, order],
    )


def ratings(evidence: Evidence, fit: Fit, order: list[int]) -> tuple[Rating, ...]:
    """The lines of a ranking, in the given order of models."""
    battles = graph.counts(evidence.cells)
    rank, best, worst = ranks(fit.values, fit.low, fit.high)
    return tuple(
        Rating(
            model=evidence.cells.models[i],
            value=float(fit.values[i]),
            low=_at(fit.low, i),
            high=_at(fit.high, i),
            battles=int(battles[i]),
            rank=int(rank[i]),
            rank_low=int(best[i]),
            rank_high=int(worst[i]),
        )
        for i in order
    )


@cache
def methods() -> tuple[str, ...]:
    """Names of the methods: files of this folder that can fit."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return tuple(name for name in names if hasattr(import_module(f"arena.ratings.{name}"), "SCALE_KIND"))


def method(name: str) -> ModuleType:
    """The module of a method. Raises BadRequest naming the choices."""
    if name not in methods():
        raise BadRequest(f"unknown method {name!r}: choose one of {', '.join(methods())}")
    return import_module(f"arena.ratings.{name}")


def needs(name: str) -> frozenset[str]:
    """Parts of `Evidence` beyond cells that a method can use: of clusters, sequence, styles."""
    wanted: frozenset[str] = method(name).NEEDS
    return wanted


def scale_kind(name: str) -> str:
    """What a method's values are: "elo" or "share"."""
    kind: str = method(name).SCALE_KIND
    return kind


def _at(bounds: Floats | None, i: int) -> float | None:
    return None if bounds is None else float(bounds[i])
