"""A battle of a run inside another one, on the page of iterations: its facts are on no board.

Leaves out battles of a board (`arena.pages.battles`).
"""

from dataclasses import replace

from arena.filters import Filters
from arena.pages import place
from arena.pages.markup import Markup, tag
from arena.pages.offprint.battles import whole
from arena.service.requests import BattleFound
from training.pages.spot import Spot, address


def fight(found: BattleFound, spot: Spot) -> Markup:
    """Prompt, both answers, and every word of the judge."""
    back = tag("a", "Close it", href=address(replace(spot, fight=None)), data_look=True, class_="quiet")
    words = f"From this run's own folder: battles inside a study are on no board ({found.record.board})."
    return tag(
        "section",
        tag("h2", "A battle", id="fight-title", tabindex=-1),
        back,
        tag("p", words, class_="quiet"),
        whole(found, place.Place(place.Spot(found.record.board), Filters())),
        class_="near fight",
        aria_label="A battle",
    )
