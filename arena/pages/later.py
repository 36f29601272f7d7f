"""What follows the plain ranking: other views, style control, trust strip, fragility, card, history.

Each answers an address by itself; None leaves what stands there already.
"""

from dataclasses import replace

from arena.errors import ArenaError
from arena.pages import bars, caution, dossier, guard, ladder, masthead, meetings, past, standings, strip
from arena.pages.look import Scene
from arena.pages.markup import Markup, notes, skeleton, tag, text
from arena.service import closer
from arena.service import requests as ask
from arena.service.requests import Ranked
from arena.service.service import Service

MANY = 12
"""Categories of a bump chart, at most."""


BROKEN = "Bars begin where the axis does, not at nought: ratings have none. Compare ends and whiskers."


def first(scene: Scene, ranked: Ranked) -> Markup:
    """What stands there with the plain ranking."""
    if scene.look.view == "table":
        return text([standings.standings(scene, ranked), spare(ranked)])
    if scene.look.view == "bar":
        return tag(
            "div",
            bars.bars(ranked, lambda model: scene.at(model=model)),
            tag("p", BROKEN, class_="quiet") if ranked.scale == "elo" else None,
            standings.small_print(ranked),
            class_="drawing",
        )
    return skeleton(10)


def spare(ranked: Ranked) -> Markup:
    """The bars, unseen: what a picture of a table shows."""
    return tag("div", bars.bars(ranked), hidden=True, class_="spare", aria_hidden="true")


def ranking(service: Service, scene: Scene) -> Ranked:
    """The page's plain ranking."""
    return service.leaderboard(ask.Leaderboard(scene.info.board, scene.plain, scene.filters))


def body(service: Service, scene: Scene) -> Markup | None:
    """The views that take longer than a table, marked with what they answer: a late one is seen by that."""
    found = slower(service, scene)
    return None if found is None else tag("div", found, data_for=scene.query)


def slower(service: Service, scene: Scene) -> Markup | None:
    """A view that takes longer than a table; None for a table or bars that stand there already."""
    try:
        if scene.look.view == "heat":
            return heat(service, scene)
        if scene.look.view == "bump":
            return bump(service, scene)
        if scene.look.view == "table" and scene.look.style:
            return styled(service, scene)
    except ArenaError as error:
        return caution.failed(error)
    return None


def styled(service: Service, scene: Scene) -> Markup:
    """The table with style control beside; why not, where it cannot be had."""
    plain = ranking(service, scene)
    try:
        beside = service.leaderboard(ask.Leaderboard(scene.info.board, scene.styled, scene.filters))
    except ArenaError as error:
        return text([standings.standings(scene, plain, failed=str(error)), spare(plain)])
    return text([standings.standings(scene, plain, beside), spare(plain)])


def heat(service: Service, scene: Scene) -> Markup:
    """Who beats whom."""
    if scene.info.kind == "published":
        return meetings.unmet()
    found = service.perform(closer.Heatmap(scene.info.board, scene.plain, scene.filters))
    if not isinstance(found, closer.HeatmapFound):
        raise TypeError(type(found))
    return meetings.heatmap(scene, found)


def bump(service: Service, scene: Scene) -> Markup:
    """Ranks over categories, or over stored rankings."""
    rungs = history(service, scene) if scene.look.over == "history" else categories(service, scene)
    return tag(
        "div", ladder.ladder(rungs, lambda model: scene.at(model=model), scene.look.model), class_="drawing"
    )


def categories(service: Service, scene: Scene) -> list[ladder.Rung]:
    """One rung per category, the whole board first; categories that cannot be ranked are left out."""
    info = scene.info
    names: list[str | None] = list(info.categories[:MANY])
    rungs = []
    for name in [None, *names] if info.kind == "battles" or not names else names:
        filters = replace(scene.filters, category=name)
        try:
            found = service.leaderboard(ask.Leaderboard(info.board, scene.plain, filters))
        except ArenaError:
            continue
        under = f"{found.n_battles:,}" if found.n_battles else f"{len(found.ratings)} models"
        href = replace(scene, look=replace(scene.look, view="table")).narrowed(category=name)
        ranks = {line.model: line.rank for line in found.ratings}
        rungs.append(ladder.Rung(name or "all", href, ranks, under))
    return rungs if len(rungs) != 2 or info.kind != "battles" or len(info.categories) > 1 else rungs[:1]


def history(service: Service, scene: Scene) -> list[ladder.Rung]:
    """One rung per stored ranking, oldest first."""
    found = service.perform(closer.Past(scene.info.board))
    stages = found.stages if isinstance(found, closer.PastFound) else ()
    return [
        ladder.Rung(past.stamp(stage.made), scene.at(), dict(stage.ranks), f"{len(stage.ranks)} models")
        for stage in stages
    ]


def trust(service: Service, scene: Scene) -> Markup | None:
    """The trust strip."""
    try:
        if scene.info.kind == "published":
            return strip.published(scene.info, ranking(service, scene))
        found = service.perform(closer.Trust(scene.info.board, scene.plain, scene.filters))
    except ArenaError:
        return Markup()
    return strip.strip(scene, found) if isinstance(found, closer.Trusted) else None


def guarded(service: Service, scene: Scene) -> Markup | None:
    """What leak and copy checks flagged, with the switch."""
    return guard.guard(service, scene)


def fragile(service: Service, scene: Scene) -> Markup | None:
    """Warnings again, and how few battles decide first place."""
    counted = scene.info.kind != "published"
    wanted = ask.Leaderboard(scene.info.board, scene.plain, scene.filters, fragile=counted)
    try:
        ranked = service.leaderboard(wanted)
    except ArenaError:
        return Markup()
    return text([masthead.warnings(scene, ranked), masthead.fragile(ranked)])


def card(service: Service, scene: Scene) -> Markup | None:
    """The open model's card; nothing where none is open."""
    if scene.look.model is None:
        return Markup()
    try:
        ranked = ranking(service, scene)
        own = next((line for line in ranked.ratings if line.model == scene.look.model), None)
        if scene.info.kind == "published":
            return dossier.published(scene, own)
        found = service.perform(closer.Card(scene.info.board, scene.look.model, scene.plain, scene.filters))
    except ArenaError as error:
        return dossier.drawer(scene, caution.failed(error))
    return dossier.card(scene, found, own, ranked.scale) if isinstance(found, closer.CardFound) else None


def stored(service: Service, scene: Scene, fresh: str | None = None) -> Markup:
    """The stored rankings of the board."""
    return past.past(scene.info.board, service.history(ask.History(scene.info.board)).rankings, fresh)


def keep(service: Service, scene: Scene) -> Markup:
    """Stores the ranking, and the list with it."""
    if scene.info.kind == "published":
        return notes(["A published board stays as it was published: there is nothing to keep."], "info")
    wanted = ask.Leaderboard(scene.info.board, scene.plain, scene.filters, keep=True)
    try:
        kept = service.leaderboard(wanted).kept
    except ArenaError as error:
        return caution.failed(error)
    return stored(service, scene, kept)


def history_list(service: Service, scene: Scene) -> Markup | None:
    """The stored rankings; published boards have none."""
    return Markup() if scene.info.kind == "published" else stored(service, scene)
