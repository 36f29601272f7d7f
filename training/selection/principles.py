"""Pairs relabelled by principles that stand in front of them: rows for a principle-conditioned reward model.

Each pair is shown with some principles, drawn by the seed, some of them turned round; the answer that follows
more of them is the chosen one (SALMON, arXiv 2310.05910). Four principles need no model: helpful is what the
judge preferred, brief, unadorned and calm are read off the text. With a `backend` principles may be sentences
of one's own, and a model says in both orders which answer follows them more; where it contradicts itself or
cannot be read, that principle does not count.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Annotated

from annotated_types import Ge, Le

from arena.backends.types import Sampling
from arena.errors import BadRequest
from arena.keys import key
from arena.plugins import Choice
from training.principles import KNOWN, Asked, said
from training.selection import asking, making
from training.selection.types import Scene, Step
from training.types import Dropped, PairRow, Row

RULE = "principles"
TEMPLATE = "principle.txt"
SCHEMA = json.dumps({
    "type": "object",
    "properties": {"more": {"type": "string", "enum": ["first", "second", "same"]}},
    "required": ["more"],
    "additionalProperties": False,
})  # fmt: skip
_MORE = re.compile(r"[\"']more[\"']\s*:\s*[\"'](first|second|same)[\"']", re.IGNORECASE)
_MARKUP = re.compile(r"^\s*(?:[-*#>]|\d+[.)])|\*\*|`", re.MULTILINE)
Scores = Mapping[tuple[str, str], int]
"""(pair, principle) -> 1: the chosen answer follows it more; -1: the other; 0: neither, or not known."""


@dataclass(frozen=True, slots=True)
class Config:
    """Which principles, and how they are drawn."""

    principles: tuple[str, ...] = ("helpful", "brief")
    """Names that need no model (helpful, brief, unadorned, calm), or sentences (with a backend)."""
    each: Annotated[int, Ge(1)] = 2
    """Rows of each pair, with other principles."""
    most: Annotated[int, Ge(1)] = 2
    """Principles in front of a row at most."""
    turned: Annotated[float, Ge(0), Le(1)] = 0.3
    """Share of the principles that are turned round."""
    backend: Choice | None = None
    """A model that judges by principles: a file of `arena.backends` and its options."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The pairs with principles in front of them, in the place of the pairs."""
    pairs = [row for row in rows if isinstance(row, PairRow)]
    dropped = [
        Dropped(row.prompt, RULE, "no pair", row.battles) for row in rows if not isinstance(row, PairRow)
    ]
    scores = _scores(config, pairs, scene)
    made: dict[str, Row] = {}
    for row in pairs:
        known = [name for name in config.principles if scores[row.id, name]]
        if not known:
            dropped.append(Dropped(row.prompt, RULE, "no principle tells the answers apart", row.battles))
        for at in range(config.each if known else 0):
            new = _shown(config, row, at, scores, scene.seed)
            if new is None:
                dropped.append(
                    Dropped(row.prompt, RULE, "the principles drawn contradict each other", row.battles)
                )
            else:
                made.setdefault(new.id, new)
    return Step(tuple(made.values()), tuple(dropped))


def _shown(config: Config, row: PairRow, at: int, scores: Scores, seed: int) -> PairRow | None:
    """One draw of principles in front of a pair; None where they come to a draw."""
    rng = Random(making.order(seed, f"{row.id} {at}"))  # noqa: S311 - seeded on purpose
    names = sorted(config.principles)
    drawn = rng.sample(names, rng.randint(1, min(config.most, len(names))))
    asked = [Asked(name, rng.random() < config.turned) for name in drawn]
    told = sum(scores[row.id, one.name] * (-1 if one.turned else 1) for one in asked)
    if not told:
        return None
    sides = (row.chosen, row.rejected) if told > 0 else (row.rejected, row.chosen)
    names_of = (row.model, row.over) if told > 0 else (row.over, row.model)
    system = "\n".join(filter(None, (row.system, said(asked))))
    return replace(
        row, id=key("row", RULE, row.id, system), chosen=sides[0], rejected=sides[1], model=names_of[0],
        over=names_of[1], gap=None, system=system, reason="by principles",
    )  # fmt: skip


def _scores(config: Config, pairs: Sequence[PairRow], scene: Scene) -> Scores:
    if config.backend is not None:
        return _asked(config.backend, config.principles, pairs, scene)
    if unknown := [name for name in config.principles if name not in KNOWN]:
        raise BadRequest(
            f"principles: {unknown[0]!r} can be told by a model only: name a backend, or choose from "
            f"{', '.join(KNOWN)}"
        )
    return {(row.id, name): _told(name, row) for row in pairs for name in config.principles}


def _told(name: str, row: PairRow) -> int:
    """By the judge, or from the texts."""
    if name == "helpful":
        return 1
    amounts = [_amount(name, "\n".join(side)) for side in (row.chosen, row.rejected)]
    return (amounts[0] < amounts[1]) - (amounts[0] > amounts[1])


def _amount(name: str, text: str) -> int:
    """Of what a principle wants less."""
    if name == "brief":
        return len(text)
    return len(_MARKUP.findall(text)) if name == "unadorned" else text.count("!")


def _asked(backend: Choice, names: Sequence[str], pairs: Sequence[PairRow], scene: Scene) -> Scores:
    asks = {
        f"{at} {order} {name}": _question(row, name, order)
        for at, row in enumerate(pairs)
        for name in names
        for order in (0, 1)
    }
    sampling = Sampling(temperature=0, max_tokens=64)
    found = asking.answers(backend, asks, more, sampling, seed=scene.seed, schema=SCHEMA, check=scene.check)
    return {
        (row.id, name): _agreed(found[f"{at} 0 {name}"], found[f"{at} 1 {name}"])
        for at, row in enumerate(pairs)
        for name in names
    }


def _question(row: PairRow, name: str, order: int) -> str:
    answers = ["\n".join(side)[: asking.LONGEST] for side in (row.chosen, row.rejected)]
    first, second = answers[::-1] if order else answers
    told = {
        "principle": said([Asked(name)]), "request": making.asked(row)[: asking.LONGEST],
        "first": first, "second": second,
    }  # fmt: skip
    return asking.filled(TEMPLATE, told)


def _agreed(shown: Sequence[str], turned: Sequence[str]) -> int:
    """1 or -1 where both orders name the same answer, else 0."""
    if not shown or not turned or shown[0] == turned[0]:
        return 0
    return {("first", "second"): 1, ("second", "first"): -1}.get((shown[0], turned[0]), 0)


def more(text: str) -> str | None:
    """Which answer a reply names; None where it names none, or several."""
    found = {word.lower() for word in _MORE.findall(text)}
    return found.pop() if len(found) == 1 else None
