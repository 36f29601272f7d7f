"""What the judges said of a battle: games side by side with order, scores, words and cost."""

from itertools import groupby, pairwise

from arena.pages import figure
from arena.pages.listing import chip
from arena.pages.markup import Markup, Piece, empty, tag
from arena.pages.place import Place
from arena.pages.prose import folded, plain, prose
from arena.pages.turned import callout, disagree, turned
from arena.types import Verdict

STATUS = {
    "unparsed": "reply could not be read",
    "refused": "judge refused",
    "truncated": "reply was cut off",
    "error": "call failed",
}


def judged(verdicts: tuple[Verdict, ...], place: Place) -> Markup:
    """All games, one judge after the other."""
    if not verdicts:
        return tag("p", "No judge has seen this battle.", class_="quiet")
    if place.spot.show == "words":
        return tag("div", callout(verdicts, place), compared(verdicts, place))
    groups = [list(games) for _, games in groupby(verdicts, key=lambda one: one.judge)]
    games_of = [tag("div", [game(one, place) for one in games], class_="games") for games in groups]
    return tag("div", callout(verdicts, place), games_of)


def game(one: Verdict, place: Place) -> Markup:
    """One game."""
    words = one.explanation
    said = tag("p", "The judge gave no words.", class_="quiet")
    if words:
        said = plain(words) if place.spot.raw else folded(prose(words), words)
    raw = tag("details", tag("summary", "Raw reply"), plain(one.raw), class_="rawbox") if one.raw else None
    return tag("section", head(one), said, raw, class_="verdict", tabindex="-1")


def head(one: Verdict) -> Markup:
    """Judge, order, result and cost of a game."""
    order = "answers swapped: B first" if one.swapped else "answers in order: A first"
    cost = [
        f"{one.tokens:,} tokens" if one.tokens is not None else None,
        f"{one.milliseconds:,} ms" if one.milliseconds is not None else None,
    ]
    told = " · ".join(filter(None, cost))
    return tag(
        "header",
        tag("b", one.judge),
        tag("span", f"game {one.game}, {order}", class_="quiet"),
        result(one),
        tag("span", told, class_="quiet") if told else None,
    )


def result(one: Verdict) -> list[Piece]:
    """Scores, winner, preference; and why there is none."""
    found: list[Piece] = []
    if one.score_a is not None and one.score_b is not None:
        seats = [
            text
            for side, score in (("a", one.score_a), ("b", one.score_b))
            for text in (tag("b", side.upper(), class_=f"seat {side}"), f" {score:g}  ")
        ]
        found.append(tag("span", seats, class_="marks"))
    if one.winner:
        found.append(chip(one.winner))
    if one.preference is not None:
        found.append(f"prefers A by {figure.percent(one.preference)}")
    if one.status != "ok":
        found.append(tag("span", f"⚠ {STATUS.get(one.status, one.status)}", class_="chip undecided"))
    return found


def pair(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, Verdict] | None:
    """The first two games with words, of one judge if possible; those that disagree before others."""
    spoken = [one for one in verdicts if one.explanation]
    same = [(x, y) for x, y in pairwise(spoken) if x.judge == y.judge]
    same.sort(key=lambda games: not disagree(*games))
    return same[0] if same else (spoken[0], spoken[1]) if len(spoken) > 1 else None


def compared(verdicts: tuple[Verdict, ...], place: Place) -> Markup:
    """The words of two games side by side, or as one text."""
    found = pair(verdicts)
    back = tag("a", "Back to the games", href=place.go(show=None))
    if found is None:
        return empty("Nothing to compare", "Fewer than two games have words. ", back)
    first, second = found
    return turned(first, second, (head(first), head(second)))
