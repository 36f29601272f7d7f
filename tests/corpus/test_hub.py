"""The hub: a name that does not fit, and no way to reach it, are one clear line each; nothing is stored."""

import subprocess
import sys
from pathlib import Path

import pytest

from arena.corpus.hub import named


def bring(home: Path, name: str) -> subprocess.CompletedProcess[str]:
    """With the hub's address set to a port of this machine where nobody listens."""
    command = [sys.executable, "-m", "arena", "--home", str(home), "import", name]
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin", "HF_HUB_ETAG_TIMEOUT": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=nowhere)


@pytest.mark.parametrize("name", ["hub:", "hub:nobody", "hub:a/b/c", "hub:/x"])
def test_a_name_that_is_none(home, name):
    done = bring(home, name)
    assert (done.returncode, done.stdout) == (1, "")
    assert "OWNER/NAME" in done.stderr


def test_offline_is_one_line(home):
    done = bring(home, "hub:lmsys/mt_bench_human_judgments")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("arena: hub:lmsys/mt_bench_human_judgments could not be fetched")


def test_a_path_is_no_hub_name():
    assert named(Path("data/hub")) is None
    assert named(Path("hub:lmsys/x")) == "lmsys/x"
