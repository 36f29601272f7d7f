"""What a flywheel brought: gains per stage, per category, battles that turned, true skill, and the verdict.

Leaves out the rating curve (`training.pages.rating`) and one stage from near (`training.pages.near`).
"""

from arena.jobs.types import State
from arena.pages.ancestry import name as stage_name
from arena.pages.course import LIVE
from arena.pages.figure import count, interval, number, percent
from arena.pages.jobs import clock
from arena.pages.markup import Markup, Piece, notes, table, tag, text
from training.flywheel.gain import Gain, Gains
from training.flywheel.panels import Category, Flip
from training.flywheel.report import Report, StageReport, Version
from training.flywheel.standing import Share
from training.pages.rating import label
from training.pages.spot import Spot, address, battle
from training.pages.timeline import FATES
from training.service import IterationFound, Moved

SHOWN = 12
"""Turned battles that stand open."""


def verdict(found: IterationFound, *, free: bool) -> Markup:
    """What it came to, the version that stands, and a person's own choice; `free`: for the operator."""
    told = found.report
    if told is None or not told.versions:
        return Markup()
    state = found.found.line.state
    lead = told.verdict or _so_far(told, state)
    chosen = found.choice or told.current
    standing = next((one for one in told.versions if one.name == chosen), None)
    parts: list[Piece] = [
        tag("h3", "Verdict" if told.verdict else "So far"),
        tag("p", lead, class_="verdictline"),
    ]
    turned = found.whole
    if standing is not None and standing.name != told.versions[0].name:
        parts.append(_beside(told, standing, turned))
    if standing is not None:
        parts.append(_standing(standing, chosen=found.choice is not None, free=free))
    if free and len(told.versions) > 1:
        parts.append(_choices(found, told))
    doubts = (*_hollow(turned.gains if turned else None), *_forgotten(told.versions[0], standing))
    parts.append(notes((*told.warnings, *doubts)))
    return tag("section", parts, class_="flight", aria_label="Verdict")


def _hollow(found: Gains | None) -> tuple[str, ...]:
    """The alarm of a gain that style alone may have made."""
    if found is None or found.held is None or not found.plain.low > 0 >= found.held.low:
        return ()
    said = _points(found.held)
    return (f"With length and Markdown held equal nothing is sure to be gained: {said}. Read some battles.",)


def _forgotten(first: Version, now: Version | None) -> tuple[str, ...]:
    """The alarm of true skill that fell, interval by interval; and why, where the rating rose meanwhile."""
    was, held = first.checks, now.checks if now else {}
    if not {"skill", "skill, low"} <= was.keys() or "skill, high" not in held:
        return ()
    if held["skill, high"] >= was["skill, low"]:
        return ()
    fell = f"Held-out prompts answered right fell from {percent(was['skill'])} to {percent(held['skill'])}"
    rose = now is not None and (now.rating or 0) > (first.rating or 0)
    return (f"{fell}: it has forgotten what the panel does not ask." if rose else f"{fell}.",)


def _points(one: Gain) -> str:
    return f"{_plus(one.value)} ({_plus(one.low)} to {_plus(one.high)})"


def _plus(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value)}"


def _beside(told: Report, now: Version, turned: Moved | None) -> Markup:
    """Before and after in the figures that matter, large; then what it took."""
    first = told.versions[0]
    facts: list[tuple[str, Piece, Piece]] = []
    if first.rating is not None and now.rating is not None:
        change = text([number(first.rating), " → ", tag("b", number(now.rating))])
        facts.append(("Elo on the panel", change, interval(now.low, now.high)))
    if "skill" in first.checks and "skill" in now.checks:
        change = text([percent(first.checks["skill"]), " → ", tag("b", percent(now.checks["skill"]))])
        low, high = now.checks.get("skill, low"), now.checks.get("skill, high")
        facts.append(("held-out prompts right", change, f"{percent(low)} to {percent(high)}"))
    if turned is not None and turned.gains is not None and turned.gains.held is not None:
        held = turned.gains.held
        under = f"{_plus(held.low)} to {_plus(held.high)}; plain {_points(turned.gains.plain)}"
        facts.append(("Elo gained at equal length and Markdown", tag("b", _plus(held.value)), under))
    if turned is not None:
        change = text([tag("b", f"{turned.won:,}"), " won, ", f"{turned.lost:,}", " lost"])
        facts.append(("battles that turned", change, "same prompt and opponent"))
    longer = f"{now.characters / first.characters:.2f} of before" if first.characters else ""
    facts.append(
        ("length of answers", text([f"{first.characters:.0f} → ", tag("b", f"{now.characters:.0f}")]), longer)
    )
    rows = sum(one.rows.kept for one in told.stages if one.rows)
    facts.append(
        ("rows chosen", f"{rows:,}", f"for {count(len(told.stages), 'stage')}, each counted by itself")
    )
    if spent := sum(sum(one.seconds.values()) for one in told.stages):
        facts.append(("worked for", clock(spent), "battles, training, measuring"))
    shown = [tag("div", tag("dt", name), tag("dd", value, tag("small", note))) for name, value, note in facts]
    return tag("dl", shown, class_="beside")


