"""From outcomes to training rows: rules in a row, a reason for what was dropped, a preview; the presets.

The paper's rules are `paper`; `POCKET` holds what works on the pocket models. Data of earlier parts are added
by `accumulate`. An empty selection is no error but a preview whose verdict says why. Leaves out the rules
themselves (`training.selection`) and writing rows (`training.rows`, `training.export`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, quantiles
from typing import Annotated, Literal

from annotated_types import Ge

from arena import plugins
from arena.errors import BadRequest
from arena.plugins import Choice
from training.outcomes import Folding, Material
from training.selection.lengths import sizes
from training.selection.types import Scene
from training.types import Bans, Dropped, Preview, PromptRow, Row, Selected

RULES = "training.selection"
Stage = Literal["sft", "dpo", "reward", "ppo", "rloo", "rrhf"]
LIKE: Mapping[str, Stage] = {
    "self_augmented": "sft",
    "mpo": "dpo",
    "ser": "reward",
    "reward_ensemble": "reward",
    "online_dpo": "ppo",
    "bpo": "ppo",
}
"""Stages that take the rows of another one."""

K: Mapping[Stage, tuple[float, ...]] = {
    "sft": (3, 1, 1),
    "dpo": (2, 1, 1),
    "reward": (1, 1, 1),
    "ppo": (0, 0, 0),
    "rloo": (0, 0, 0),
    "rrhf": (1, 1, 1),
}
"""Threshold by stage and iteration. SFT's are the paper's, and DPO's first; it does not give the others."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are made of some battles."""

    target: str
    """The model that is trained, as the battles name it."""
    rules: tuple[Choice, ...]
    """Files of `training.selection` with their options, in order: those that make rows, then filters."""
    folding: Folding = field(default_factory=Folding)
    """How verdicts become outcomes."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of what is drawn."""


def like(stage: str) -> Stage:
    """Whose rows a stage takes: its own name's, or those of the one that it is like.

    Raises:
        BadRequest: there are no rules for that stage; they have to be named.
    """
    if stage in LIKE:
        return LIKE[stage]
    for known in K:
        if known == stage:
            return known
    raise BadRequest(f"no rules are known that make rows for stage {stage}: name them in `rules`")


def paper(stage: Stage, iteration: int, target: str, *, strict: bool = False) -> Selection:
    """The paper's rule for a stage of an iteration (from 1); `strict` reads K as more than, not at least.

    Raises:
        BadRequest: no such iteration.
    """
    if iteration < 1:
        raise BadRequest(f"iteration {iteration}: they are counted from 1")
    k = K[stage][min(iteration, len(K[stage])) - 1]
    threshold = {"k": k, "strict": strict}
    rules: Mapping[Stage, Choice] = {
        "sft": Choice("lost", threshold),
        "dpo": Choice("contrast", {**threshold, "which": "fought", "rejected": "target"}),
        "reward": Choice("decided", threshold),
        "ppo": Choice("prompts"),
        "rloo": Choice("prompts"),
        "rrhf": Choice("ranking", threshold),
    }
    return Selection(target, (rules[stage],))


_BEST_WORST = Choice("contrast", {"k": 1.0, "which": "all", "rejected": "lowest"})

POCKET: Mapping[Stage, tuple[Choice, ...]] = {
    "sft": (Choice("lost", {"k": 1.0}), Choice("replay", {"share": 1.0})),
    "dpo": (_BEST_WORST,),
    "reward": (Choice("decided", {"k": 1.0}), Choice("own_samples", {"k": 1.0})),
    "ppo": (Choice("prompts"),),
    "rloo": (Choice("prompts"),),
    "rrhf": (Choice("ranking", {"k": 1.0}),),
}
"""Rules that work on the pocket models: own wins are replayed, pairs are best against worst everywhere."""


def select(
    material: Material,
    selection: Selection,
    bans: Bans | None = None,
    clusters: Mapping[str, str] | None = None,
    model: str = "",
    check: Callable[[], None] = lambda: None,
) -> Selected:
    """Rows by the rules, what was dropped and why, and the preview.

    `model` is the target's directory; `check` raises where the work is to stop.

    Raises:
        BadRequest: a rule that does not exist or an option that it does not have.
    """
    scene = Scene(material, selection.target, bans or Bans(), clusters or {}, selection.seed, model, check)
    steps = [(plugins.load(RULES, rule.name), plugins.config(RULES, rule)) for rule in selection.rules]
    rows: tuple[Row, ...] = ()
    dropped: list[Dropped] = []
    for rule, config in steps:
        step = rule.apply(config, rows, scene)
        rows = step.rows
        dropped += step.dropped
    return _selected(rows, dropped, selection.target)


def accumulate(parts: Iterable[Selected], target: str = "the target") -> Selected:
    """The rows of several parts together; the same row of a later part is dropped."""
    rows: dict[str, Row] = {}
    dropped: list[Dropped] = []
    for part in parts:
        dropped += part.dropped
        for row in part.rows:
            if row.id in rows:
                dropped.append(Dropped(row.prompt, "accumulate", "a row of an earlier part", row.battles))
            else:
                rows[row.id] = row
    return _selected(tuple(rows.values()), dropped, target)


def _selected(rows: tuple[Row, ...], dropped: Sequence[Dropped], target: str) -> Selected:
    return Selected(rows, tuple(dropped), preview(rows, dropped, target))


def preview(rows: Sequence[Row], dropped: Sequence[Dropped], target: str = "the target") -> Preview:
    """Counts, gaps, shares and lengths of a selection."""
    gaps = [row.gap for row in rows if not isinstance(row, PromptRow) and row.gap is not None]
    reasons = Counter(entry.reason for entry in dropped)
    lengths = [(learnt, beaten) for learnt, beaten in map(sizes, rows) if beaten is not None]
    before = sum(beaten for _, beaten in lengths)
    return Preview(
        candidates=len(rows) + len(dropped),
        kept=len(rows),
        dropped=dict(reasons.most_common()),
        gaps=_spread(gaps),
        opponents=_shares(row.model for row in rows if not isinstance(row, PromptRow)),
        categories=_shares(row.category for row in rows),
        origins=_shares(row.origin for row in rows if not isinstance(row, PromptRow)),
        length=sum(learnt for learnt, _ in lengths) / before if before else None,
        verdict=_verdict(rows, reasons, target),
    )


def _verdict(rows: Sequence[Row], reasons: Counter[str], target: str) -> str:
    if rows:
        prompts = len({row.prompt for row in rows})
        return f"{len(rows)} rows over {prompts} prompts to train {target} on"
    if not reasons:
        return f"nothing to train {target} on: there are no battles"
    told = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
    return f"nothing to train {target} on: {told}"


def _spread(gaps: Sequence[float]) -> dict[str, float]:
    if not gaps:
        return {}
    cuts = quantiles(gaps, n=4, method="inclusive") if len(gaps) > 1 else [gaps[0]] * 3
    named = zip(("quarter", "median", "three_quarters"), cuts, strict=True)
    return {"least": min(gaps), **dict(named), "most": max(gaps), "mean": mean(gaps)}


def _shares(names: Iterable[str]) -> dict[str, float]:
    counts = Counter(names)
    total = counts.total()
    return {name: count / total for name, count in sorted(counts.items(), key=lambda e: (-e[1], e[0]))}
