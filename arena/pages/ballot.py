"""A ballot as HTML: the question, both answers without names, the choices; and what is told after the vote.

Nothing here knows who plays before the vote is cast: the service does not say. Leaves out figures of judges
(`arena.pages.trial`).
"""

from collections.abc import Iterable

from arena.filters import Filters
from arena.pages import answering, link
from arena.pages.figure import count
from arena.pages.markup import Markup, Piece, empty, notes, tag
from arena.pages.place import Place
from arena.pages.place import Spot as Reading
from arena.pages.reading import section
from arena.pages.shelf import facts
from arena.service.ballots import BallotFound, Paper, Revealed, Said
from arena.service.requests import BattleFound
from arena.service.voting import SEATS
from arena.votes import Choice

CHOICES: tuple[tuple[Choice, str, str], ...] = (
    ("first", "1", "A is better"),
    ("second", "2", "B is better"),
    ("tie", "3", "Tie"),
    ("both_bad", "4", "Both bad"),
)
"""What can be voted, with its key."""
SAYS = {"first": "A", "second": "B", "tie": "a tie", "both_bad": "both bad", "soft": "undecided"}
WHY = {
    "unsure": "It was asked because the judges are unsure of it, or differ from people.",
    "second": "It was asked because one other person has voted on it.",
    "random": "It was drawn from all battles of the board alike.",
    "asked": "You came to it by its link, perhaps not blind: it counts, though not as drawn at random.",
}
ODD = {
    "fast": "It came faster than both answers can be read.",
    "again": "You had voted on this battle before, perhaps in another tab: the first vote counts.",
    "named": "An answer names one of the two models, so it was hardly blind.",
}


def shown(found: BallotFound, board: str) -> Markup:
    """The ballot, its result where the voter has voted, or why there is none."""
    if found.paper is None:
        return nothing(found, board)
    paper = found.paper
    names = {"a": paper.voted.first, "b": paper.voted.second} if paper.voted else SEATS
    place = Place(Reading(board), Filters())
    asked, turn = paper.record.prompt, paper.record.battle.turn
    return tag(
        "article",
        facts(
            ("Category", ", ".join(asked.categories) if asked else None),
            ("Language", asked.language if asked else None),
            ("Judged turn", str(turn) if turn > 1 else None),
        ),
        section("Prompt", _said(paper, place), "prompt"),
        answering.answers(BattleFound(paper.record, (), ()), place, names),
        result(paper.voted, board) if paper.voted else choices(),
        class_="battle ballot",
        data_battle=paper.record.battle.id,
        data_drawn=paper.drawn,
        data_voted=bool(paper.voted),
    )


def _said(paper: Paper, place: Place) -> Markup:
    if paper.record.prompt is None:
        return tag("p", answering.UNKNOWN, class_="quiet")
    return answering.said(paper.record.prompt.turns, "user", place)


def choices() -> Markup:
    """The four choices, a comment, and what else can be done; each with its key."""
    four = [
        tag(
            "button",
            tag("kbd", key, aria_hidden="true"),
            f" {words}",
            type="button",
            class_=f"choice {choice}",
            data_do="vote",
            data_choice=choice,
            aria_keyshortcuts=key,
        )
        for choice, key, words in CHOICES
    ]
    comment = tag(
        "input",
        type="text",
        id="comment",
        maxlength=2000,
        placeholder="Why? (optional, press c)",
        aria_label="Comment, optional",
        autocomplete="off",
    )
    return tag(
        "div",
        tag("div", four, class_="four", role="group", aria_label="Your vote"),
        tag("div", comment, act("skip", "s", "Skip"), act("undo", "u", "Undo last"), class_="besides"),
        class_="voting",
    )


def act(do: str, key: str, words: str, *, first: bool = False) -> Markup:
    """A button with its key."""
    return tag(
        "button",
        words,
        tag("kbd", key, aria_hidden="true"),
        type="button",
        class_="deed first" if first else "deed",
        data_do=do,
        aria_keyshortcuts=key,
    )


def result(voted: Revealed, board: str) -> Markup:
    """Who played, what was voted, and what others say of it."""
    reading = "/battles" + link.query(Reading(board, id=voted.vote.battle[:8]))
    machines = [one for one in voted.said if not one.human]
    people = [one for one in voted.said if one.human]
    told: list[Piece] = [_judge(one, voted.choice) for one in machines]
    if people:
        told.append(tag("li", _people(people)))
    return tag(
        "section",
        tag(
            "p",
            tag("b", "A", class_="seat a"),
            tag("span", voted.first, class_="name a"),
            " against ",
            tag("b", "B", class_="seat b"),
            tag("span", voted.second, class_="name b"),
            class_="played",
        ),
        tag("p", "You voted ", tag("b", SAYS[voted.choice]), ". ", WHY[voted.vote.drawn], class_="mine"),
        tag("ul", told) if told else None,
        tag("blockquote", voted.vote.comment) if voted.vote.comment else None,
        notes([f"Kept and marked. {ODD[flag]}" for flag in voted.vote.flags]),
        tag(
            "div",
            act("next", "n", "Next battle", first=True),
            act("undo", "u", "Undo"),
            tag("a", "Read the whole battle", href=reading),
            class_="besides",
        ),
        class_="voting result",
        role="status",
    )


def _judge(one: Said, choice: Choice) -> Markup:
    if one.outcome == "undecided":
        return tag("li", tag("b", one.judge), " could not be read.")
    scores = ""
    if one.score_first is not None and one.score_second is not None:
        scores = f" ({one.score_first:g} to {one.score_second:g})"
    same = _side(one.outcome) == _side(choice)
    mark = tag("span", "✓ as you" if same else "✗ not as you", class_="chip a" if same else "chip b")
    return tag("li", tag("b", one.judge), f" says {SAYS.get(one.outcome, one.outcome)}{scores} ", mark)


def _side(outcome: str) -> str:
    return outcome if outcome in ("first", "second") else "neither"


def _people(people: Iterable[Said]) -> str:
    """Other people, counted."""
    said: dict[str, int] = {}
    for one in people:
        said[SAYS.get(one.outcome, one.outcome)] = said.get(SAYS.get(one.outcome, one.outcome), 0) + 1
    total = sum(said.values())
    parts = ", ".join(
        f"{number} for {what}" for what, number in sorted(said.items(), key=lambda one: -one[1])
    )
    return f"{total} other {'person' if total == 1 else 'people'}: {parts}."


def nothing(found: BallotFound, board: str) -> Markup:
    """Why nobody is asked anything."""
    if found.total:
        back = act("undo", "u", "Undo last")
        return tag(
            "div",
            empty(
                "That was all",
                f"You have voted on, or skipped, all {count(found.total, 'battle')} that can be asked here. ",
                tag(
                    "a",
                    "See the board by people",
                    href="/" + link.query(Reading(board), Filters(people=True)),
                ),
                ".",
            ),
            tag("div", back, class_="besides"),
            class_="voting over",
        )
    return empty(
        "Nothing to vote on here",
        "A vote needs the texts of two different answers, and this board has none under this filter. "
        "Choose another board above, ",
        tag("a", "bring battles in", href="/data"),
        ", or ",
        tag("a", "play some", href="/runs"),
        ".",
    )
