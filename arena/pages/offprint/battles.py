"""Battles to keep: a list, then each whole with prompt, both answers and every word of every judge.

All texts are those of models and people that nobody trusts: they go through the app's own renderer, which
makes text of every tag and names pictures and links instead of following them.
"""

from arena.client import Arena
from arena.errors import BadRequest, Unranked
from arena.filters import Filters
from arena.pages import answering, judging, link, reading, shelf
from arena.pages.form import label, word
from arena.pages.listing import chip
from arena.pages.markup import Markup, Piece, tag
from arena.pages.offprint.sheet import LOOK, Offprint, answer, board, plain
from arena.pages.place import Place, Spot
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.requests import BattleFound, BattlePage, BoardInfo

MOST = 200
"""Battles of one file where nobody says how many."""
LIMIT = 2000
PAGE = 200


def offprint(arena: Arena, name: str, settings: RankSettings, filters: Filters, most: int = MOST) -> Offprint:
    """The page of the battles that a filter leaves, the first `most` of them.

    Raises:
        ArenaError: no such board, it holds no single battles, or the filter leaves none.
    """
    if not 1 <= most <= LIMIT:
        raise BadRequest(f"--limit {most}: a file may hold 1 to {LIMIT:,} battles; export .jsonl for more")
    info = board(arena, name)
    ids, total = listed(arena, name, settings, filters, most)
    if not ids:
        raise Unranked(f"no battle of board {name!r} fits the filter: loosen it")
    place = Place(Spot(name), filters)
    found = [(one, answer(arena, ask.Battle(one, name), BattleFound)) for one in ids]
    left = total - len(ids)
    notes = (f"the first {len(ids):,} of {total:,} battles; --limit takes more",) if left > 0 else ()
    parts: list[Piece] = [
        head(info, filters, len(ids), total),
        contents([battle for _, battle in found]),
        [whole(battle, place) for _, battle in found],
    ]
    title = f"Battles of {info.title or info.board}"
    return Offprint(
        f"{plain(name)}-battles", title, parts, "battles", (LOOK / "battles.css",), len(ids), notes
    )


def listed(
    arena: Arena, name: str, settings: RankSettings, filters: Filters, most: int
) -> tuple[list[str], int]:
    """Ids of the first battles, and how many there are."""
    ids: list[str] = []
    after, total = None, 0
    while len(ids) < most:
        asked = ask.Battles(name, filters, settings, after, min(PAGE, most - len(ids)), count=after is None)
        page = answer(arena, asked, BattlePage)
        total = page.tally.total if page.tally else total
        ids += [line.id for line in page.battles]
        after = page.next
        if after is None:
            break
    return list(dict.fromkeys(ids)), total


def head(info: BoardInfo, filters: Filters, shown: int, total: int) -> Markup:
    """Title, facts, and what narrowed the list."""
    asked = [f"{label(key)}: {word(value)}" for key, value in link.params(filters).items()]
    return tag(
        "section",
        tag("h1", f"Battles of {info.title or info.board}"),
        shelf.facts(
            ("Board", info.board),
            ("Shown", f"{shown:,} of {total:,}" if total > shown else f"{shown:,}"),
            ("Only", "; ".join(asked)),
            ("Judges", info.judge),
            ("Source", info.source),
            ("Licence", info.licence),
        ),
        class_="title",
    )


def contents(found: list[BattleFound]) -> Markup:
    """One line per battle, leading to it within the file."""
    rows = [
        tag(
            "li",
            tag("a", f"{one.record.battle.model_a} vs {one.record.battle.model_b}", href=f"#{anchor(one)}"),
            " ",
            [chip(line.outcome, line.share) for line in one.outcomes[:1]],
            " ",
            tag("span", first(one), class_="quiet"),
        )
        for one in found
    ]
    return tag("nav", tag("ol", rows), class_="contents", aria_label="Battles") if len(rows) > 1 else Markup()


def first(found: BattleFound) -> str:
    """The beginning of what was asked."""
    asked = found.record.prompt
    words = " ".join(asked.turns[0].split()) if asked and asked.turns else ""
    return words if len(words) <= 100 else f"{words[:99]}…"


def anchor(found: BattleFound) -> str:
    """Where a battle stands in the file."""
    return f"battle-{found.record.battle.id}"


def whole(found: BattleFound, place: Place) -> Markup:
    """One battle."""
    fight, asked = found.record.battle, found.record.prompt
    names = {"a": fight.model_a, "b": fight.model_b}
    sides = {"a": found.record.response_a, "b": found.record.response_b}
    ends = [
        tag("span", chip(line.outcome, line.share), f" {line.judge}", class_="ended")
        for line in found.outcomes
    ]
    return tag(
        "article",
        tag(
            "header",
            tag(
                "h2",
                tag("span", names["a"], class_="name a"),
                " vs ",
                tag("span", names["b"], class_="name b"),
            ),
            tag("p", ends, class_="ends"),
            shelf.facts(
                ("Category", ", ".join(asked.categories) if asked else None),
                ("Language", asked.language if asked else None),
                ("Judged turn", str(fight.turn) if fight.turn > 1 else None),
                ("Date", fight.when.date() if fight.when else None),
                ("Id", fight.id),
            ),
        ),
        reading.prompt(found, place),
        tag("div", [answering.column(s, names[s], sides[s], found, place) for s in "ab"], class_="answers"),
        reading.section("What the judge said", judging.judged(found.record.verdicts, place), "verdicts"),
        reading.references(found, place),
        class_="battle",
        id=anchor(found),
    )
