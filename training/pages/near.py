"""One stage from near: curves, answers before and after, what it learnt from and what was left out and why.

Leaves out what it came to (`training.pages.gains`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from arena.pages import course
from arena.pages.figure import count, number, percent
from arena.pages.markup import Markup, Piece, table, tag, text
from arena.service.lineage import Descent
from training.flywheel.course import StageLine
from training.pages import timeline
from training.pages.spot import Spot, address, battle
from training.service import Answer, RowsFound, StageSeen
from training.types import Preview


def stage(line: StageLine, seen: StageSeen, rows: RowsFound | None, spot: Spot) -> Markup:
    """The whole part."""
    return tag(
        "section",
        tag("h2", timeline.title(line), id="stage-title", tabindex=-1),
        tag("a", "Close it", href=address(Spot(spot.run)), data_look=True, class_="quiet"),
        tag("p", line.came.verdict, class_="verdictline") if line.came else None,
        course.curves(seen.figures),
        answers(seen.answers),
        preview(seen.preview),
        listed(rows, spot) if rows is not None else None,
        _log(seen.log),
        class_="near",
        aria_label=timeline.title(line),
    )


def answers(found: tuple[Answer, ...]) -> Markup:
    """The same prompts, before and after."""
    if not found:
        return Markup()
    rows = [[one.prompt, one.before or "–", one.after or "not yet"] for one in found]
    return tag(
        "section",
        tag("h3", "Sample answers"),
        table(("prompt", "before", "after"), rows, left=3),
        class_="part said",
    )


def preview(found: Preview | None) -> Markup:
    """What there was to learn from."""
    if found is None:
        return Markup()
    facts: list[tuple[str, Piece]] = [
        ("Candidates", f"{found.candidates:,}"),
        ("Rows", f"{found.kept:,}"),
        ("Written by", _shares(found.opponents)),
        ("Categories", _shares(found.categories)),
        ("Origin", _shares({name.replace("_", "-"): share for name, share in found.origins.items()})),
        ("Gaps", f"{found.gaps['least']:g} to {found.gaps['most']:g}, median {found.gaps['median']:g}")
        if found.gaps
        else ("Gaps", None),
        ("Length", None if found.length is None else f"{found.length:.2f} of what was beaten"),
    ]
    told = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts if value]
    return tag(
        "section",
        tag("h3", "What it learns from"),
        tag("p", found.verdict),
        tag("dl", told, class_="facts"),
        class_="part",
    )


def _shares(found: Mapping[str, float]) -> str:
    order = sorted(found.items(), key=lambda item: -item[1])
    return ", ".join(f"{name or 'none'} {percent(share, 0)}" for name, share in order)


def listed(found: RowsFound, spot: Spot) -> Markup:
    """A page of rows, or of what was dropped."""
    kept = replace(spot, show="kept", page=1, row=None)
    ways = (("Rows", kept), ("Left out, and why", replace(kept, show="dropped", category=None)))
    tabs = [
        tag(
            "a",
            words,
            href=address(there),
            data_look=True,
            class_="turntab",
            aria_current="true" if found.which == there.show else None,
        )
        for words, there in ways
    ]
    some = f" of category {spot.category}" if spot.category and found.which == "kept" else ""
    lines = [
        _row(row, found, spot) if found.which == "kept" else _dropped(row, found, spot) for row in found.rows
    ]
    return tag(
        "section",
        tag("h3", "Rows", id="rows-title"),
        tag("nav", tabs, class_="turntabs", aria_label="Rows or what was left out"),
        tag("p", f"{count(found.total, 'row')}{some}", class_="quiet"),
        _reasons(found.reasons),
        tag("ul", lines, class_="training-rows") if lines else tag("p", "None.", class_="quiet"),
        _turning(found, spot),
        class_="part",
        aria_label="Rows",
    )


def _reasons(found: Mapping[str, int]) -> Markup:
    if not found:
        return Markup()
    return table(("reason", "how many"), [(reason, f"{n:,}") for reason, n in found.items()])


def _row(row: Mapping[str, Any], found: RowsFound, spot: Spot) -> Markup:
    """Prompt, what is learnt, what it beat, and the battles that it came from."""
    category = str(row.get("category") or "")
    narrowed = address(replace(spot, category=category, page=1, row=None))
    gap = row.get("gap")
    about: list[Piece] = [
        tag("span", str(row["id"])[:8], class_="path"),
        tag("a", category, href=narrowed, data_look=True, class_="chip") if category else None,
        tag("span", str(row.get("reason", "")), class_="quiet"),
        tag("span", f"gap {gap:g}", class_="quiet") if gap is not None else None,
        tag("span", str(row["origin"]).replace("_", "-"), class_="quiet") if row.get("origin") else None,
        _battles(row, found, replace(spot, row=str(row["id"]))),
    ]
    return tag(
        "li",
        tag("p", about, class_="about-row"),
        tag("p", _turns(row.get("turns")), class_="asked", dir="auto"),
        _side("learnt", row.get("model"), row.get("answers")),
        _side("chosen", row.get("model"), row.get("chosen")),
        _side("rejected", row.get("over"), row.get("rejected")),
        class_="here" if row["id"] == spot.row else None,
        id=f"row-{row['id']}",
    )


def _turns(turns: Any) -> str:
    return " / ".join(map(str, turns or ()))


def _side(word: str, who: Any, turns: Any) -> Markup:
    if not turns:
        return Markup()
    lead = tag("b", word, class_="a" if word != "rejected" else "b")
    return tag("p", lead, " ", tag("span", str(who or ""), class_="quiet"), " ", _turns(turns), dir="auto")


def _dropped(row: Mapping[str, Any], found: RowsFound, spot: Spot) -> Markup:
    links = _battles(row, found, spot)
    told = f"prompt {str(row['prompt'])[:8]}"
    about = [tag("span", told, class_="path"), tag("b", str(row["reason"])), f"rule {row['rule']}", links]
    return tag("li", tag("p", about, class_="about-row"))


def _battles(row: Mapping[str, Any], found: RowsFound, spot: Spot) -> list[Markup]:
    """Links to the battles that a row comes from."""
    return [
        tag("a", f"battle {one[:8]}", href=battle(found.board, one, found.run, spot), class_="from")
        for one in row.get("battles", ())
    ]


def _turning(found: RowsFound, spot: Spot) -> Markup:
    """Pages."""
    if found.pages < 2:
        return Markup()
    ways = []
    for words, page in (("Previous", found.page - 1), ("Next", found.page + 1)):
        if 1 <= page <= found.pages:
            there = address(replace(spot, page=page, row=None))
            ways.append(tag("a", words, href=there, data_look=True))
    told = tag("span", f"page {number(found.page)} of {number(found.pages)}", class_="quiet")
    return tag("nav", ways, told, class_="ways", aria_label="Pages of rows")


def _log(log: str) -> Markup:
    if not log:
        return Markup()
    shown = tag("pre", log, class_="raw", tabindex=0, role="group", aria_label="Log of the training")
    return tag("details", tag("summary", "Log of the training"), shown, data_keep="stage-log")


def tree(found: tuple[Descent, ...], taken: frozenset[str], spot: Spot) -> Markup:
    """The family tree of a run's checkpoints: each under what it was trained from."""
    by_run = {one.checkpoint.run: one for one in found}
    below: dict[str, list[Descent]] = {}
    for one in found:
        parent = next((p.name for p in one.checkpoint.parents if p.role == "start"), "")
        below.setdefault(parent, []).append(one)
    roots = [name for name in below if name not in by_run]
    if not roots:
        return Markup()
    names = {run: one.checkpoint.name for run, one in by_run.items()}
    lines = [_branch(root, below, (taken, spot, names)) for root in roots]
    return tag(
        "section", tag("h3", "Family tree"), tag("ul", lines, class_="family"), class_="part",
        aria_label="Family tree",
    )  # fmt: skip


