"""What lies near a battle: other models on the same prompt, and prompts that read alike."""

from arena.pages import listing
from arena.pages.markup import Markup, tag
from arena.pages.place import Place
from arena.service.closer import NeighboursFound
from arena.store.battles import Line


def beside(found: NeighboursFound, place: Place) -> Markup:
    """Both lists, folded."""
    prompt = "Other battles on this prompt"
    parts = [near(prompt, found.same_prompt, place), near("Similar prompts", found.similar, place)]
    return tag("div", parts, class_="beside")


def near(title: str, lines: tuple[Line, ...], place: Place) -> Markup:
    """One of the lists."""
    if not lines:
        return tag("p", f"{title}: none on this board.", class_="quiet")
    rows = [listing.near(line, place) for line in lines]
    return tag("details", tag("summary", f"{title} ({len(lines)})"), tag("div", rows, class_="rows near"))
