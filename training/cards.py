"""Cards in Markdown, as hubs show them: what a checkpoint is and how it was measured, what a row file holds.

Made of recorded facts alone: every figure with its interval and count, what is not known is said so, no claim
beyond that. Names and reasons are escaped. Leaves out the weights and the rows themselves.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from arena import __version__
from arena.errors import NotFound
from arena.formats.write.board_markdown import escaped
from training.export import Form
from training.flywheel.report import Report, StageReport, Version
from training.service import IterationFound
from training.types import Preview

_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_BOUNDS = (", low", ", high")
NOTHING = "It is the start: nothing was trained."
MEASURED = (
    "The rating holds on this panel, against these opponents and under this judge, with the interval given; "
    "it is no measure of safety, truthfulness or fitness for any use. Licence and terms of the start and of "
    "the answers that it learnt from apply, and are not recorded here."
)
CHOSEN = (
    "The answers are models' and were chosen by an AI judge: they may be wrong or biased, and nobody has "
    "read all of them. Licences of the prompts and terms of the models that answered apply, and are "
    "not recorded here."
)
UNBANNED = "No board's prompts were left out: check for overlap with what you measure on."
SIZES = ((1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))
TASKS: dict[Form, str] = {
    "sft": "answers to imitate (prompt, completion)",
    "dpo": "preferred and rejected answers (prompt, chosen, rejected)",
    "reward": "preferred and rejected answers with the judge's gap (chosen, rejected, margin)",
    "kto": "answers with a label, good or bad (prompt, completion, label)",
}


@dataclass(frozen=True, slots=True)
class About:
    """Where a training set comes from."""

    form: Form
    board: str
    target: str
    rules: tuple[str, ...]
    """The rules that chose the rows, with their options."""
    entries: int
    banned: tuple[str, ...] = ()
    """Boards whose prompts were left out."""


def model(found: IterationFound, version: str | None = None) -> str:
    """The card of a version of a flywheel: the one that stands, where none is named.

    Raises:
        NotFound: the run has no such version.
    """
    told = found.report
    known = {one.name: one for one in told.versions} if told else {}
    wanted = version or found.choice or (told.current if told else "")
    if told is None or wanted not in known:
        raise NotFound(
            f"run {found.found.line.id} has no version {wanted!r}: there are {', '.join(known) or 'none'}"
        )
    one = known[wanted]
    came = [stage for stage in told.stages if stage.version and _before(told, stage.version, one.name)]
    start = told.versions[0]
    stages = [stage.stage for stage in came if stage.fate == "taken" or stage.version == one.name]
    head: dict[str, object] = {
        "library_name": "transformers",
        "tags": ["arena-learning", *dict.fromkeys(stages)],
    }
    if _HUB.fullmatch(start.model):
        head["base_model"] = start.model
    trained = _table(("stage", "rows", "what became of it"), map(_stage, came))
    lead = (
        f"Version of the lineage that run `{found.found.line.id}` trained by simulated arena battles "
        f"(Arena Learning {__version__}), from {escaped(start.name)}."
    )
    parts = (f"# {escaped(one.name)}", lead, "## How it was trained", trained or NOTHING)
    measured = ("## How it was measured", _rated(one, told), _checked(one), "## Limits", MEASURED)
    return _card(head, (*parts, *measured))


def _before(told: Report, name: str, last: str) -> bool:
    order = [one.name for one in told.versions]
    return name in order and order.index(name) <= order.index(last)


def _stage(stage: StageReport) -> tuple[str, ...]:
    rows = f"{stage.rows.kept:,} of {stage.rows.candidates:,}" if stage.rows else "–"
    return f"{stage.iteration} {stage.stage}", rows, stage.verdict or stage.fate


def _rated(one: Version, told: Report) -> str:
    if one.rating is None or one.low is None or one.high is None:
        return "It was not rated."
    against = ", ".join(escaped(name) for name in one.against) or ", ".join(
        escaped(other.name) for other in told.opponents
    )
    met = f" against {against}" if against else ""
    return (
        f"Elo on the frozen panel: **{one.rating:.0f}** (95 % {one.low:.0f} to {one.high:.0f}, "
        f"{one.battles:,} battles{met}). Mean length of its answers: {one.characters:.0f} characters; "
        f"{one.failed:.1%} missing or cut."
    )


def _checked(one: Version) -> str:
    names = [name for name in one.checks if not name.endswith(_BOUNDS)]
    rows = []
    for name in sorted(names):
        low, high = (one.checks.get(f"{name}{end}") for end in _BOUNDS)
        bounds = f"{low:.3g} to {high:.3g}" if low is not None and high is not None else "no interval"
        rows.append((name, f"{one.checks[name]:.3g}", bounds))
    return _table(("measured besides", "value", "95 %"), rows)


def dataset(about: About, preview: Preview) -> str:
    """The card of a training set."""
    head = {"tags": ["arena-learning", about.form], "size_categories": [_size(about.entries)]}
    board, target, gaps = escaped(about.board), escaped(about.target), preview.gaps
    lead = (
        f"{about.entries:,} entries: {TASKS[about.form]}. Chosen by Arena Learning {__version__} from "
        f"battles of the board {board} that {target} took part in."
    )
    kept = f"{preview.kept:,} of {preview.candidates:,} candidates were kept. {escaped(preview.verdict)}"
    between = "{least:g} to {most:g}, median {median:g}".format(**gaps) if gaps else ""
    banned = ", ".join(map(escaped, about.banned))
    parts = (
        f"# Training rows from {board} for {target}",
        lead,
        "## How rows were chosen",
        "\n".join(f"- {escaped(rule)}" for rule in about.rules),
        kept,
        _table(("left out because", "candidates"), ((why, f"{n:,}") for why, n in preview.dropped.items())),
        f"Gaps in the judge's points: {between}." if between else "",
        _shares("Who wrote the answers", preview.opponents),
        _shares("Categories", preview.categories),
        f"Prompts of these boards were left out: {banned}." if banned else UNBANNED,
        "## Limits",
        CHOSEN,
    )
    return _card(head, parts)


def _shares(title: str, found: Mapping[str, float]) -> str:
    return _table((title, "share"), ((name, f"{share:.1%}") for name, share in found.items()))


def _size(entries: int) -> str:
    return next((name for most, name in SIZES if entries < most), "n>100K")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines]) if lines else ""


def _card(head: Mapping[str, object], parts: Iterable[str]) -> str:
    front = yaml.safe_dump(dict(head), sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n\n" + "\n\n".join(filter(None, parts)) + "\n"