def _called(run: str, names: Mapping[str, str]) -> str:
    """A parent by its name; one that another flywheel trained by its stage and that flywheel."""
    flywheel, _, step = run.rpartition(".")
    stage = step.removesuffix("-train").removesuffix("-merge")
    trained = flywheel and stage != step  # else it is a model's own name, which may have dots, too
    return names.get(run, f"{stage} of {flywheel}" if trained else run or "not named")


def _branch(
    name: str,
    below: Mapping[str, list[Descent]],
    told: tuple[frozenset[str], Spot, Mapping[str, str]],
    one: Descent | None = None,
) -> Markup:
    taken, spot, names = told
    children = [_branch(kid.checkpoint.run, below, told, kid) for kid in below.get(name, ())]
    inner = tag("ul", children) if children else None
    if one is None:
        return tag("li", tag("b", _called(name, names)), tag("span", " the start", class_="quiet"), inner)
    made = one.checkpoint
    others = ", ".join(
        f"{p.role} {_called(p.name, names)}" for p in made.parents if p.role != "start" and p.name
    )
    battles = sum(one.later.values())
    figures = f"{count(made.rows, 'row')}, {count(made.steps, 'step')}, {count(battles, 'battle')} since"
    lead = tag("a", made.name, href=address(Spot(spot.run, made.made_by)), data_look=True)
    mark = tag("span", " taken", class_="chip a") if made.name in taken else None
    return text(
        tag(
            "li",
            lead,
            mark,
            tag("span", f" {figures}{f'; {others}' if others else ''}", class_="quiet"),
            inner,
        )
    )
