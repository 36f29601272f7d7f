"""A battle to take away: link, Markdown, one line of JSON, and a citation."""

import json

from arena import wire
from arena.pages.markup import Markup, tag
from arena.pages.place import Place
from arena.service.requests import BattleFound

FENCE = "`" * 3


def menu(found: BattleFound, names: dict[str, str], place: Place) -> Markup:
    """Buttons that copy; the texts wait in hidden blocks (static/battles.js). Blind, none of them names."""
    texts = {"Markdown": markdown(found, names)}
    if not place.spot.blind:
        texts |= {"JSONL": jsonl(found), "Citation": citation(found, place.go())}
    buttons = [
        tag("button", what, tag("pre", words, hidden=True), type="button", data_take=True)
        for what, words in texts.items()
    ]
    link = tag("button", "Link", type="button", data_take="link", data_key="c")
    return tag(
        "details",
        tag("summary", "Copy", class_="tool"),
        tag("div", link, buttons, class_="menu"),
        class_="copies",
    )


def jsonl(found: BattleFound) -> str:
    """All facts of the battle on one line."""
    return json.dumps(json.loads(wire.encode(found.record)), ensure_ascii=False)


def citation(found: BattleFound, address: str) -> str:
    """Where this was said, in one sentence."""
    record, fight = found.record, found.record.battle
    judges = ", ".join(sorted({one.judge for one in record.verdicts})) or "nobody"
    day = f", {fight.when.date()}" if fight.when else ""
    return (
        f"Battle {fight.id} of board “{record.board}”: {fight.model_a} against {fight.model_b}, "
        f"judged by {judges}{day}. Arena Learning, {address}"
    )


def markdown(found: BattleFound, names: dict[str, str]) -> str:
    """The battle as a note."""
    record, fight = found.record, found.record.battle
    parts = [f"# {names['a']} against {names['b']}", f"Board {record.board}, battle {fight.id}."]
    if record.prompt:
        parts += ["## Prompt", *record.prompt.turns]
    for side, response in (("a", record.response_a), ("b", record.response_b)):
        if response:
            parts += [f"## {side.upper()}: {names[side]}", *response.turns]
    for one in record.verdicts:
        scores = f", {one.score_a:g} : {one.score_b:g}" if None not in (one.score_a, one.score_b) else ""
        parts += [f"## {one.judge}, game {one.game}{scores}", one.explanation or one.winner or one.status]
    return "\n\n".join(parts) + "\n"
