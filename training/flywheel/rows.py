"""From a part's battles to a stage's rows file, with everything that was dropped and the preview beside it.

Never a row from a prompt of the panel or of the gate. Leaves out the rules (`training.selection`).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from arena import plugins
from arena.jobs import facts
from arena.jobs.folder import RunFolder
from arena.plugins import Choice
from arena.prompts.types import Read
from arena.types import Prompt
from training import pairs, rows
from training.flywheel.config import Config, StagePlan
from training.outcomes import content, gather
from training.pairs import Selection
from training.types import Bans, Preview, Selected

ROWS, DROPPED, PREVIEW = "rows.jsonl", "dropped.jsonl", "preview.json"


@dataclass(frozen=True, slots=True)
class Fought:
    """A data part that was fought on, and by which version of the target."""

    run: RunFolder
    target: str
    model: str = ""
    """Its directory."""


def bans(config: Config) -> Bans:
    """Everything that must never be trained on, by its text: ids differ from board to board."""
    found: dict[str, str] = {}
    for choice, name in ((config.panel, "panel"), (config.gate_prompts, "gate")):
        if choice is not None:
            found |= {content(prompt.turns): name for prompt in _read(choice)}
    return Bans(contents=frozenset(found), names=found)


def _read(choice: Choice) -> Iterable[Prompt]:
    module = plugins.load("arena.prompts", choice.name)
    entries: Iterable[Read] = module.read(plugins.config("arena.prompts", choice), "bans")
    return (entry for entry in entries if isinstance(entry, Prompt))


def rules(plan: StagePlan, iteration: int, target: str, seed: int) -> Selection:
    """The rules of a stage in an iteration (from 1)."""
    chosen = plan.rules
    if not chosen and plan.values == "pocket":
        chosen = pairs.POCKET[pairs.like(plan.stage)]
    if chosen:
        made = Selection(target, tuple(chosen))
    else:
        made = pairs.paper(pairs.like(plan.stage), iteration, target)
    if plan.gaps:
        k = plan.gaps[min(iteration, len(plan.gaps)) - 1]
        made = replace(made, rules=tuple(_with_gap(rule, k) for rule in made.rules))
    return replace(made, seed=seed)


def _with_gap(rule: Choice, k: float) -> Choice:
    options = plugins.config(pairs.RULES, rule)
    return Choice(rule.name, {**rule.options, "k": k}) if hasattr(options, "k") else rule


def select(
    config: Config,
    plan: StagePlan,
    iteration: int,
    fought: Sequence[Fought],
    banned: Bans,
    folder: Path,
    *,
    check: Callable[[], None] = lambda: None,
) -> Preview:
    """Writes the rows of a stage over all parts it may learn from; the file of rows is written last.

    `check` raises where the work is to stop.
    """
    parts = [_part(rules(plan, iteration, one.target, config.seed), one, banned, check) for one in fought]
    whole = parts[0] if len(parts) == 1 else pairs.accumulate(parts, fought[-1].target)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / DROPPED).open("w", encoding="utf-8") as file:
        for entry in whole.dropped:
            file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
    (folder / PREVIEW).write_text(json.dumps(_plain(whole.preview), ensure_ascii=False, indent=1), "utf-8")
    rows.write(folder / ROWS, whole.rows)
    return whole.preview


def _part(chosen: Selection, fought: Fought, banned: Bans, check: Callable[[], None]) -> Selected:
    told = (fact for _, fact in facts.read(fought.run.outputs))
    return pairs.select(gather(told), chosen, banned, model=fought.model, check=check)


def _plain(preview: Preview) -> dict[str, object]:
    return {name: dict(v) if hasattr(v, "items") else v for name, v in asdict(preview).items()}
