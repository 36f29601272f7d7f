"""What `arena check` makes of its words: paths that an app in another folder finds, too."""

from pathlib import Path

import pytest

from arena.cli import checks


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("rows.jsonl", "a=b.jsonl"):
        (tmp_path / name).write_text("{}\n")
    return tmp_path


def test_rows_of_a_model_are_found_from_anywhere_whatever_its_name(here: Path) -> None:
    assert checks.rows("z=rows.jsonl") == f"z={here}/rows.jsonl"
    assert checks.rows("org/model=rows.jsonl") == f"org/model={here}/rows.jsonl"
    assert checks.rows("org/model=a=b.jsonl") == f"org/model={here}/a=b.jsonl"
    for slip in ("z", "z=", "z=none.jsonl"):
        assert checks.rows(slip) == slip


def test_a_collection_is_a_path_a_named_path_or_a_name(here: Path) -> None:
    assert checks.collection("rows.jsonl") == f"{here}/rows.jsonl"
    assert checks.collection("mt=rows.jsonl") == f"mt={here}/rows.jsonl"
    assert checks.collection("./a=b.jsonl") == f"{here}/a=b.jsonl"
    assert checks.collection("some-board") == "some-board"
