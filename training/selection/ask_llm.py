"""Ask-LLM: a model is asked of each row whether it is worth learning from (arXiv 2402.09668).

Any backend answers: a local model, a server, or `recorded` replies. That work reads the probability of the
word yes; backends give text, so the share of yes among `samples` draws stands in for it, and one draw at
temperature 0 is a plain verdict. A row whose verdicts cannot be read is dropped as such, never guessed.
"""

import json
import re
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from arena.backends.types import Sampling
from arena.plugins import Choice
from training.selection import asking, making
from training.selection.types import Scene, Step
from training.types import Dropped, Row

RULE = "ask_llm"
TEMPLATE = "ask_llm.txt"
SCHEMA = json.dumps({
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["verdict"],
    "additionalProperties": False,
})  # fmt: skip
_OBJECT = re.compile(r"[\"']verdict[\"']\s*:\s*[\"'](yes|no)[\"']", re.IGNORECASE)
_WORD = re.compile(r"\W*(yes|no)\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Config:
    """Who is asked, and how many rows stay."""

    backend: Choice = Choice("transformers")
    """What answers: a file of `arena.backends` and its options."""
    samples: Annotated[int, Ge(1)] = 1
    """Verdicts on each row."""
    temperature: Annotated[float, Ge(0)] = 0.0
    """Of the verdicts; above 0 where there are several."""
    least: Annotated[float, Ge(0), Le(1)] = 0.5
    """Least share of yes."""
    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 1.0
    """Share of the rows that stays, at most."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows with the largest shares of yes; equals are told apart by lot."""
    if not rows:
        return Step(())
    sampling = Sampling(temperature=config.temperature, max_tokens=64)
    said = asking.answers(
        config.backend, asking.words(rows, TEMPLATE), verdict, sampling,
        samples=config.samples, seed=scene.seed, schema=SCHEMA, check=scene.check,
    )  # fmt: skip
    shares = {name: sum(each) / len(each) if each else None for name, each in said.items()}
    faults = {row.id: _fault(shares[row.id], config.least) for row in rows}
    able = [row for row in rows if faults[row.id] is None]
    best = sorted(able, key=lambda row: (-(shares[row.id] or 0.0), making.order(scene.seed, row.id)))
    most = making.quota(rows, config.n, config.share)
    step = making.kept(RULE, able, [row.id for row in best[:most]], "the model liked others better")
    unfit = (row for row in rows if faults[row.id] is not None)
    gone = tuple(Dropped(row.prompt, RULE, str(faults[row.id]), row.battles) for row in unfit)
    return Step(step.rows, step.dropped + gone)


def verdict(text: str) -> bool | None:
    """Whether a reply says yes; None where it says neither, or both."""
    found = {word.lower() for word in _OBJECT.findall(text)}
    if not found and (alone := _WORD.fullmatch(text)):
        found = {alone[1].lower()}
    return found == {"yes"} if len(found) == 1 else None


def _fault(share: float | None, least: float) -> str | None:
    if share is None:
        return "the model's verdict could not be read"
    return "the model would not learn from it" if share < least else None
