"""One battle as HTML: what was asked, both answers side by side, and every word of every judge."""

from arena.pages import figure
from arena.pages.listing import chip
from arena.pages.markup import Markup, Piece, tag, text
from arena.pages.prose import plain, prose
from arena.pages.shelf import facts
from arena.service.requests import BattleFound
from arena.store.battles import Line
from arena.types import Response, Verdict

UNKNOWN = "The text is not known: this board came without it."
STATUS = {
    "unparsed": "reply could not be read",
    "refused": "judge refused",
    "truncated": "reply was cut off",
    "error": "call failed",
}


def battle(found: BattleFound) -> Markup:
    """The whole pane."""
    record, fight = found.record, found.record.battle
    prompt = record.prompt
    ends = [
        tag("span", chip(line.outcome, line.share), f" {line.judge}", class_="ended")
        for line in found.outcomes
    ]
    head = tag(
        "header",
        tag(
            "h2",
            tag("span", fight.model_a, class_="name a"),
            " vs ",
            tag("span", fight.model_b, class_="name b"),
        ),
        tag("p", ends, class_="ends"),
        tag("button", "Copy link", type="button", class_="copy", data_copy=True),
        facts(
            ("Category", ", ".join(prompt.categories) if prompt else None),
            ("Language", prompt.language if prompt else None),
            ("Turn", str(fight.turn) if fight.turn > 1 else None),
            ("Date", fight.when.date() if fight.when else None),
            ("Games expected", str(fight.games)),
            ("Id", fight.id),
        ),
    )
    asked = said(prompt.turns, "user") if prompt else tag("p", UNKNOWN, class_="quiet")
    answers = tag(
        "div",
        answer("a", fight.model_a, record.response_a, found.outcomes),
        answer("b", fight.model_b, record.response_b, found.outcomes),
        class_="answers",
    )
    judged = [verdict(one) for one in record.verdicts] or [
        tag("p", "No judge has seen this battle.", class_="quiet")
    ]
    return tag(
        "article",
        head,
        section("Prompt", asked, "prompt"),
        answers,
        section("What the judge said", judged, "verdicts"),
        references(found),
        class_="battle",
    )


def section(title: str, inside: Piece, kind: str) -> Markup:
    """A part of the pane under its heading."""
    return tag("section", tag("h3", title), inside, class_=kind)


def said(turns: tuple[str, ...], who: str) -> Markup:
    """Turns of a conversation, numbered where there are several."""
    many = len(turns) > 1
    return text(
        [
            tag(
                "div",
                tag("b", f"Turn {number}", class_="turn") if many else None,
                prose(turn),
                class_=f"said {who}",
            )
            for number, turn in enumerate(turns, 1)
        ]
    )


def answer(side: str, model: str, response: Response | None, outcomes: tuple[Line, ...]) -> Markup:
    """One contestant's column. The winner is marked in words too."""
    won = any(line.outcome == side for line in outcomes) and not any(
        line.outcome in {"a", "b"} - {side} for line in outcomes
    )
    head = tag(
        "header",
        tag("b", side.upper(), class_="seat"),
        tag("span", model, class_="model"),
        tag("span", "✓ won", class_="won") if won else None,
    )
    if response is None:
        return tag("section", head, tag("p", UNKNOWN, class_="quiet"), class_=f"answer {side}")
    raw = tag("details", tag("summary", "Raw text"), plain("\n\n".join(response.turns)), class_="rawbox")
    length = f"{len(' '.join(response.turns).split()):,} words"
    return tag(
        "section",
        head,
        said(response.turns, "reply"),
        tag("footer", tag("span", length), raw),
        class_=f"answer {side}",
    )


def verdict(one: Verdict) -> Markup:
    """One game: order, scores, winner, words, and the reply as it came."""
    order = "answers swapped" if one.swapped else "answers in order"
    scored = one.score_a is not None and one.score_b is not None
    result: list[Piece] = []
    if scored:
        result.append(
            tag(
                "span",
                tag("b", "A", class_="seat a"),
                f" {one.score_a:g}  ",
                tag("b", "B", class_="seat b"),
                f" {one.score_b:g}",
                class_="marks",
            )
        )
    if one.winner:
        result.append(chip(one.winner))
    if one.preference is not None:
        result.append(f"prefers A by {figure.percent(one.preference)}")
    if one.status != "ok":
        result.append(tag("span", f"? {STATUS.get(one.status, one.status)}", class_="chip undecided"))
    words = (
        prose(one.explanation) if one.explanation else tag("p", "The judge gave no words.", class_="quiet")
    )
    raw = tag("details", tag("summary", "Raw reply"), plain(one.raw), class_="rawbox") if one.raw else None
    cost = " · ".join(
        filter(
            None,
            [
                f"{one.tokens:,} tokens" if one.tokens else None,
                f"{one.milliseconds:,} ms" if one.milliseconds else None,
            ],
        )
    )
    head = tag(
        "header",
        tag("b", one.judge),
        tag("span", f"game {one.game}, {order}", class_="quiet"),
        result,
        tag("span", cost, class_="quiet") if cost else None,
    )
    return tag("section", head, words, raw, class_="verdict")


def references(found: BattleFound) -> Markup:
    """Answers that a judge may have been shown as right."""
    if not found.references:
        return Markup()
    shown = [
        tag("details", tag("summary", f"Reference answer ({one.author})"), said(one.turns, "reply"))
        for one in found.references
    ]
    return tag("section", shown, class_="references")
