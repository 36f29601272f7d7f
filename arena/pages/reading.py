"""One battle as HTML: how it ended, what was asked, both answers, and every word of every judge."""

from collections import Counter

from arena.pages import ancestry, answering, blind, copying, flagging, judging
from arena.pages.link import query, write
from arena.pages.listing import chip
from arena.pages.markup import Markup, Piece, empty, tag
from arena.pages.place import Place, Spot
from arena.pages.shelf import facts
from arena.people import person
from arena.service.requests import BattleFound

HINT = tag(
    "div",
    empty(
        "Choose a battle",
        "Click a row, or press ",
        tag("kbd", "j"),
        " for the first one; ",
        tag("kbd", "?"),
        " lists all keys.",
    ),
    class_="hint",
)


def battle(found: BattleFound, place: Place) -> Markup:
    """The whole pane."""
    fight = found.record.battle
    named = {"a": fight.model_a, "b": fight.model_b}
    names = blind.NAMES if place.spot.blind else named
    if place.spot.blind:
        found = blind.blinded(found)
    said = section("What the judge said", judging.judged(found.record.verdicts, place), "verdicts")
    first = place.spot.show == "words"
    return tag(
        "article",
        header(found, place, names),
        flagging.flagged(found.flags, place),
        said if first else None,
        prompt(found, place),
        answering.answers(found, place, names),
        None if first else said,
        references(found, place),
        _became(found) if not place.spot.blind else None,
        class_="battle",
    )


def _became(found: BattleFound) -> Markup:
    """What was trained on it, where a flywheel played it."""
    asked = found.record.prompt
    category = asked.categories[0] if asked and asked.categories else None
    return ancestry.became(found.lineage, category) if found.lineage else Markup()


def header(found: BattleFound, place: Place, names: dict[str, str]) -> Markup:
    """Who, how it ended, what can be done, and facts."""
    record, fight = found.record, found.record.battle
    asked = record.prompt
    first, second = ("b", "a") if place.spot.swap else ("a", "b")
    ends = [
        tag("span", chip(line.outcome, line.share), f" {line.judge}", class_="ended")
        for line in found.outcomes
    ]
    return tag(
        "header",
        tag("a", "← All battles", href=place.go(id=None, show=None, part=None), class_="tolist"),
        tag(
            "h2",
            tag("span", names[first], class_=f"name {first}"),
            " vs ",
            tag("span", names[second], class_=f"name {second}"),
        ),
        tag("p", ends, class_="ends"),
        tools(found, place, names),
        facts(
            ("Category", ", ".join(asked.categories) if asked else None),
            ("Language", asked.language if asked else None),
            ("Judged turn", str(fight.turn) if fight.turn > 1 else None),
            ("Date", fight.when.date() if fight.when else None),
            ("Games", f"{len(record.verdicts)} of {_expected(found)}"),
            ("Id", fight.id[:8]),
        ),
    )


def _expected(found: BattleFound) -> int:
    judges = Counter(one.judge for one in found.record.verdicts)
    games = found.record.battle.games
    return sum(1 if person(judge) and n == 1 else games for judge, n in judges.items()) or games


def tools(found: BattleFound, place: Place, names: dict[str, str]) -> Markup:
    """How the battle is shown: each a link that says so, with its key."""
    ways = [
        tool("Differences", "d", "show", "diff", place),
        tool("Raw", "r", "raw", True, place),
        tool("Swap sides", "s", "swap", True, place),
        tool("Blind", "b", "blind", True, place),
    ]
    if judging.pair(found.record.verdicts):
        ways.insert(1, tool("Judge's differences", "w", "show", "words", place))
    together = tag(
        "button",
        "Scroll together",
        tag("kbd", "y"),
        type="button",
        class_="tool together",
        data_key="y",
        aria_pressed="true",
    )
    return tag("div", ways, together, copying.menu(found, names, place), voting(found), class_="tools")


def voting(found: BattleFound) -> Markup | None:
    """The way to a vote on it, cast where neither names nor verdicts are seen; None without both texts."""
    record = found.record
    if record.response_a is None or record.response_b is None:
        return None
    there = "/vote" + query(Spot(record.board, id=record.battle.id))
    return tag("a", "Vote on it", tag("kbd", "1–4"), href=there, class_="tool", data_key="vote")


def tool(words: str, key: str, part: str, value: str | bool, place: Place) -> Markup:
    """A switch of one part of the address. It flips what then stands there (static/battles.js)."""
    on = getattr(place.spot, part) == value
    address = place.go(**{part: getattr(Spot(), part) if on else value})
    return tag(
        "a",
        words,
        tag("kbd", key),
        href=address,
        class_="tool",
        data_key=key,
        data_flip=f"{part}={write(value)}",
        role="button",
        aria_pressed="true" if on else "false",
    )


def prompt(found: BattleFound, place: Place) -> Markup:
    """What was asked, with a tab per turn where there are several."""
    asked = found.record.prompt
    if asked is None:
        return section("Prompt", tag("p", answering.UNKNOWN, class_="quiet"), "prompt")
    return section(
        "Prompt", [turns(len(asked.turns), place), answering.said(asked.turns, "user", place)], "prompt"
    )


def turns(count: int, place: Place) -> Markup:
    """Tabs: all turns, or one of them in prompt and answers alike."""
    if count < 2:
        return Markup()
    each = [(None, "All turns"), *((at, f"Turn {at}") for at in range(1, count + 1))]
    tabs = [
        tag(
            "a",
            words,
            href=place.go(part=at),
            class_="turntab",
            aria_current="true" if place.spot.part == at else None,
        )
        for at, words in each
    ]
    return tag("nav", tabs, class_="turntabs", aria_label="Turns")


def section(title: str, inside: Piece, kind: str) -> Markup:
    """A part of the pane under its heading."""
    return tag("section", tag("h3", title), inside, class_=kind)


def references(found: BattleFound, place: Place) -> Markup:
    """Answers that a judge may have been shown as right."""
    if not found.references:
        return Markup()
    shown = [
        tag(
            "details",
            tag("summary", f"Reference answer ({one.author})"),
            answering.said(one.turns, "reply", place),
        )
        for one in found.references
    ]
    return tag("section", shown, class_="references")
