"""What leak and copy checks say of a ranking: a line with one switch, and who moves when it is turned.

Leaves out the flags of one battle (`arena.pages.flagging`) and making checks (`arena.service.checking`).
"""

from arena.errors import ArenaError
from arena.pages import caution, figure
from arena.pages.look import Scene
from arena.pages.markup import Markup, Piece, tag, text
from arena.service.guarding import Guard, Guarded, Move
from arena.service.service import Service

KINDS = {
    "copy": "identical answers",
    "alike": "answers alike but for case and spaces",
    "trained": "prompts that a model was trained on",
    "public": "prompts of public sets",
}
MOST = 8
"""Models that are told to move."""


def guard(service: Service, scene: Scene) -> Markup:
    """The line of a board with battles; nothing for others."""
    if scene.info.kind != "battles":
        return Markup()
    try:
        found = service.perform(Guard(scene.info.board, scene.plain, scene.filters))
    except ArenaError as error:
        return caution.failed(error) if scene.filters.clean is not None else Markup()
    return line(scene, found) if isinstance(found, Guarded) else Markup()


def line(scene: Scene, found: Guarded) -> Markup:
    """What is flagged, the switch, and what changes."""
    if found.check is None:
        return tag("p", "Not checked for leaked prompts and copied answers yet.", class_="guard quiet")
    since = f", {found.later:,} battles came since" if found.later else ""
    made = tag("span", f"Checked {found.check.made:%Y-%m-%d}{since}.", class_="quiet")
    if not found.flagged:
        return tag("p", tag("b", "No leaks or copies found. "), made, class_="guard")
    return tag("div", _switch(scene), tag("div", tag("p", _said(scene, found), made), _moved(scene, found)),
               class_="guard switched")  # fmt: skip


def _said(scene: Scene, found: Guarded) -> Piece:
    """How many battles, and why."""
    share = figure.percent(found.flagged / found.battles) if found.battles else "0 %"
    count = f"{found.flagged:,} of {found.battles:,} battles ({share})"
    stand = {True: "are left out: ", False: "are flagged, and only they are ranked: "}
    kinds = [
        text(
            [", " if at else "", tag("a", f"{n:,} {KINDS[mark]}", href=scene.battles(mark=mark, clean=None))]
        )
        for at, (mark, n) in enumerate(found.marks.items())
    ]
    said = (
        stand.get(scene.filters.clean, "are flagged: ")
        if scene.filters.clean is not None
        else "are flagged: "
    )
    return text([tag("b", count), f" {said}", kinds, ". "])


def _switch(scene: Scene) -> Markup:
    """The toggle: a link to the same ranking with or without them."""
    on = scene.filters.clean is True
    words = "Leave them out"
    address = scene.narrowed(clean=None if on else True, mark=None)
    return tag("a", tag("span", class_="knob", aria_hidden="true"), words, href=address, data_look=True,
               role="switch", aria_checked="true" if on else "false", class_="toggle")  # fmt: skip


def _moved(scene: Scene, found: Guarded) -> Markup:
    """Who stands elsewhere without them; or why nobody can be ranked."""
    if found.why_not:
        return tag("p", f"Without them: {found.why_not}", class_="quiet")
    moved = [move for move in found.moves if move.rank != move.rank_clean]
    if not moved:
        return tag("p", "Without them every model keeps its rank.", class_="quiet")
    shown = sorted(moved, key=lambda one: one.rank)[:MOST]
    more = f" and {len(moved) - MOST} more" if len(moved) > MOST else ""
    words = [text(["; " if at else "", _move(scene, one)]) for at, one in enumerate(shown)]
    return tag("p", "Ranks without them: ", words, f"{more}.", class_="quiet")


def _move(scene: Scene, move: Move) -> Piece:
    """One model's two ranks."""
    name = tag("a", move.model, href=scene.at(model=move.model), data_look=True)
    if move.rank_clean is None or move.value_clean is None:
        return text([name, " has no battles left"])
    return text([name, f" {move.rank} → {move.rank_clean}"])
