"""Known overlaps in real collections are found: facts of ../shared/data, none computed by us first."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from arena.corpus import build, minhash, pool, sources
from arena.corpus.recipe import Drawing, Recipe
from arena.corpus.steps import decontaminate
from arena.corpus.types import Columns, Place, whole
from arena.types import Prompt

pytestmark = pytest.mark.slow
WATCH = build.Watch(lambda: None, lambda *_: None)
LEVELS = ("dedupe_only", "sim_0.9", "sim_0.8", "sim_0.7", "sim_0.6")


@pytest.fixture(scope="module")
def pairs(shared: Path, tmp_path_factory: pytest.TempPathFactory):
    """What the decontamination says of the contaminated pairs and self-instruct, among other instructions."""
    folder = tmp_path_factory.mktemp("oracle")
    data = shared / "instructions"
    known = str(data / "routellm_contaminated_pairs.parquet")
    collections = (
        Place(known, "trained", Columns(prompt="train_prompt", id="train_idx")),
        Place(str(data / "self_instruct_user_252.parquet"), "self-instruct"),
        Place(str(data / "self_instruct_seed_175.parquet"), "seeds"),
    )
    benchmarks = (
        Place(known, "held-out", Columns(prompt="eval_prompt", id="train_idx")),
        Place(str(shared / "judge_tests" / "pandalm_999.parquet"), "pandalm"),
    )
    recipe = Recipe(collections, benchmarks, drawing=Drawing(tokens=128))
    pool.write(
        (item for place in collections for item in sources.read(place) if isinstance(item, Prompt)), folder
    )
    prompts = pool.Pool(folder)
    room = build.made(recipe, prompts, folder, WATCH)
    alive = np.ones(len(prompts), dtype=bool)
    dropped = {drop.number for drop in decontaminate.drops(prompts, alive, decontaminate.Config(), room)}
    lines = (folder / "pairs.jsonl").read_text("utf-8").splitlines()
    gone = {prompts.get([number])[0].natural for number in dropped}
    return [json.loads(line) for line in lines], gone


def test_all_25_contaminated_pairs_are_reported_with_their_rank(pairs, shared):
    rows = pq.read_table(shared / "instructions" / "routellm_contaminated_pairs.parquet").to_pylist()
    named = {str(row["train_idx"]) for row in rows}
    own = {
        row["item"]: row["rank"]
        for row in pairs[0]
        if row["benchmark"] == "held-out" and row["item"] == row["natural"]
    }
    assert set(own) == named
    assert len(own) == 25
    assert set(own.values()) == {1}
    assert named <= pairs[1]


def test_self_instruct_is_found_inside_pandalm(pairs, shared):
    def asked(path: Path) -> set[tuple[str, str]]:
        rows = pq.read_table(path).to_pylist()
        return {(row["instruction"].strip(), (row["input"] or "").strip()) for row in rows}

    both = asked(shared / "instructions" / "self_instruct_user_252.parquet") & asked(
        shared / "judge_tests" / "pandalm_999.parquet"
    )
    assert len(both) == 162
    same = {row["natural"] for row in pairs[0] if row["benchmark"] == "pandalm" and row["similarity"] >= 0.99}
    assert {row["rank"] for row in pairs[0] if row["natural"] in same and row["similarity"] >= 0.99} <= {1, 2}
    assert len(same) >= 162
    assert same <= pairs[1]


def test_gpteachers_levels_fall_monotonically(shared, tmp_path):
    """The more was de-duplicated before, the fewer rows there are, and the smaller a share is dropped."""
    kept, shares = [], []
    for level in LEVELS:
        place = Place(str(shared / "instructions" / f"gpteacher_toolformer_{level}.parquet"))
        texts = [whole(item) for item in sources.read(place) if isinstance(item, Prompt)]
        rows = [minhash.grams(text, 3) for text in texts]
        signatures = minhash.signed(rows, len(rows), 128, tmp_path / "s.npy")
        out = sum(1 for _ in minhash.near(signatures, 0.7))
        kept.append(len(texts) - out)
        shares.append(out / len(texts))
    assert kept == sorted(kept, reverse=True)
    assert len(set(kept)) == 5
    assert shares == sorted(shares, reverse=True)