def _so_far(told: Report, state: State) -> str:
    done = count(len(told.stages), "stage")
    going = "; more is under way" if state in LIVE else "; it did not come to its end"
    return f"{done} done{going}."


def _standing(one: Version, *, chosen: bool, free: bool) -> Markup:
    why = "chosen by you" if chosen else "by the gate"
    rated = f", {number(one.rating)} ({interval(one.low, one.high)}) on the panel" if one.rating else ""
    return text([
        tag("p", "Stands: ", tag("b", one.name), f" ({why}){rated}."),
        tag("p", "Its directory: ", tag("code", one.model), class_="quiet path") if free else None,
    ])  # fmt: skip


def _choices(found: IterationFound, told: Report) -> Markup:
    """One button per version; the one that stands is pressed."""
    now = found.choice or told.current
    buttons = [
        tag(
            "button",
            f"{'Keep' if one.name == told.current else 'Promote'} {label(one)}",
            type="button",
            class_="act",
            data_do="promote",
            data_what=one.name,
            aria_pressed="true" if one.name == now else "false",
        )
        for one in told.versions
    ]
    return tag("div", buttons, class_="acts", role="group", aria_label="Which version stands")


def stages(told: Report, spot: Spot) -> Markup:
    """What each stage gained, whatever the gate said."""
    if not told.stages:
        return Markup()
    heads = ("stage", "rows", "rating", "against the old", "length", "what became of it")
    rows = [_gain(one, told, spot) for one in told.stages]
    return tag("section", tag("h3", "What each stage brought"), table(heads, rows), class_="part")


def _gain(one: StageReport, told: Report, spot: Spot) -> list[Piece]:
    there = address(Spot(spot.run, f"i{one.iteration}-{one.stage}"))
    made = next((version for version in told.versions if version.name == one.version), None)
    seconds = sum(one.seconds.values())
    return [
        tag("a", f"{one.iteration} {stage_name(one.stage)}", href=there, data_look=True),
        f"{one.rows.kept:,}" if one.rows else "–",
        text([number(made.rating), tag("small", interval(made.low, made.high))]) if made else "–",
        _share(one.decision.share if one.decision else None),
        f"{made.characters:.0f}" if made else "–",
        text([
            " ".join(FATES[one.fate]),
            tag("small", [alarm.text for alarm in one.decision.alarms] if one.decision else None),
            tag("small", clock(seconds)) if seconds else None,
            tag("small", _origins(one)) if one.origins else None,
        ]),
    ]  # fmt: skip


def _origins(one: StageReport) -> str:
    """What was taken over, by the run that did it."""
    runs = dict.fromkeys(one.origins.values())
    told = (f"{', '.join(what for what in one.origins if one.origins[what] == run)} by {run}" for run in runs)
    return f"taken over: {'; '.join(told)}"


def _share(share: Share | None) -> Piece:
    if share is None:
        return "–"
    told = f"{percent(share.low)} to {percent(share.high)}, n {share.battles:,}"
    return text([percent(share.value), tag("small", told)])


def skill(told: Report) -> Markup:
    """What was measured beside the judge: true skill where answers can be checked."""
    names = ("skill", "skill, seen items", "skill, unseen items")
    others = _others(told)
    rated = [one for one in told.versions if "skill" in one.checks]
    if not rated:
        return others
    rows = [
        [label(one), *(_bounded(one, name) for name in names), percent(one.checks.get("in form"))]
        for one in rated
    ]
    heads = ("version", "right", "on seen items", "on unseen items", "in the asked form")
    lead = "Held-out prompts answered right, counted by program; answers are sampled as in the arena."
    shown = tag(
        "section",
        tag("h3", "True skill"),
        tag("p", lead, class_="quiet"),
        table(heads, rows),
        class_="part",
        aria_label="True skill",
    )
    return text([shown, others])


