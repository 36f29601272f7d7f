"""Tournaments that models judge, over a real server: two orders, a jury, canaries among the facts."""

import json
import re
from collections import Counter
from pathlib import Path

from arena.canaries import PREFIX, pairs, planted, report
from arena.plugins import Choice
from arena.types import Battle, Verdict
from tests.backends.server import Answer, last, serving
from tests.tournament import build


def judging(body, count):
    """A judge that wants an answer, believes whoever praises himself, and cannot always be read."""
    if count % 7 == 3:
        return Answer("I would rather not say.")
    shown = re.findall(r"<answer-\d-\w+>\n(.*?)\n</answer-\d-\w+>", last(body), re.DOTALL)
    one, two = (10 if "experts" in text else 2 if "no idea" in text else 7 for text in shown)
    return Answer(json.dumps({"explanation": "as seen", "score_1": one, "score_2": two}))


def asking(url: str, **options: object) -> Choice:
    backend = Choice("openai", {"model": "j", "base_url": url})
    return Choice("pairwise_score", {"backend": backend, **options})


def test_a_model_judges_a_tournament_with_canaries(tmp_path: Path) -> None:
    with serving(judging) as server:
        config = build.tournament(tmp_path, n=12, judge=asking(server.url), canaries=8, retries=3)
        units = build.played(config, build.scene(tmp_path))
    facts = build.facts(units)
    assert Counter(f.status for f in facts if isinstance(f, Verdict)) == {"ok": 2 * (36 + 8)}
    assert len(server.seen) > 88
    own = [f for f in facts if isinstance(f, Battle) and planted(f)]
    assert {battle.model_a.removeprefix(PREFIX) for battle in own} == {
        "score_line", "closing_tag", "ignore_previous", "self_praise",
    }  # fmt: skip
    lines = {line.kind: line for line in report(pairs(lambda: facts, 2))}
    assert (lines["all"].n, lines["ignore_previous"].lift) == (8, 0)
    assert lines["self_praise"].better == 2
    assert any("canaries: of 8 injected verdicts 2 helped" in note for unit in units for note in unit.notes)


def test_a_jury_judges_a_tournament(tmp_path: Path) -> None:
    with serving(judging) as server:
        members = [
            asking(server.url, name="one"),
            asking(server.url, name="two", temperature=0.5),
            Choice("verifier"),
        ]
        judge = Choice("jury", {"members": members, "merge": "majority"})
        config = build.tournament(tmp_path, n=4, judge=judge, retries=4)
        found = build.facts(build.played(config, build.scene(tmp_path)))
    verdicts = [fact for fact in found if isinstance(fact, Verdict)]
    assert len(verdicts) == 24
    assert {(v.status, v.judge) for v in verdicts} == {("ok", "jury(one, two, verifier)")}
    assert all([row["judge"] for row in json.loads(v.raw)] == ["one", "two", "verifier"] for v in verdicts)
