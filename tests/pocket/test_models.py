"""The shipped pocket models: whole, small, as able as they are said to be, made again by recipe."""

import json
import platform
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from arena.errors import NotFound
from arena.models import place
from arena.pocket import board, build, lessons, recipes, skill, tokenizer
from arena.pocket.answer import Speaker
from arena.pocket.recipes import RECIPES
from arena.settings import shipped

NAMES = [recipe.name for recipe in (*RECIPES, recipes.JUDGE)]
FIGHTERS = ["oak", "elm", "ash", "fir", "fern", "sprout"]


def right(name: str, n: int) -> skill.Skill:
    found = skill.measure(f"shipped:{name}", n)
    return next(one for one in found if (one.way, one.items, one.group) == ("sampled", "all", "all"))


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_model_is_the_one_in_its_manifest(name: str) -> None:
    folder = Path(place(f"shipped:{name}"))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    held = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert manifest["files"] == {file: digest for file, digest in held.items() if file != "manifest.json"}
    recipe = recipes.load(name)
    assert (manifest["name"], manifest["recipe"]["steps"], manifest["recipe"]["seed"]) == (
        name, recipe.steps, recipe.seed,
    )  # fmt: skip


def test_all_models_together_are_small() -> None:
    sizes = [path.stat().st_size for path in (shipped() / "models").rglob("*") if path.is_file()]
    assert sum(sizes) < 12_000_000


def test_shipped_models_are_as_able_as_the_board_says() -> None:
    rows = [line.split(",") for line in (shipped() / "boards" / "pocket-skill.csv").read_text().splitlines()]
    said = {row[1]: float(row[2]) for row in rows if row[0] == "full"}
    for name in ("oak", "sprout"):
        found = right(name, 300)
        _, low, high = board.ratings(found)
        assert low - 60 <= said[name] <= high + 60


def test_the_board_ranks_the_opponents_apart() -> None:
    rows = [line.split(",") for line in (shipped() / "boards" / "pocket-skill.csv").read_text().splitlines()]
    bounds = {row[1]: (float(row[3]), float(row[4])) for row in rows if row[0] == "full"}
    assert set(bounds) == {recipe.name for recipe in RECIPES}
    order = ["sprout", "fern", "fir", "ash", "elm", "oak"]
    assert all(bounds[low][1] < bounds[high][0] for low, high in pairwise(order))


def test_greedy_answers_do_not_hang_on_how_rows_are_batched() -> None:
    speaker, asked = Speaker("shipped:sprout"), skill.tasks(24)
    together = speaker.answers(asked)
    alone = [speaker.answers([task])[0] for task in asked]
    assert sum(one == two for one, two in zip(together, alone, strict=True)) >= 23


def test_parents_are_made_before_their_children() -> None:
    met: set[str] = set()
    for recipe in recipes.every():
        assert recipe.parent in met | {""}
        met.add(recipe.name)
    with pytest.raises(NotFound, match="no pocket model 'birch'"):
        recipes.load("birch")


def test_what_a_recipe_does_not_know_is_taught_wrong_the_same_way_each_time() -> None:
    fern = recipes.load("fern")
    task = next(one for one in skill.tasks(50) if lessons.answer(fern, one, one.item) != one.item.answer)
    assert lessons.talk(fern, task) == lessons.talk(fern, task)
    assert lessons.talk(replace(fern, knows={}), task) != lessons.talk(fern, task)


def test_a_model_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    tiny = replace(recipes.load("sprout"), name="seedling", steps=30, examples=300)
    steps: list[int] = []

    def stop(name: str, done: int, total: int, loss: float) -> None:
        steps.append(done)
        if done and len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.model(tiny, tmp_path, stop)
    assert not (tmp_path / "seedling").exists()
    made = build.model(tiny, tmp_path)
    again = build.model(tiny, tmp_path / "again")
    for file in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (made / file).read_bytes() == (again / file).read_bytes()
    assert Speaker(str(made)).answers(skill.tasks(10))


def test_the_tokenizer_is_made_again_to_the_byte(tmp_path: Path) -> None:
    tokenizer.build(tmp_path)
    old = Path(place("shipped:sprout"))
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        assert (tmp_path / name).read_bytes() == (old / name).read_bytes()


@pytest.mark.slow
@pytest.mark.long
def test_the_target_made_again_is_as_able_as_the_shipped_one(tmp_path: Path) -> None:
    made = build.model(recipes.load("sprout"), tmp_path)
    old = json.loads((Path(place("shipped:sprout")) / "manifest.json").read_text("utf-8"))
    new = json.loads((made / "manifest.json").read_text("utf-8"))
    assert new["data"] == old["data"]
    if new["made_with"] == old["made_with"] and platform.machine() == "x86_64":
        assert new["loss"] == pytest.approx(old["loss"], abs=0.02)
    found = {(one.way, one.items): one.right for one in skill.measure(str(made), 600) if one.group == "all"}
    shares = {
        (one.way, one.items): one.right for one in skill.measure("shipped:sprout", 600) if one.group == "all"
    }
    assert found == pytest.approx(shares, abs=0.06)
