"""What to do about a warning of a ranking, as a link that does it."""

from arena.pages.look import Scene
from arena.pages.markup import Markup, Piece, tag
from arena.ratings.types import Warn
from arena.service.requests import Ranked


def remedy(scene: Scene, ranked: Ranked, warn: Warn) -> Piece:
    """Links that act on a warning; None where there is nothing to press."""
    battles = scene.info.kind == "battles"
    fewer = warn.models[0] if warn.models else None
    match warn.code:
        case "judges":
            return [do(f"Only {judge}", scene.narrowed(judge=judge)) for judge in ranked.judges[:4]]
        case "undecided":
            return see("Read the undecided ones", scene.battles(winner="undecided"))
        case "self_judged":
            others = [judge for judge in ranked.judges if judge not in warn.models]
            return [do(f"Only {judge}", scene.narrowed(judge=judge)) for judge in others[:3]]
        case "thin" | "winless" | "undefeated" | "prior" | "disconnected" if battles and fewer:
            return see(f"Read the battles of {fewer}", scene.battles(a=fewer))
        case "disconnected" | "thin" | "winless" | "undefeated" | "prior":
            return do("See who met whom", scene.at(view="heat", top=60))
        case "few_prompts":
            return do("Bootstrap instead", scene.under(intervals="bootstrap"))
        case "styled":
            return do("Rank all battles, without style", scene.under(method="bradley_terry"))
        case "bootstrap" | "no_interval" if scene.info.kind != "published":
            return do("Use Bradley-Terry", scene.under(method="bradley_terry"))
        case "no_interval":
            return see("Compare it with another board", "/agreement" + f"?board={scene.info.board}")
    return None


def do(words: str, href: str) -> Markup:
    """A link that stays on the page."""
    return tag("a", words, href=href, data_look=True, class_="remedy")


def see(words: str, href: str | None) -> Piece:
    """A link to another page."""
    return tag("a", words, href=href, class_="remedy") if href else None
