"""Rows of every published schema: one format knows its own, in JSON Lines or parquet, and no other does."""

import pytest

from arena.formats import catalog
from tests.formats.test_arena_hard import ANSWER, JUDGMENT, QUESTION
from tests.formats.test_arena_sets import NEW, OLD, voted
from tests.formats.test_comparia import TURN, VOTE
from tests.formats.test_judge_arena import BATTLE, PASS, SAMPLE
from tests.formats.test_judge_tests import LABELLED, PAIR, REPLY
from tests.formats.test_mt_bench_human import ROW

SAMPLES = [
    ("arena_55k", voted("winner_tie")),
    ("arena_hard_answer", ANSWER),
    ("arena_hard_judgment", JUDGMENT),
    ("arena_hard_question", QUESTION),
    ("autoarena", {"prompt": "Why?", "response": "So."}),
    ("comparia", TURN),
    ("comparia", VOTE),
    ("judge_arena", BATTLE),
    ("judge_arena", PASS),
    ("llmbar", PAIR),
    ("llmbar_judge_outputs", REPLY),
    ("lmarena_csv", {"model": "m", "arena_score": 1.5, "95_pct_ci": "+6/-5", "votes": 3}),
    ("lmarena_csv", {"model": "m", "score": 1.5, "95_pct_ci": "+6/-5", "commit_date": "2024-08-14"}),
    ("lmarena_history", {"date": "2024-08-14", "model": "m", "elo": 1.5, "kind": "bt"}),
    ("lmsys_battles", NEW),
    ("lmsys_battles", OLD),
    ("lmsys_battles", SAMPLE),
    ("mt_bench_human", ROW),
    ("pandalm", LABELLED),
    ("sharegpt", {"id": "x", "conversations": [{"from": "human", "value": "Why?"}]}),
]
JSON_ONLY = {"arena_hard_answer", "arena_hard_judgment", "arena_hard_question"}


@pytest.mark.parametrize(("name", "row"), SAMPLES)
def test_one_format_claims_a_row(jsonl, parquet, name, row) -> None:
    texts = {key: str(value) if hasattr(value, "isoformat") else value for key, value in row.items()}
    files = [jsonl([texts])] if name in JSON_ONLY else [parquet([row])]
    if name not in ("autoarena", "lmarena_csv", "lmarena_history", *JSON_ONLY):
        files.append(jsonl([texts]))
    own = [known for known in catalog.names() if known != catalog.MAPPED]
    for path in files:
        assert [known for known in own if catalog.sniff(path, only=known)] == [name]
