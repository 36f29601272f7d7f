"""What to do about a warning of a ranking, as a link that does it."""

from arena.pages import link
from arena.pages.look import Scene
from arena.pages.markup import Markup, Piece, tag
from arena.pages.shelf import At
from arena.ratings.types import Warn
from arena.service.requests import Ranked

UNMET = ("disconnected", "thin", "winless", "undefeated", "prior")
"""Warnings of models that met too few others."""


def remedy(scene: Scene, ranked: Ranked, warn: Warn) -> Piece:
    """Links that act on a warning; None where there is nothing to press."""
    if warn.code in UNMET:
        model = warn.models[0] if warn.models and scene.info.kind == "battles" else None
        whom = do("See who met whom", scene.at(view="heat", top=60))
        return [see(f"Read the battles of {model}", scene.battles(a=model)) if model else None, whom]
    if warn.code in ("judges", "self_judged"):
        fair = [judge for judge in ranked.judges if judge not in warn.models]
        return [do(f"Only {judge}", scene.narrowed(judge=judge)) for judge in fair[:4]]
    if warn.code == "undecided":
        return see("Read the undecided ones", scene.battles(winner="undecided"))
    if scene.info.kind == "published":
        return see("Compare it with another board", "/agreement" + link.query(At(scene.info.board)))
    changes = {
        "few_prompts": ("Bootstrap instead", {"intervals": "bootstrap"}),
        "styled": ("Rank all battles, without style", {"method": "bradley_terry"}),
        "bootstrap": ("Use Bradley-Terry", {"method": "bradley_terry"}),
        "no_interval": ("Use Bradley-Terry", {"method": "bradley_terry", "intervals": "sandwich"}),
    }
    words, changed = changes.get(warn.code, ("", {}))
    return do(words, scene.under(**changed)) if changed else None


def do(words: str, href: str) -> Markup:
    """A link that stays on the page."""
    return tag("a", words, href=href, data_look=True, class_="remedy")


def see(words: str, href: str | None) -> Piece:
    """A link to another page."""
    return tag("a", words, href=href, class_="remedy") if href else None
