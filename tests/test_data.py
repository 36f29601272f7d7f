"""The shipped data: complete, unchanged, explained, and figure for figure what its sources say."""

import csv
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

DATA = Path(__file__).parent.parent / "data"
MANIFEST = json.loads((DATA / "boards" / "manifest.json").read_text("utf-8"))
FILES = [*MANIFEST["boards"], MANIFEST["name_map"]]
COLUMNS = {"mix": "mix m", "hard": "hard h", "diverse": "diverse d", "lmsys-en": "lmsys lmsys"}


def named(entry: dict[str, Any]) -> str:
    return str(entry["file"])


def board(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / "boards" / f"{name}.csv", float_precision="round_trip")


def same(shipped: pd.DataFrame, source: pd.DataFrame, key: list[str]) -> None:
    """Fails unless both hold the same rows, to the last digit, in whatever order."""
    left, right = (frame.sort_values(key).reset_index(drop=True) for frame in (shipped, source))
    pd.testing.assert_frame_equal(left, right, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("entry", FILES, ids=named)
def test_every_file_is_the_one_in_the_manifest(entry: dict[str, Any]) -> None:
    text = (DATA / entry["file"]).read_bytes()
    assert sha256(text).hexdigest() == entry["sha256"]
    assert len(list(csv.reader(text.decode("utf-8").splitlines()))) == entry["rows"] + 1


@pytest.mark.parametrize("entry", FILES, ids=named)
def test_the_readme_explains_every_file(entry: dict[str, Any]) -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    assert entry["file"] in readme
    assert entry["sha256"] in readme
    assert entry["source"] in readme
    assert entry["licence"] in readme
    for column in (DATA / entry["file"]).read_text("utf-8").split("\n", 1)[0].split(","):
        assert f"`{column}`" in readme


def test_nothing_is_shipped_beside_the_manifest() -> None:
    stray = {path.name for path in (DATA / "boards").iterdir()} - {Path(named(entry)).name for entry in FILES}
    assert stray == {"manifest.json"}
    assert {path.name for path in DATA.iterdir()} - {"local"} == {
        "README.md",
        "boards",
        "measured",
        "models",
        "name_map.csv",
        "pictures",
        "presets",
        "studies",
    }


def test_every_model_is_explained_and_whole() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    for folder in (DATA / "models").iterdir():
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        held = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert held.items() - {("manifest.json", held["manifest.json"])} == manifest["files"].items()
        assert f"`models/{folder.name}`" in readme
        assert held["model.safetensors"] in readme


@pytest.mark.parametrize("entry", MANIFEST["boards"], ids=named)
def test_every_board_can_stand_on_a_page(entry: dict[str, Any]) -> None:
    frame = board(entry["board"])
    assert entry["file"] == f"boards/{entry['board']}.csv"
    if entry["kind"] == "pairs":
        assert (frame[["win_a", "win_b", "tie", "both_bad"]].sum(axis=1) > 0).all()
        assert (frame["model_a"] < frame["model_b"]).all()
    else:
        assert entry["kind"] == "published"
        assert not frame.duplicated([name for name in ("category", "model") if name in frame]).any()
        assert "low" not in frame or frame.eval("low <= rating <= high").all()
        assert not entry["category"] or entry["category"] in set(frame["category"])


def test_the_name_map_leads_to_models_on_the_boards() -> None:
    names = pd.read_csv(DATA / "name_map.csv")
    known = {*board("lmsys-2024-05-27")["model"], *board("lmsys-2024-08-22")["model"]}
    assert not names.duplicated(["source", "source_name"]).any()
    assert set(names["match"]) == {"exact", "approx"}
    assert names["lmsys_key"].notna().all()
    assert len(set(names["lmsys_key"]) & known) >= 100


def test_votes_are_those_of_the_source(shared: Path) -> None:
    source = pd.read_parquet(shared / "votes" / "lmsys_pairs_20240814.parquet")
    shipped = board("lmsys-votes-2024-08-14")
    same(shipped, source.rename(columns={"tie_bothbad": "both_bad"}), ["model_a", "model_b"])
    assert shipped[["win_a", "win_b", "tie", "both_bad"]].to_numpy().sum() == 1_670_250


def test_the_board_by_category_is_that_of_the_source(shared: Path) -> None:
    source = pd.read_parquet(shared / "boards" / "lmsys_20240527.parquet")
    bounds = {"rating_q025": "low", "rating_q975": "high"}
    source = source.rename(columns={**bounds, "num_battles": "battles", "final_ranking": "rank"})
    shipped = board("lmsys-2024-05-27")
    same(shipped, source[list(shipped)], ["category", "model"])
    assert shipped.groupby("category").size().to_list() == [102] * 12


def test_the_board_of_august_is_that_of_the_source(shared: Path) -> None:
    source = pd.read_parquet(shared / "boards" / "lmsys_history_to_2024-08-22.parquet")
    source = source[source["date"] == "2024-08-22"]
    assert set(source["kind"]) == {"bt"}
    same(board("lmsys-2024-08-22"), source.rename(columns={"elo": "rating"})[["model", "rating"]], ["model"])


@pytest.mark.parametrize("name", COLUMNS)
def test_the_table_of_the_paper_is_carried_over(shared: Path, name: str) -> None:
    column, short = COLUMNS[name].split()
    table = pd.read_csv(shared.parent / "reference" / "wizardarena_elo.csv").dropna(subset=[column])
    source = table[["model"]].assign(
        rating=table[column],
        low=table[column] - table[f"{short}_lo"],
        high=table[column] + table[f"{short}_hi"],
    )
    same(board(f"wizardarena-{name}"), source, ["model"])


def test_the_name_map_is_the_one_that_was_compiled(shared: Path) -> None:
    assert (DATA / "name_map.csv").read_bytes() == (shared / "name_map.csv").read_bytes()
