"""Tiny models, made once for all tests of training."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training import tiny


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("trl")
    return tiny.llama(tmp_path_factory.mktemp("models") / "llama")


@pytest.fixture(scope="session")
def neox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("trl")
    return tiny.neox(tmp_path_factory.mktemp("models") / "neox")


@pytest.fixture(scope="session")
def taught(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Llama after it learnt the facts."""
    from training.stages import sft

    folder = tmp_path_factory.mktemp("taught")
    config = replace(sft.POCKET, epochs=12, lr=1e-2, batch=8, micro=8)
    rows = tiny.sft_rows(folder / "rows.jsonl")
    return sft.train(config, rows, llama, folder / "model", tiny.Paper(folder / "desk")).folder


@pytest.fixture
def desk(tmp_path: Path) -> tiny.Paper:
    return tiny.Paper(tmp_path / "desk")
