"""An iteration's report to keep: verdict, ratings, stages, true skill, battles that turned, family tree."""

from pathlib import Path

from arena.client import Arena
from arena.errors import BadRequest
from arena.pages import shelf
from arena.pages.markup import Markup, Piece, tag
from arena.pages.offprint.sheet import LOOK, Offprint, answer, plain
from training.flywheel.report import Report
from training.pages import gains, near, rating
from training.pages.spot import Spot
from training.service import Iteration, IterationFound


def offprint(arena: Arena, run: str) -> Offprint:
    """The page of a flywheel run.

    Raises:
        ArenaError: no such run, or it has come to nothing yet.
    """
    found = answer(arena, Iteration(run), IterationFound)
    told, line = found.report, found.found.line
    if told is None or not told.versions:
        raise BadRequest(f"run {line.id} has no version that was rated yet: there is nothing to report")
    names = {one.name: rating.label(one) for one in told.versions}
    taken = frozenset(one.version for one in told.stages if one.fate == "taken")
    spot = Spot(line.id)
    results = [
        rating.figure(told),
        gains.stages(told, spot),
        gains.skill(told),
        gains.moved(found.moved, names),
        near.tree(found.family, taken, spot),
    ]
    parts: list[Piece] = [
        head(found, told),
        gains.verdict(found, free=False),
        tag("div", results, class_="wheel-results"),
    ]
    sheets = (LOOK / "runs.css", Path(__file__).parent / "static" / "iterate.css")
    return Offprint(f"{plain(line.id)}-report", line.title, parts, "iterate", sheets, len(told.versions))


def head(found: IterationFound, told: Report) -> Markup:
    """Title and facts."""
    line = found.found.line
    return tag(
        "section",
        tag("h1", line.title),
        shelf.facts(
            ("Run", line.id),
            ("State", line.state),
            ("Begun", f"{line.created[:16].replace('T', ' ')} UTC"),
            ("Versions", str(len(told.versions))),
            ("Stages", str(len(told.stages))),
        ),
        class_="title",
    )
