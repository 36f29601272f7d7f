"""Can a comparison be trusted? One rule, one sentence. Pure; leaves out how the sentences look."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from arena.pages import figure, points
from arena.service.requests import BoardInfo, Compared

Level = Literal["fine", "look", "doubt"]
FEW, SOME = 10, 20
"""Below `FEW` shared models a rank correlation says little; from `SOME` on it is steady."""
NARROW, WIDE, NEAR = 150.0, 400.0, 50.0
"""Reference points between the best and the worst model; and between close neighbours."""
DAYS = 90
LEVELS: tuple[Level, ...] = ("doubt", "look", "fine")


@dataclass(frozen=True, slots=True)
class Case:
    """A comparison and the boards behind it."""

    ours: BoardInfo
    theirs: BoardInfo
    found: Compared


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and how much it matters."""

    level: Level
    text: str


def told(case: Case) -> list[Said]:
    """All that there is to say, the worst first."""
    said = [sentence for rule in RULES if (sentence := rule(case)) is not None]
    return sorted(said, key=lambda sentence: LEVELS.index(sentence.level))


def size(case: Case) -> Said:
    """Number of shared models."""
    n = case.found.n_models
    said = f"{figure.count(n, 'shared model')}"
    if n < FEW:
        return Said(
            "doubt", f"Only {said}: a rank correlation over so few means little. Map more names below."
        )
    if n < SOME:
        return Said("look", f"{said}: enough for a direction, but one model can still move the figures.")
    return Said("fine", f"{said}: enough for a steady rank correlation.")


def reach(case: Case) -> Said | None:
    """A narrow range deflates a correlation, a wide one inflates it."""
    values = [point.reference_value for point in case.found.points]
    span = max(values) - min(values)
    alike, near = points.close(case.found.points, NEAR)
    close = (
        f" Among the {figure.count(near, 'pair')} within {NEAR:.0f} points of each other, "
        f"{figure.percent(alike / near, 0)} are in the same order."
        if near
        else ""
    )
    wide = f"{figure.number(span)} reference points lie between the best and the worst model"
    if span < NARROW:
        return Said(
            "look",
            f"Only {wide}: noise alone reorders such close models, so the figures come out low.{close}",
        )
    if span > WIDE:
        return Said(
            "look", f"{wide}: telling the far ends apart is easy, which lifts the correlations.{close}"
        )
    return Said("fine", f"{wide}: neither too narrow nor too wide.{close}")


def dates(case: Case) -> Said | None:
    """Boards of different days see different models and voters."""
    ours, theirs = case.found.board_date, case.found.reference_date
    if ours is None or theirs is None:
        which = " and ".join(
            name for name, day in ((case.found.board, ours), (case.found.reference, theirs)) if day is None
        )
        return Said(
            "look",
            f"No date is known of {which}: models behind one name may have changed between the boards.",
        )
    days = abs((ours - theirs).days)
    if days > DAYS:
        return Said(
            "doubt", f"The boards are {days} days apart ({ours}, {theirs}): models and voters moved between."
        )
    return Said("fine", f"The boards are {figure.count(days, 'day')} apart ({ours}, {theirs}).")


def sources(case: Case) -> Said | None:
    """Boards of one origin are no independent evidence."""
    if case.ours.board == case.theirs.board:
        return Said("doubt", "It is the same board twice: agreement is certain and says nothing.")
    if all("lmsys" in board.board and "wizard" not in board.board for board in (case.ours, case.theirs)):
        return Said(
            "look",
            "Both boards rest on votes of the LMSYS arena: they share battles, so agreement is expected.",
        )
    if case.ours.source and case.ours.source == case.theirs.source:
        return Said(
            "look", "Both boards come from one publication: nobody else measured either of them here."
        )
    return None


def judge(case: Case) -> Said | None:
    """A judge that takes part may favour itself, or its family."""
    judges = tuple(case.ours.judge.split(", ")) if case.ours.judge else ()
    models = [point.model for point in case.found.points]
    own = [model for model in models if model in judges]
    kin = [model for model in models for one in judges if model != one and model.startswith(f"{one}-")]
    if own:
        return Said("doubt", f"{listed(own)} is a contestant and a judge: it may favour itself.")
    if kin:
        return Said(
            "look",
            f"The judge {listed(list(judges))} is of the same family as {listed(kin)}: it may favour them.",
        )
    return (
        Said("fine", f"The judge ({listed(list(judges))}) is not among the contestants.") if judges else None
    )


def names(case: Case) -> Said | None:
    """Approximate names compare two versions of a model."""
    near = [point.model for point in case.found.points if point.match == "approx"]
    if not near:
        return Said("fine", "All names are matched exactly.")
    said = f"{figure.count(len(near), 'name')} matched only approximately: {listed(near)}."
    return Said("look", f"{said} Confirm or refuse them below, or tick “Exact names only”.")


def left(case: Case) -> Said | None:
    """Models that found no partner are not compared."""
    alone = len(case.found.unmatched)
    if not alone:
        return None
    said = f"{alone} of the board's {alone + case.found.n_models} models have no partner on the reference"
    return Said("look" if alone < case.found.n_models else "doubt", f"{said} and are not compared.")


def ceiling(case: Case) -> Said | None:
    """How near the figures are to what noise allows."""
    value, top = case.found.spearman, case.found.ceiling.get("spearman")
    if value is None or top is None:
        return None
    high = case.found.intervals.get("spearman", (value, value))[1]
    share = f"Spearman {figure.number(value, 3)}, noise ceiling {figure.number(top, 3)}"
    if high >= top - 0.005 or value >= top:
        return Said("fine", f"{share}: as good as the reference's own noise allows.")
    if top - value > 0.1:
        return Said("doubt", f"{share}: the boards truly differ; noise of the reference does not explain it.")
    return Said("look", f"{share}: a real difference beyond noise, but a small one.")


def bounds(case: Case) -> Said | None:
    """Without intervals nothing is separated."""
    bare = [
        name
        for name, share in (
            (case.found.board, case.found.differentiation),
            (case.found.reference, case.found.reference_differentiation),
        )
        if share is None
    ]
    if not bare:
        return Said("fine", "Both boards have intervals.")
    return Said(
        "doubt", f"{listed(bare)} has no intervals: agreement needs them, and no figure tells its noise."
    )


def single(case: Case) -> Said | None:
    """One model can carry a correlation."""
    value = case.found.spearman
    if value is None or not case.found.without:
        return None
    model, without = case.found.without[0]
    moved = (
        f"Leaving out {model} moves Spearman most: {figure.number(value, 3)} to {figure.number(without, 3)}."
    )
    return Said("look" if abs(without - value) >= 0.05 else "fine", moved)


def listed(models: list[str], most: int = 4) -> str:
    """Some names, and how many more."""
    rest = len(models) - most
    return ", ".join(models[:most]) + (f" and {rest} more" if rest > 0 else "")


Rule = Callable[[Case], Said | None]
RULES: tuple[Rule, ...] = (size, reach, dates, sources, judge, names, left, ceiling, bounds, single)
