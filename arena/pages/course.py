"""One run, in parts that stand on any page: its head with what can be done, its steps, its words.

Leaves out where the parts stand (`arena.pages.runs`) and what they show (`arena.service.running`).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from arena.jobs.control import Verb
from arena.jobs.events import Figure, Said, Step, Summary
from arena.jobs.types import State
from arena.pages import link
from arena.pages.figure import count, number, percent
from arena.pages.jobs import clock
from arena.pages.markup import Markup, Piece, notes, tag, text
from arena.pages.shelf import At
from arena.pages.survey import bar
from arena.service.running import RunFound, RunLine

STATES: dict[State, tuple[str, str]] = {
    "queued": ("…", "Waiting in the queue"),
    "running": ("▸", "Running"),
    "paused": ("‖", "Paused"),
    "stopping": ("■", "Stopping after its batch"),
    "stopped": ("■", "Stopped"),
    "done": ("✓", "Done"),
    "failed": ("×", "Failed"),
    "cancelled": ("×", "Cancelled"),
    "dead": ("!", "Its process is gone"),
}
VERBS: dict[Verb, tuple[str, str]] = {
    "pause": ("Pause", "Waits where it is and keeps its memory"),
    "resume": ("Resume", "Goes on where it was; nothing is done twice"),
    "stop": ("Stop", "After the current batch; pressed again, at once. It can be resumed"),
    "cancel": ("Cancel", "Gives it up; what it did is kept"),
    "retry": ("Retry failed rows", "Asks for the rows that failed, and for nothing else"),
    "remove": ("Remove", "Deletes the run's folder"),
}
LIVE: tuple[State, ...] = ("queued", "running", "paused", "stopping")
"""States of runs that may change by themselves."""
MANY = 4
"""Steps above which those that are over are told in a line."""
_WIDE, _HIGH = 220, 48


def state(line: RunLine) -> Markup:
    """How a run is, in a word with a mark."""
    mark, words = STATES[line.state]
    return tag("span", tag("i", mark, aria_hidden="true"), words, class_=f"state {line.state}")


def head(line: RunLine, *, free: bool = True) -> Markup:
    """What a run is, how it is, and what can be done with it."""
    about: list[Piece] = [
        tag("span", line.id, class_="path"),
        tag("span", line.kind.replace("_", " "), class_="chip"),
    ]
    return tag(
        "header",
        tag("h2", line.title, tabindex=-1, id="run-title"),
        tag("p", state(line), about, class_="about-run"),
        controls(line) if free and "." not in line.id else None,  # a step is steered by its run
        class_="run-head",
    )


def controls(line: RunLine) -> Markup:
    """A button for each thing that can be done now."""
    buttons = [
        tag(
            "button",
            VERBS[verb][0],
            type="button",
            class_="act",
            title=VERBS[verb][1],
            data_do=verb,
            data_what=line.id,
        )
        for verb in line.may
    ]
    return tag("div", buttons, class_="acts", role="group", aria_label="What can be done with this run")


def trouble(found: RunFound) -> Markup:
    """What went wrong, and what to do."""
    line, said = found.line, []
    if line.error:
        said.append(line.error)
    if line.trouble:
        said.append(f"Its facts cannot go onto the board: {line.trouble}")
    if line.state == "dead":
        ago = f", last heard of {clock(found.pulse)} ago" if found.pulse is not None else ""
        said.append(
            f"Its process is gone (killed, or the machine went down){ago}. Resume goes on where it was."
        )
    return notes(said, "error")


def ways(found: RunFound) -> Markup:
    """Links to what came of it, once there is something."""
    board = found.line.board
    if not board or not found.battles:
        return Markup()
    at = link.query(At(board))
    links = [
        tag("a", f"Leaderboard of {board}", href=f"/{at}"),
        tag("a", f"Read its {count(found.battles, 'battle')}", href=f"/battles{at}"),
        tag("a", "Compare it", href=f"/agreement{at}"),
    ]
    return tag("p", links, class_="ways")


def timeline(summary: Summary, now: State) -> Markup:
    """The steps one after the other, each with how far it is; of many, those that are over in a line each."""
    if not summary.steps:
        words = {"queued": "It starts when a place is free.", "running": "It is loading what it needs…"}
        return tag("p", words.get(now, "It has not done anything yet."), class_="quiet")
    many, live = len(summary.steps) > MANY, now == "running"
    items = [
        tag("li", progress(step, live=live, brief=True), class_="over brief")
        if many and (_at(step) == "over" or not live)
        else tag("li", progress(step, live=live), class_=_at(step))
        for step in summary.steps
    ]
    return tag("ol", items, class_="timeline", aria_label="Steps")


def _at(step: Step) -> str:
    return "over" if step.total is not None and step.done >= step.total else "begun"


def progress(step: Step, *, live: bool, brief: bool = False) -> Markup:
    """One step: done of total, share, rate, time left; `brief` without the bar."""
    share = min(1.0, step.done / step.total) if step.total else None
    told = f"{number(step.done)} of {number(step.total)}" if step.total is not None else number(step.done)
    figures = [told] if step.done or step.total is not None else []
    if share is not None and not (brief and share == 1):
        figures.append(percent(share, 0))
    if live and step.rate:
        figures.append(f"{number(step.rate, 1 if step.rate < 100 else 0)} a second")
    if live and step.left:
        figures.append(f"about {clock(step.left)} left")
    elif step.seconds >= 1:
        figures.append(clock(step.seconds))
    shown = bar(share, step.name) if not brief and (share is not None or live) else None
    return text([tag("b", step.name), shown, tag("p", " · ".join(figures), class_="figures")])


def failures(summary: Summary) -> Markup:
    """Rows that went wrong, by kind, each with its latest words."""
    if not summary.failures:
        return Markup()
    rows = [
        tag("li", tag("b", number(one.count)), " ", one.kind, tag("span", one.last, class_="quiet"))
        for one in summary.failures
    ]
    total = sum(one.count for one in summary.failures)
    return tag(
        "section",
        tag("h3", f"{count(total, 'row')} failed"),
        tag("ul", rows, class_="failed-rows"),
        class_="part",
    )


def curves(figures: Iterable[Figure]) -> Markup:
    """Each figure as a line, with its latest value."""
    shown = [_curve(figure) for figure in figures if figure.points]
    return (
        tag("section", tag("h3", "Figures"), tag("div", shown, class_="curves"), class_="part")
        if shown
        else Markup()
    )


def _curve(figure: Figure) -> Markup:
    xs, ys = zip(*figure.points, strict=True)
    left, bottom = min(xs), min(ys)
    wide, high = (max(xs) - left) or 1.0, (max(ys) - bottom) or 1.0
    points = " ".join(
        f"{(x - left) / wide * _WIDE:.1f},{(1 - (y - bottom) / high) * (_HIGH - 6) + 3:.1f}"
        for x, y in figure.points
    )
    name = f"{figure.step} {figure.name}".strip()
    line = tag("polyline", points=points, fill="none", stroke="currentColor", stroke_width="1.5")
    picture = tag("svg", line, viewBox=f"0 0 {_WIDE} {_HIGH}", role="img", aria_label=f"{name} over time")
    return tag("figure", picture, tag("figcaption", tag("b", name), f" {ys[-1]:.4g} at {xs[-1]:g}"))


def said(summary: Summary) -> Markup:
    """The latest notes and a sample answer."""
    samples = [tag("blockquote", one.text) for one in summary.samples[-1:]]
    lines = [tag("li", tag("time", _when(one)), " ", one.text) for one in reversed(summary.notes[-6:])]
    latest = tag("section", tag("h3", "Latest sample"), samples, class_="part sample")
    listed = tag("section", tag("h3", "Notes"), tag("ul", lines, class_="notes-list"), class_="part")
    return text([latest if samples else None, listed if lines else None])


def _when(one: Said) -> str:
    return f"{datetime.fromtimestamp(one.at, UTC):%H:%M:%S} UTC"


def live(found: RunFound) -> Markup:
    """All that moves while a run works."""
    return text([
        trouble(found),
        ways(found),
        timeline(found.summary, found.line.state),
        failures(found.summary),
        curves(found.summary.figures),
        said(found.summary),
    ])  # fmt: skip


def folded(found: RunFound) -> Markup:
    """Log and settings, to be opened."""
    lines = found.log.strip().splitlines()[-60:]
    log = tag(
        "pre",
        "\n".join(lines) or "It has said nothing.",
        class_="raw",
        tabindex=0,
        role="group",
        aria_label="Log",
    )
    settings = tag("pre", _plain(found.config), class_="raw", tabindex=0, role="group", aria_label="Settings")
    title = f"Log, the last {count(len(lines), 'line')}" if lines else "Log"
    return text([
        tag("details", tag("summary", title), log, data_keep="log"),
        tag("details", tag("summary", "Settings"), settings, data_keep="settings"),
    ])  # fmt: skip


def _plain(config: object, depth: int = 0) -> str:
    """A config as indented lines."""
    if isinstance(config, dict):
        items = [(f"{name}:", value) for name, value in config.items()]
    elif isinstance(config, list):
        items = [("-", value) for value in config]
    else:
        return str(config)
    pad = "  " * depth
    return "\n".join(
        f"{pad}{name}\n{_plain(value, depth + 1)}"
        if isinstance(value, dict | list) and value
        else f"{pad}{name} {value}"
        for name, value in items
    )