def _bounded(one: Version, name: str) -> Piece:
    if name not in one.checks:
        return "–"
    low, high = one.checks.get(f"{name}, low"), one.checks.get(f"{name}, high")
    told = f"{percent(low)} to {percent(high)}" if low is not None and high is not None else "no interval"
    return text([percent(one.checks[name]), tag("small", told)])


_SHOWN = ("in form", "true score")
"""Figures that stand beside the skill."""


def _with_bounds(one: Version, name: str) -> Piece:
    if name not in one.checks:
        return "–"
    low, high = one.checks.get(f"{name}, low"), one.checks.get(f"{name}, high")
    told = f"{low:.3g} to {high:.3g}" if low is not None and high is not None else None
    return text([f"{one.checks[name]:.3g}", tag("small", told) if told else None])


def _others(told: Report) -> Markup:
    """Checks of any other kind, as they name themselves."""
    known = {name for one in told.versions for name in one.checks}
    bounds = {f"{name}, {end}" for name in known for end in ("low", "high")}
    names = sorted(name for name in known - bounds if not name.startswith("skill") and name not in _SHOWN)
    if not names:
        return Markup()
    rows = [[label(one), *(_with_bounds(one, name) for name in names)] for one in told.versions]
    return tag("section", tag("h3", "Measured besides"), table(("version", *names), rows), class_="part")


def moved(found: Moved | None, names: dict[str, str]) -> Markup:
    """Categories and battles that turned, between two versions."""
    if found is None:
        return Markup()
    between = f"{names.get(found.before, found.before)} to {names.get(found.after, found.after)}"
    return text([_categories(found.categories, between), _flips(found, between)])


def _categories(cells: tuple[Category, ...], between: str) -> Markup:
    if not cells:
        return Markup()
    rows = [
        [
            one.name,
            f"{one.prompts:,}",
            percent(one.before),
            percent(one.after),
            text(
                [
                    _signed(one.change),
                    tag("small", f"{_signed(one.low).removesuffix(' pp')} to {_signed(one.high)}"),
                ]
            ),
        ]
        for one in cells
    ]
    heads = ("category", "prompts", "won before", "won after", "change")
    return tag("section", tag("h3", f"By category, {between}"), table(heads, rows), class_="part")


def _signed(value: float) -> str:
    """A difference of shares, in percentage points."""
    return f"{'+' if value > 0 else ''}{number(100 * value, 1)} pp"


def _flips(found: Moved, between: str) -> Markup:
    """Each with both battles: the same prompt and opponent, the other end."""
    lead = (
        f"{count(found.won, 'battle')} from loss to win, {count(found.lost, 'battle')} from win to loss, "
        "on the same prompt and against the same opponent."
    )
    won = [_flip(one, found) for one in found.flips]
    more = (
        tag("details", tag("summary", f"{len(won) - SHOWN} more"), tag("ul", won[SHOWN:], class_="flips"),
            data_keep="flips")
        if len(won) > SHOWN
        else None
    )  # fmt: skip
    return tag(
        "section",
        tag("h3", f"Battles that turned, {between}"),
        tag("p", lead, class_="quiet"),
        tag("ul", won[:SHOWN], class_="flips"),
        more,
        class_="part wide",
        aria_label="Battles that turned",
    )


def _flip(one: Flip, found: Moved) -> Markup:
    before, after = (battle(found.board, name, found.run) for name in (one.before, one.after))
    way = ("▲", "loss to win") if one.won else ("▼", "win to loss")
    return tag(
        "li",
        tag(
            "span", tag("i", way[0], aria_hidden="true"), f" {way[1]}", class_="way a" if one.won else "way b"
        ),
        tag("span", one.text, class_="asked"),
        tag("span", f"against {one.opponent}", class_="quiet"),
        tag("a", "before", href=before, aria_label=f"Battle before: {one.text}"),
        tag("a", "after", href=after, aria_label=f"Battle after: {one.text}"),
    )
