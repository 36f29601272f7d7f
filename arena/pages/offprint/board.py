"""A board to keep: facts, trust, warnings, the table, bars, who beats whom, and ranks by category."""

from dataclasses import replace

from arena.client import Arena
from arena.errors import ArenaError
from arena.filters import Filters
from arena.pages import bars, caution, ladder, link, meetings, shelf, standings, strip
from arena.pages.form import label, method, word
from arena.pages.look import Look, Scene, fitting
from arena.pages.markup import Markup, Piece, notes, tag, text
from arena.pages.offprint.sheet import LOOK, Offprint, answer, board, plain, untipped
from arena.ratings.types import RankSettings
from arena.service import closer
from arena.service import requests as ask
from arena.service.requests import Ranked

MANY = 12
"""Categories of the bump chart, at most."""
GRID = 24
"""Models of who beats whom, at most."""


def offprint(arena: Arena, name: str, settings: RankSettings, filters: Filters) -> Offprint:
    """The page of a board under settings and filters.

    Raises:
        ArenaError: no such board, or nothing to rank.
    """
    info = board(arena, name)
    kept, ranking, told = fitting(info, filters, settings)
    scene = Scene(info, kept, ranking, Look(top=GRID), told)
    ranked = answer(arena, ask.Leaderboard(name, ranking, kept), Ranked)
    parts: list[Piece] = [
        head(scene, ranked),
        trust(arena, scene, ranked),
        text([notes(told), caution.told(ranked.warnings)]),
        standings.standings(scene, ranked),
        part("Ratings with their intervals", tag("div", bars.bars(ranked, lambda _: "#"), class_="drawing")),
        met(arena, scene),
        climbed(arena, scene, ranked),
    ]
    title = f"{info.title or info.board}: leaderboard"
    return Offprint(
        f"{plain(name)}-board",
        title,
        untipped(parts),
        "leaderboard",
        (LOOK / "leaderboard.css",),
        len(ranked.ratings),
    )


def head(scene: Scene, ranked: Ranked) -> Markup:
    """Title, facts, and what narrowed or changed the ranking."""
    info, tally = scene.info, ranked.tally
    given = link.params(scene.filters, scene.settings)
    asked = [
        f"{label(key)}: {method(value) if key == 'method' else word(value)}" for key, value in given.items()
    ]
    undecided = f"{tally.undecided:,} of {tally.total:,}, not ranked" if tally and tally.undecided else None
    return tag(
        "section",
        tag("h1", info.title or info.board),
        shelf.facts(
            ("Board", info.board),
            ("Method", "as published" if ranked.method == "published" else method(ranked.method)),
            ("Models", str(len(ranked.ratings))),
            ("Battles", f"{ranked.n_battles:,}" if ranked.n_battles else None),
            ("Undecided", undecided),
            ("Only", "; ".join(asked)),
            ("Source", info.source),
            ("Licence", info.licence),
        ),
        class_="title",
    )


def trust(arena: Arena, scene: Scene, ranked: Ranked) -> Markup:
    """The trust strip."""
    if scene.info.kind == "published":
        return strip.published(scene.info, ranked)
    asked = closer.Trust(scene.info.board, scene.plain, scene.filters)
    return strip.strip(scene, answer(arena, asked, closer.Trusted))


def met(arena: Arena, scene: Scene) -> Markup:
    """Who beats whom; nothing where nobody knows."""
    if scene.info.kind == "published":
        return Markup()
    asked = closer.Heatmap(scene.info.board, scene.plain, scene.filters)
    found = answer(arena, asked, closer.HeatmapFound)
    if len(found.models) < 2 or not found.cells:
        return Markup()
    return part("Who beats whom", meetings.grid(scene, found), meetings.legend(scene))


def climbed(arena: Arena, scene: Scene, whole: Ranked) -> Markup:
    """Ranks over categories; categories that cannot be ranked are left out."""
    rungs = []
    if scene.info.kind == "battles" and scene.filters.category is None:
        rungs.append(rung("all", whole))
    for name in scene.info.categories[:MANY]:
        narrowed = replace(scene.filters, category=name)
        try:
            found = answer(arena, ask.Leaderboard(scene.info.board, scene.plain, narrowed), Ranked)
        except ArenaError:
            continue
        rungs.append(rung(name, found))
    several = len(rungs) > 2 or (len(rungs) == 2 and scene.info.kind != "battles")
    if not several or scene.filters.category is not None:
        return Markup()
    return part("By category", tag("div", ladder.ladder(rungs, lambda _: "#"), class_="drawing"))


def rung(name: str, found: Ranked) -> ladder.Rung:
    """One place of the bump chart."""
    under = f"{found.n_battles:,}" if found.n_battles else f"{len(found.ratings)} models"
    return ladder.Rung(name, "#", {line.model: line.rank for line in found.ratings}, under)


def part(title: str, *inside: Piece) -> Markup:
    """A part of the page under its heading."""
    return tag("section", tag("h2", title), inside, class_="leaf")
