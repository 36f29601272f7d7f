"""Rows made of answers, what forbids one, and how many stay: what the rules share.

Leaves out which answers are taken (the rules).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from arena.keys import key
from arena.types import Prompt, Response
from training.outcomes import Contest, content
from training.selection.types import Scene, Step
from training.types import Bans, Dropped, Origin, PairRow, RankedRow, Row, SftRow

SAME = "both answers are the same"
CUT = "the answer was cut off at its limit"
UNKNOWN = "a text is not known"
BAD = "judged both bad"


def open_prompts(scene: Scene, rule: str) -> Iterator[tuple[Prompt, list[Contest]] | Dropped]:
    """The prompts that may be trained on with their decided contests; the others as drops."""
    for prompt, contests in scene.material.by_prompt().items():
        found = scene.material.prompts.get(prompt)
        if found is None:
            yield Dropped(prompt, rule, "the prompt's text is not known")
            continue
        if reason := banned(found, scene.bans):
            yield Dropped(prompt, rule, reason)
            continue
        for contest in contests:
            if contest.kind in ("undecided", "both_bad"):
                yield Dropped(prompt, rule, f"the battle is {contest.kind}", (contest.id,))
        decided = [one for one in contests if one.kind not in ("undecided", "both_bad")]
        if decided:
            yield found, decided


def over(
    scene: Scene, rule: str, choose: Callable[[Prompt, list[Contest]], Iterable[Row | Dropped]]
) -> tuple[tuple[Row, ...], tuple[Dropped, ...]]:
    """What a rule makes of every prompt that may be trained on: rows, and all drops."""
    found: list[Row | Dropped] = []
    for entry in open_prompts(scene, rule):
        found += [entry] if isinstance(entry, Dropped) else choose(*entry)
    rows = tuple(one for one in found if not isinstance(one, Dropped))
    return rows, tuple(one for one in found if isinstance(one, Dropped))


def banned(prompt: Prompt, bans: Bans) -> str | None:
    """Why a prompt must not be trained on, or None."""
    hashed = content(prompt.turns)
    for mark, known in ((prompt.id, bans.prompts), (hashed, bans.contents)):
        if mark in known:
            return f"the prompt belongs to {bans.names.get(mark, 'what is measured on')}"
    return None


def faults(scene: Scene, prompt: Prompt, *answers: Response | None) -> str | None:
    """Why these answers cannot become a row (the first is the one to be learnt), or None."""
    if any(answer is None or len(answer.turns) != len(prompt.turns) for answer in answers):
        return UNKNOWN
    known = [answer for answer in answers if answer is not None]
    if known[0].status != "ok":
        return CUT if known[0].status == "truncated" else f"the answer is {known[0].status}"
    if known[0].id in scene.material.bad:
        return BAD
    if len(known) == 2 and known[0].turns == known[1].turns:
        return SAME
    return None


def sft(
    scene: Scene,
    prompt: Prompt,
    answer: Response,
    over: Response | None,
    *,
    gap: float | None,
    battles: Sequence[str],
    reason: str,
) -> SftRow:
    """A row that imitates an answer."""
    own = answer.model == scene.target
    return SftRow(
        key("row", "sft", prompt.id, answer.id),
        prompt.id,
        prompt.turns,
        answer.turns,
        answer.model,
        "" if over is None else over.model,
        tuple(battles),
        gap,
        "on_policy" if own else "off_policy",
        reason,
        scene.category(prompt.id),
        shorter=None if over is None else sum(map(len, over.turns)),
    )


def pair(
    scene: Scene,
    prompt: Prompt,
    chosen: Response,
    rejected: Response,
    *,
    gap: float | None,
    battles: Sequence[str],
    reason: str,
) -> PairRow:
    """A row that prefers an answer."""
    own = (chosen.model == scene.target) + (rejected.model == scene.target)
    origins: tuple[Origin, ...] = ("off_policy", "mixed", "on_policy")
    return PairRow(
        key("row", "pair", prompt.id, chosen.id, rejected.id),
        prompt.id,
        prompt.turns,
        chosen.turns,
        rejected.turns,
        chosen.model,
        rejected.model,
        tuple(battles),
        gap,
        origins[own],
        reason,
        scene.category(prompt.id),
        natural=prompt.natural,
    )


@dataclass(frozen=True, slots=True)
class Apart:
    """Two answers, how far the judge puts them apart, and the battles that say so."""

    best: Response | None
    worst: Response | None
    gap: float | None
    battles: tuple[str, ...]


def decided_pair(
    scene: Scene, prompt: Prompt, seen: Apart, rule: str, threshold: tuple[float, bool], reason: str
) -> PairRow | Dropped:
    """A pair, or why these answers make none; `threshold` is K, and whether it must be passed."""
    fault = faults(scene, prompt, seen.best, seen.worst) or enough(seen.gap, *threshold)
    if fault or seen.best is None or seen.worst is None:
        return Dropped(prompt.id, rule, str(fault), seen.battles)
    return pair(scene, prompt, seen.best, seen.worst, gap=seen.gap, battles=seen.battles, reason=reason)


def enough(gap: float | None, k: float, strict: bool) -> str | None:
    """Why a gap does not reach the threshold, or None."""
    if gap is None:
        return None if k <= 0 and not strict else "the judge gave no scores to compare with K"
    if gap > k or (gap == k and not strict):
        return None
    return f"the gap is {'not above' if strict else 'below'} K"


def order(seed: int, name: str) -> str:
    """A place in a shuffle that hangs on the seed and the row only."""
    return key("order", seed, name)


def quota(rows: Sequence[Row], n: int, share: float) -> int:
    """How many rows stay: `n`, or that share where it is 0."""
    return min(len(rows), n or round(share * len(rows)))


def kept(rule: str, rows: Sequence[Row], ids: Collection[str], reason: str) -> Step:
    """The rows of these ids in their order; the others are dropped for that reason."""
    known = frozenset(ids)
    return Step(
        tuple(row for row in rows if row.id in known),
        tuple(Dropped(row.prompt, rule, reason, row.battles) for row in rows if row.id not in known),
    )


def asked(row: Row) -> str:
    """All turns of a row's prompt as one text."""
    return "\n".join(row.turns)


def learnt(row: Row) -> str:
    """What a row teaches to say, as one text; empty for a prompt alone."""
    if isinstance(row, SftRow):
        return "\n".join(row.answers)
    if isinstance(row, PairRow | RankedRow):
        return "\n".join(row.chosen if isinstance(row, PairRow) else row.answers[0])
    return ""
