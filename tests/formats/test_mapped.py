"""Files in no known format, described on the command line: what comes out, and what is refused."""

import json
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.errors import BadRequest, Unreadable
from arena.formats import catalog
from arena.formats.read import mapping
from arena.formats.types import Source
from arena.types import Battle, Grade, PairCount, Prompt, Reject, Response, Row, Verdict

VOTE = {"l": "m", "r": "n", "label": 1, "task": "Why?", "one": "So.", "two": ["No.", "Yes."], "at": 86400.0}
TEXTS = ("prompt=task", "response_a=one", "response_b=two", "timestamp=at")
VOTES = ("model_a=l", "model_b=r", "winner=label", "judge==crowd")
WORDS = ("winner:1=a", "winner:2=b", "winner:0=tie", "winner:=unparsed")


def read(path, maps=VOTES, values=WORDS):
    said = mapping.parsed(maps, values)
    return list(catalog.load("mapped").read(Source(path, path, "board", None, *said)))


def facts(path, maps=VOTES, values=WORDS):
    return [item.facts for item in read(path, maps, values) if isinstance(item, Row)]


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "parquet"])
def test_battles_of_any_kind_of_file(tmp_path, kind):
    path, plain = tmp_path / f"x.{kind}", VOTE | {"two": "No."}
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([plain]), path)
    elif kind == "csv":
        path.write_text(",".join(plain) + "\n" + ",".join(map(str, plain.values())) + "\n")
    else:
        path.write_text(json.dumps([plain] if kind == "json" else plain) + "\n")
    ((battle, verdict, prompt, a, b),) = facts(path, (*VOTES, *TEXTS))
    assert (battle.model_a, battle.model_b, battle.when) == ("m", "n", datetime(1970, 1, 2))  # noqa: DTZ001
    assert (verdict.winner, verdict.judge) == ("a", "crowd")
    assert (prompt.turns, a.turns, b.turns) == (("Why?",), ("So.",), ("No.",))
    assert (battle.prompt, battle.response_a, a.model) == (prompt.id, a.id, "m")


def test_values_mean_what_was_said(jsonl):
    labels = [1, "2", 0.0, None, "n", "tie (bothbad)", 7, True, {"x": 1}]
    items = read(jsonl([VOTE | {"label": label} for label in labels]))
    said = [item.facts[1] if isinstance(item, Row) else item.reason for item in items]
    assert [verdict.winner for verdict in said[:6]] == ["a", "b", "tie", None, "b", "both_bad"]
    assert said[3].status == "unparsed"
    assert said[6].startswith("winner '7' is none of a, b, left")
    assert "--value winner:7=" in said[6]
    assert "winner 'true' is none" in said[7]
    assert all(isinstance(item, Reject) for item in items[6:])


def test_preferences_scores_and_conversations(jsonl):
    turns = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    rows = [{"a": "m", "b": "n", "p": p, "s": [8, 3], "chat": {"x": turns}} for p in ("0.25", 2, None)]
    maps = ("model_a=a", "model_b=b", "preference=p", "prompt=chat.x", "response_a=chat.x")
    soft, reject, missing = read(jsonl(rows), maps, ())
    assert soft.facts[1].preference == 0.25
    assert [fact.turns for fact in soft.facts[2:]] == [("Why?",), ("So.",)]
    assert reject.reason == "preference 2.0 is not between 0 and 1"
    assert "neither winner nor preference" in missing.reason
    scored = facts(jsonl(rows), ("model_a=a", "model_b=b", "score_a=s.0", "score_b=s.1"), ())
    assert [(verdict.score_a, verdict.score_b) for _, verdict in scored] == [(8, 3)] * 3


def test_grades_and_counts(jsonl):
    rows = [{"q": 1, "m": "x", "s": 8}, {"q": 1, "m": "y", "s": None}, {"q": 2, "m": "x", "s": "bad"}]
    first, unread, reject = read(jsonl(rows), ("question_id=q", "model=m", "score=s"), ())
    assert isinstance(first.facts[0], Grade)
    assert first.facts[0].prompt == unread.facts[0].prompt
    assert [row.facts[0].status for row in (first, unread)] == ["ok", "unparsed"]
    assert reject.reason == "score is not a number: bad"
    row = {"a": "m", "b": "n", "w": 3, "l": 1}
    maps = ("model_a=a", "model_b=b", "win_a=w", "win_b=l", "tie==0", "category==all")
    assert facts(jsonl([row]), maps, ()) == [(PairCount("m", "n", 3, 1, 0, 0, "all"),)]
    (item,) = read(jsonl([row | {"w": -1}]), maps, ())
    assert "are counts from 0 up" in item.reason


def test_a_question_has_one_prompt_whatever_its_words(jsonl):
    rows = [VOTE | {"id": 7, "task": task} for task in ("Why?", "Why not?")]
    found = facts(jsonl(rows), (*VOTES, *TEXTS, "question_id=id"))
    kinds = [type(fact) for fact in found[0]]
    assert kinds == [Battle, Verdict, Prompt, Response, Response]
    assert found[0][2].id == found[1][2].id
    assert found[0][4].turns == ("No.", "Yes.")


BAD = [
    (("winer=label",), (), "--map winer: no such field; choose from model_a, model_b, winner"),
    (("winner",), (), "write FIELD=COLUMN"),
    (VOTES[:2], (), "battles need winner or preference or score_a and score_b, too"),
    (("model=m", "score=s"), (), "grades need prompt or question_id, too"),
    (("model=m", "score=s", "winner=w"), (), "--map winner does not go with grades"),
    (("win_a=m", "model_a=s", "model_b=w"), (), "counts need win_b, too"),
    ((*VOTES, "winner=x"), (), "--map gives winner twice"),
    (VOTES, ("winner=a",), "write FIELD:THEIRS=OURS"),
    (VOTES, ("winner:1=left",), "'left' is none of a, b, tie, both_bad, unparsed"),
    (VOTES, ("turn:1=2",), "--value turn: that field has no --map"),
]


@pytest.mark.parametrize(("maps", "values", "reason"), BAD)
def test_a_mapping_that_does_not_hold_is_refused(maps, values, reason):
    with pytest.raises(BadRequest) as error:
        mapping.parsed(maps, values)
    assert reason in str(error.value)


def test_a_missing_column_names_those_that_are_there(jsonl):
    with pytest.raises(Unreadable, match=r"no column 'label' \(for winner\); there are l, r"):
        read(jsonl([{"l": "m", "r": "n"}]))


def test_their_value_may_hold_our_signs():
    _, values = mapping.parsed(VOTES, ("winner:A=B=tie", "winner:a:b=b"))
    assert values == (("winner", "A=B", "tie"), ("winner", "a:b", "b"))


def test_the_real_votes_mean_the_same_by_mapping(shared, read):
    path = next(shared.rglob("llmfao*.csv"))
    own = [item.facts for item in read("evalica", path, judge="crowd")]
    maps = ("model_a=left", "model_b=right", "winner=winner", "judge==crowd")
    said = mapping.parsed(maps, ())
    mapped = list(catalog.load("mapped").read(Source(path, path, "board", None, *said)))
    assert [item.facts for item in mapped] == own
