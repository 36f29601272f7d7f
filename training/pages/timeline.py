"""A flywheel's plan as it goes: each stage with its steps, how far they are, and what they came to.

Leaves out one stage from near (`training.pages.near`).
"""

from arena.pages import course
from arena.pages.ancestry import name as stage_name
from arena.pages.figure import count
from arena.pages.jobs import clock
from arena.pages.markup import Markup, Piece, tag, text
from training.flywheel.course import Now, StageLine, StepLine, What
from training.flywheel.report import Fate
from training.pages.spot import Spot, address

WORDS: dict[What, str] = {
    "battles": "battles",
    "rows": "rows chosen",
    "train": "training",
    "merge": "merged",
    "panel": "panel",
    "check": "true skill",
    "gate": "new against old",
}
"""Steps for people."""
FATES: dict[Fate, tuple[str, str]] = {
    "taken": ("✓", "the new model is taken"),
    "kept": ("=", "the old model is kept"),
    "empty": ("–", "nothing to learn from"),
    "gated": ("–", "not learnt from"),
    "ready": ("✓", "ready"),
    "failed": ("×", "could not be done"),
}
_MORE: dict[Now, tuple[str, str]] = {"waiting": ("·", "Waiting"), "skipped": ("–", "Not needed")}
_MARKS: dict[Now, tuple[str, str]] = _MORE | {state: mark for state, mark in course.STATES.items()}  # noqa: C416


def title(line: StageLine) -> str:
    """`Iteration 1: DPO`."""
    return (
        "The start, rated"
        if line.stage == "start"
        else f"Iteration {line.iteration}: {stage_name(line.stage)}"
    )


def timeline(lines: tuple[StageLine, ...], spot: Spot) -> Markup:
    """All stages, one after the other. The rating of the start is none of those that are counted."""
    planned = [line for line in lines if line.stage != "start"]
    done = sum(line.state == "done" for line in planned)
    items = [_stage(line, spot) for line in lines]
    return tag(
        "section",
        tag("h3", "Stages"),
        tag("p", f"{done} of {count(len(planned), 'stage')} done", class_="quiet"),
        tag("ol", items, class_="wheel"),
        class_="part",
        aria_label="Stages",
    )


def _stage(line: StageLine, spot: Spot) -> Markup:
    mark, words = _MARKS[line.state]
    here = line.name == spot.stage
    lead = (
        title(line)
        if line.stage == "start"
        else tag(
            "a",
            title(line),
            href=address(Spot(spot.run, line.name)),
            data_look=True,
            aria_current="true" if here else None,
        )
    )
    state = tag("span", tag("i", mark, aria_hidden="true"), words, class_=f"state {line.state}")
    return tag(
        "li",
        tag("div", tag("b", lead), state, class_="run-line"),
        _fate(line),
        tag("ul", [_step(step) for step in line.steps], class_="wheel-steps"),
        class_=f"wheel-stage {line.state}" + (" here" if here else ""),
    )


def _fate(line: StageLine) -> Piece:
    if line.came is None:
        return None
    mark, words = FATES[line.came.fate]
    rows = f"{count(line.came.rows.kept, 'row')} · " if line.came.rows else ""
    return tag(
        "p", tag("b", mark, " ", words), f" · {rows}{line.came.verdict}", class_=f"fate {line.came.fate}"
    )


def _step(step: StepLine) -> Markup:
    mark, words = _MARKS[step.state]
    moving = step.state in ("running", "paused", "stopping")
    took = f" {clock(step.seconds)}" if step.state == "done" and step.seconds >= 1 else ""
    took += f" by {step.origin}" if step.origin else ""
    told: list[Piece] = [
        tag("i", mark, title=words, role="img", aria_label=words),
        tag("span", WORDS[step.what], tag("small", took) if took else None),
    ]
    if moving:
        told += [tag("div", course.progress(part, live=True), class_="wheel-now") for part in step.parts[-2:]]
        told.append(tag("p", step.said, class_="quiet") if step.said else None)
    if step.state in ("failed", "dead"):
        told.append(tag("p", step.said or words, class_="quiet wrong"))
    if step.failed:
        told.append(tag("small", f" {count(step.failed, 'row')} failed", class_="quiet"))
    return tag("li", told, class_=f"wheel-step {step.state}")


def now(lines: tuple[StageLine, ...]) -> Markup:
    """What it is at, in one line for the top of the page."""
    going = next((line for line in lines if line.state in ("running", "paused", "stopping")), None)
    if going is None:
        return Markup()
    step = next((s for s in going.steps if s.state in ("running", "paused", "stopping")), None)
    at = f" · {WORDS[step.what]}" if step else ""
    return text(tag("p", tag("b", title(going)), at, class_="quiet wheel-at"))
