"""The parser on replies that real judges gave, against what was recorded of them (../shared/data)."""

import json
from collections.abc import Iterator
from pathlib import Path

from arena.backends.types import Reply
from arena.judges.reading import forms
from arena.judges.reading.parse import read


def rows(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted(folder.glob("**/*.jsonl")):
        yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def test_llmbar_replies(shared):
    """A published parser reads 99.74 % as recorded."""
    import pandas as pd

    replies = pd.read_parquet(shared / "judge_tests" / "llmbar_judge_outputs.parquet")
    recorded = {"1": "a", "2": "b"}
    right = 0
    for reply in replies.itertuples():
        found = read(Reply("r", reply.completion), forms.GRADES).value
        side = None if found is None else found[0]
        if side and reply.swapped:
            side = "b" if side == "a" else "a"
        right += side == recorded.get(reply.winner)
    assert (right, len(replies)) == (4284, 4284)


def test_arena_bench_grades(shared):
    """A grade such as [[9.5]] is read here and was not by those who recorded: four of 4,800."""
    seen, right, fractions = set(), 0, 0
    for row in rows(shared / "fastchat" / "arena_bench_v1" / "model_judgment"):
        seen_key = (row.get("model") or row.get("model_id"), row["question_id"])
        if seen_key in seen:
            continue
        seen.add(seen_key)
        recorded = row["score"] if (row["score"] or 0) > 0 else None
        found = read(Reply("r", row["judgment"]), forms.GRADE).value
        right += found == recorded
        fractions += recorded is None and found is not None and found != int(found)
    assert (right, fractions, len(seen)) == (4789, 4, 4800)
    assert (right + fractions) / len(seen) >= 0.9985


def test_vicuna_reviews(shared):
    """Where two scores from 1 to 10 stand alone on the first line they are read; the rest is prose."""
    read_right = prose = 0
    for row in rows(shared / "vicuna_blog_eval" / "review"):
        found = read(Reply("r", row["text"]), forms.PAIR)
        if found.status == "ok":
            assert found.value == tuple(map(float, row["score"]))
            read_right += 1
        else:
            prose += 1
    assert (read_right, prose) == (1350, 90)
