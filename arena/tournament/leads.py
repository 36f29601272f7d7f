"""Leads that are sure, however often they are looked at: who of the first models is above whom.

Models that won and lost among one another are rated by Bradley-Terry with robust errors by prompt, each such
group by itself, and their leads have bounds that hold at all looks (`arena.ratings.anytime`). Those bounds
are two-sided and half of their error is never used. It goes to pairs of different groups, where every battle
ended one way and a rating has no finite value: an even model loses on all of n prompts with a chance of 2^-n
at most. Leaves out when to look (`parting`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, log2

import numpy as np

from arena.ratings import rank
from arena.ratings.anytime import reach
from arena.ratings.graph import strong
from arena.ratings.sandwich import NORMAL
from arena.ratings.types import Cells, Clusters, Evidence, Floats, Ints, Ranking, RankSettings

LEAST = 30
"""Prompts below which no bound is trusted: errors by prompt come out too small, and tails are no normal's."""
Row = tuple[int, int, int, float]
"""A decided battle: prompt, model a, model b by their places, side a's share."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How sure a lead must be, over all looks and pairs."""

    level: float
    planned: int
    """Prompts at which bounds are tightest, chosen before anything is seen."""


@dataclass(frozen=True, slots=True)
class Leads:
    """The models, best first; how many of them are surely above all below; and where that cannot be told."""

    order: tuple[str, ...]
    sure: int
    doubt: str = ""
    """Why it cannot be told of the next one; empty: its lead is too small."""


def leads(names: tuple[str, ...], rows: Sequence[Row], top: int, bar: Bar) -> Leads:
    """Looks at the first `top` models in decided battles between these."""
    if (prompts := len({row[0] for row in rows})) < LEAST:
        return Leads((), 0, f"{prompts} prompts were decided, it takes {LEAST}")
    found = rank.rank(evidence(names, rows), RankSettings())
    told = {warn.code: warn for warn in found.warnings}
    order = tuple(line.model for line in found.ratings)
    if "disconnected" in told:
        return Leads(order, 0, told["disconnected"].text)
    place = {name: at for at, name in enumerate(names)}
    ranked = [place[name] for name in order]
    groups, beaten = _groups(len(names), rows), _swept(len(names), rows, bar)
    for at, model in enumerate(ranked[:top]):
        above = _led(names, rows, (model, groups), bar) | beaten[model]
        above |= {far for near in above for far in beaten[near]}
        if short := set(ranked[at + 1 :]) - above:
            apart = not any(groups[other] == groups[model] for other in short)
            return Leads(order, at, _doubt(found, {names[one] for one in (model, *short)}) if apart else "")
    return Leads(order, top)


def _led(names: tuple[str, ...], rows: Sequence[Row], one: tuple[int, Ints], bar: Bar) -> set[int]:
    """Models of its own group that a model is surely above."""
    model, groups = one
    members = [int(at) for at in np.flatnonzero(groups == groups[model])]
    place = {at: number for number, at in enumerate(members)}
    inner = [(p, place[a], place[b], y) for p, a, b, y in rows if a in place and b in place]
    prompts = len({row[0] for row in inner})
    if prompts < LEAST:
        return set()
    own = tuple(names[at] for at in members)
    found = rank.rank(evidence(own, inner), RankSettings(anchor=names[model]))
    if "no_spread" in {warn.code for warn in found.warnings}:
        return set()
    wide = reach(prompts, bar.planned, bar.level, comb(len(names), 2)) / NORMAL
    held = {line.model: line for line in found.ratings}
    zero = held[names[model]].value
    return {
        at
        for at, line in zip(members, (held[name] for name in own), strict=True)
        if line.high is not None and line.value + wide * (line.high - line.value) < zero
    }


def _groups(size: int, rows: Sequence[Row]) -> Ints:
    """A number for each model: the same for those who won and lost among one another, be it by others."""
    won = {(a, b) for _, a, b, y in rows if y > 0} | {(b, a) for _, a, b, y in rows if y < 1}
    winner, loser = np.array(sorted(won), np.int64).reshape(-1, 2).T
    return strong(size, winner, loser)


def _swept(size: int, rows: Sequence[Row], bar: Bar) -> list[set[int]]:
    """For each model those who lost every battle against it, on so many prompts that it is no chance."""
    wrong = (1 - bar.level) / comb(size, 2) / 2
    met: dict[tuple[int, int], set[int]] = {}
    lost: set[tuple[int, int]] = set()
    for prompt, a, b, y in rows:
        for pair, share in (((a, b), y), ((b, a), 1 - y)):
            met.setdefault(pair, set()).add(prompt)
            if share < 1:
                lost.add(pair)
    found: list[set[int]] = [set() for _ in range(size)]
    for pair, prompts in met.items():
        if pair not in lost and len(prompts) >= log2(1 / wrong):
            found[pair[0]].add(pair[1])
    return found


def _doubt(found: Ranking, short: set[str]) -> str:
    """Whose battles all ended one way."""
    said = {"winless": "never won nor tied", "undefeated": "never lost nor tied"}
    parts = [
        f"{', '.join(names)} {said[warn.code]}"
        for warn in found.warnings
        if warn.code in said and (names := sorted(short & set(warn.models)))
    ]
    return " and ".join(parts) or f"{', '.join(sorted(short))} never both won and lost among one another"


def evidence(names: tuple[str, ...], rows: Sequence[Row]) -> Evidence:
    """Decided battles as a rating method takes them."""
    prompt, a, b = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    y: Floats = np.array([row[3] for row in rows])
    one = np.ones(len(rows))
    win_a, win_b, tie = (np.where(y == share, one, 0) for share in (1.0, 0.0, 0.5))
    nothing = np.zeros(len(rows))
    whole = one.astype(np.int64)
    cells = Cells(names, a, b, whole, one, y, one, y, y**2, win_a, win_b, tie, nothing)
    return Evidence(cells, Clusters(prompt, a, b, one, y))
