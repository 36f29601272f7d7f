"""A set from end to end, with the real embedding model: funnel, draw, the same bits again, stop and go on."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from arena.corpus import build, manifest, sets
from arena.corpus.recipe import Drawing, Recipe
from arena.corpus.types import Place
from arena.errors import BadRequest, NotFound, Unreadable
from arena.plugins import Choice
from tests.corpus import made

DRAWING = Drawing(tokens=32, clusters=5, diverse=2, candidates=4, hard=10, parts=3, apart=1, seed=7)
QUIET = build.Watch(lambda: None, lambda *_: None)


class Stop(Exception):
    """Somebody wants the work to stop."""


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """Two collections, one with what the steps should find, and a benchmark."""
    folder = tmp_path_factory.mktemp("collections")
    main = made.write(folder / "main.jsonl", made.prompts(100))
    odd = made.write(folder / "odd.jsonl", made.spoilt())
    bench = [
        {
            "question_id": "b1",
            "turns": ["A teacher asks: for a pilot, explain why the sky is blue at noon, briefly."],
        }
    ]
    return Recipe(
        (Place(str(main)), Place(str(odd))),
        (Place(str(made.write(folder / "bench.jsonl", bench))),),
        drawing=DRAWING,
    )


@pytest.fixture(scope="module")
def built(recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished folder."""
    folder = tmp_path_factory.mktemp("built")
    build.build("small", recipe, folder / "work", folder / "out", QUIET)
    return folder / "out"


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_step_drops_what_it_is_for(built):
    report = manifest.report(built)
    assert [step.step for step in report.steps] == [
        "safety",
        "length",
        "prefix",
        "neardup",
        "decontaminate",
        "language",
    ]
    assert all(step.dropped for step in report.steps)
    dropped = {row["natural"]: row["step"] for row in rows(built / "dropped.jsonl")}
    wanted = {
        "toxic": "safety",
        "short": "length",
        "same": "prefix",
        "near": "neardup",
        "foreign": "language",
    }
    assert {name: dropped.get(name) for name in wanted} == wanted
    for before, after in zip(report.steps, report.steps[1:], strict=False):
        assert before.after == after.before == before.before - before.dropped


def test_the_draw_is_per_cluster_and_nothing_is_in_two_sets(built):
    report = manifest.report(built)
    tests = rows(built / "diverse.jsonl"), rows(built / "hard.jsonl")
    assert set(Counter(row["cluster"] for row in tests[0]).values()) == {2}
    assert len(tests[1]) == 10
    parts = [row for at in range(4) for row in rows(built / f"parts/D{at}.jsonl")]
    ids = [row["question_id"] for row in (*tests[0], *tests[1], *parts)]
    assert len(ids) == len(set(ids)) == report.clean - report.apart
    assert {row["question_id"] for row in rows(built / "mix.jsonl")} == {
        row["question_id"] for found in tests for row in found
    }
    assert max(len(row["turns"]) for row in parts) == 2


def test_pairs_have_rank_and_similarity_and_the_map_has_points(built):
    pairs = rows(built / "pairs.jsonl")
    assert [pair["rank"] for pair in pairs] == [1, 2, 3, 4, 5]
    assert sorted((pair["similarity"] for pair in pairs), reverse=True) == [
        pair["similarity"] for pair in pairs
    ]
    report = manifest.report(built)
    assert sum(cluster.size for cluster in report.clusters) == report.clean == len(report.dots)
    assert {dot.sets for dot in report.dots} == {"", "diverse", "hard"}
    assert 0 < report.shown < 1


@pytest.mark.slow
def test_it_can_be_rebuilt_bit_for_bit_from_its_manifest(built, tmp_path):
    told = manifest.read(built)
    again = build.build(told.name, told.recipe, tmp_path / "work", tmp_path / "out", QUIET)
    assert again.digest == told.digest
    for output in told.outputs:
        assert (tmp_path / "out" / output.path).read_bytes() == (built / output.path).read_bytes()
    other = replace(told.recipe, drawing=replace(told.recipe.drawing, seed=8))
    assert build.build(told.name, other, tmp_path / "work", tmp_path / "out", QUIET).digest != told.digest


@pytest.mark.slow
def test_stopped_anywhere_it_goes_on_to_the_same_set(recipe, built, tmp_path):
    """Each attempt is stopped at a later look; what an earlier one finished is not done again."""
    seen: list[str] = []
    stops = 0
    for most in range(1, 200, 4):
        looks = iter(range(most))

        def check(looks=looks) -> None:
            if next(looks, None) is None:
                raise Stop

        try:
            found = build.build(
                "small",
                recipe,
                tmp_path / "work",
                tmp_path / "out",
                build.Watch(check, lambda step, *_: seen.append(step)),
            )
            break
        except Stop:
            stops += 1
            assert not (tmp_path / "out").exists()
    assert found.digest == manifest.read(built).digest
    assert stops > 3
    assert seen.count("read") == 2  # its beginning and its end, once


def test_a_change_is_noticed(built, tmp_path):
    copy = shutil.copytree(built, tmp_path / "copy")
    assert manifest.changed(copy) == ()
    with (copy / "hard.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    (copy / "parts" / "D1.jsonl").unlink()
    assert manifest.changed(copy) == ("hard.jsonl", "parts/D1.jsonl")


def test_a_set_of_the_same_name_is_kept_beside_the_new_one(built, home, tmp_path):
    sets.install(built, home, "mine")
    sets.install(built, home, "mine")
    assert [held.name for held in sets.every(home)] == ["mine"]
    other = shutil.copytree(built, tmp_path / "other")
    told = manifest.read(other)
    (other / "extra.jsonl").write_text("{}\n", "utf-8")
    manifest.write("mine", told.recipe, told.model, other)
    sets.install(other, home, "mine")
    assert [held.name for held in sets.every(home)] == ["mine", f"mine-{told.digest[:8]}"]
    assert sets.find(home, "mine").manifest.digest != told.digest
    with pytest.raises(NotFound, match=r"no test set 'x': there are mine, mine-"):
        sets.find(home, "x")


def test_what_cannot_be_built_is_one_line(recipe, tmp_path):
    none = replace(recipe, steps=(Choice("length", {"min_length": 100_000}),))
    with pytest.raises(Unreadable, match="nothing is left after length"):
        build.build("x", none, tmp_path / "work", tmp_path / "out", QUIET)
    with pytest.raises(BadRequest, match="no 'colour' among steps: choose one of decontaminate"):
        build.build(
            "x", replace(recipe, steps=(Choice("colour"),)), tmp_path / "work", tmp_path / "out", QUIET
        )
    with pytest.raises(BadRequest, match="two collections are called 'main'"):
        build.build(
            "x", replace(recipe, sources=recipe.sources[:1] * 2), tmp_path / "work", tmp_path / "out", QUIET
        )
