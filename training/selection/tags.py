"""Tag diversity and complexity, after INSTAG (arXiv 2308.07074): many-tagged rows first, all tags covered.

Rows are taken in rounds. In each, rows with more tags come first, and one is taken if it brings a tag that
the round has not seen. By default tags are found offline by words: what is asked for (`verbs`), the row's
category, and content words that several prompts share. That is no understanding, only a stand-in for the
tagger of that work; with a `backend` a model names the tags instead.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from arena.backends.types import Sampling
from arena.plugins import Choice
from training.selection import asking, making
from training.selection.types import Scene, Step
from training.types import Dropped, Row

RULE = "tags"
TEMPLATE = "tags.txt"
SCHEMA = json.dumps({
    "type": "object",
    "properties": {"tags": {"type": "array", "items": {"type": "string"}, "maxItems": 20}},
    "required": ["tags"],
    "additionalProperties": False,
})  # fmt: skip
_VERBS = (
    "add analyse analyze answer calculate check choose classify compare complete compute continue "
    "convert correct count create debug define describe design draft edit estimate evaluate explain "
    "extract find fix format generate give guess identify implement improve infer list name order "
    "outline paraphrase pick plan predict prove rank recommend replace reply rewrite say select "
    "shorten show simplify solve sort spell state subtract suggest summarise summarize tell translate "
    "turn write"
)
_ASKING = "what which who whom whose when where why how"
_WORD = re.compile(r"[^\W\d_]{4,}")
_ANY = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Config:
    """How many, and who tags."""

    n: Annotated[int, Ge(0)] = 0
    """Rows that stay; 0: as `share` says."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Share of the rows that stays."""
    backend: Choice | None = None
    """A model that names the tags: a file of `arena.backends` and its options; None: words do it."""
    rare: Annotated[int, Ge(1)] = 2
    """Prompts that a word must be in to be a tag."""
    common: Annotated[float, Gt(0), Le(1)] = 0.2
    """Share of the prompts above which a word says nothing."""


def apply(config: Config, rows: tuple[Row, ...], scene: Scene) -> Step:
    """The rows in rounds of new tags; equals are told apart by lot."""
    if not rows:
        return Step(())
    found = _asked(config.backend, rows, scene) if config.backend else worded(config, rows)
    able = [row for row in rows if found[row.id]]
    most = making.quota(rows, config.n, config.share)
    step = making.kept(RULE, able, _rounds(able, found, most, scene.seed), "its tags are covered by others")
    gone = tuple(
        Dropped(row.prompt, RULE, "no tag was found", row.battles) for row in rows if not found[row.id]
    )
    return Step(step.rows, step.dropped + gone)


def _rounds(rows: list[Row], found: Mapping[str, frozenset[str]], most: int, seed: int) -> list[str]:
    left = sorted((row.id for row in rows), key=lambda name: (-len(found[name]), making.order(seed, name)))
    taken: list[str] = []
    while left and len(taken) < most:
        seen: set[str] = set()
        passed: list[str] = []
        for name in left:
            if len(taken) < most and not found[name] <= seen:
                taken.append(name)
                seen |= found[name]
            else:
                passed.append(name)
        left = passed
    return taken


def worded(config: Config, rows: tuple[Row, ...]) -> dict[str, frozenset[str]]:
    """Tags by words: what is asked for, the category, and content words that several prompts share."""
    texts = {row.id: making.asked(row).lower() for row in rows}
    subjects = {name: set(_WORD.findall(text)) for name, text in texts.items()}
    counts = Counter(word for each in subjects.values() for word in each)
    most = config.common * len(rows)
    shared = {word for word, count in counts.items() if config.rare <= count <= most}
    wanted = frozenset(_VERBS.split()) | frozenset(_ASKING.split())
    return {
        row.id: frozenset(f"asks {word}" for word in wanted & set(_ANY.findall(texts[row.id])))
        | frozenset(f"of {word}" for word in (shared & subjects[row.id]) - wanted)
        | frozenset([f"in {row.category}"] if row.category else [])
        for row in rows
    }


def _asked(backend: Choice, rows: tuple[Row, ...], scene: Scene) -> dict[str, frozenset[str]]:
    sampling = Sampling(temperature=0, max_tokens=256)
    questions = asking.words(rows, TEMPLATE)
    said = asking.answers(
        backend, questions, listed, sampling, seed=scene.seed, schema=SCHEMA, check=scene.check
    )
    return {name: each[0] if each else frozenset() for name, each in said.items()}


def listed(text: str) -> frozenset[str] | None:
    """The tags of a reply; None where it holds no list of them."""
    import json_repair

    start = text.find("{")
    value = json_repair.loads(text[start:]) if start >= 0 else None
    tags = value.get("tags") if isinstance(value, dict) else None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return None
    return frozenset(" ".join(tag.lower().split()) for tag in tags) - {""}
