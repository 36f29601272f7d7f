"""`--home` is understood before the verb and after it, and never swallows what is not its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from arena.cli.main import home_first


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["--home", "x", "boards"], ["--home", "x", "boards"]),
        (["boards", "--home", "x", "--json"], ["--home", "x", "boards", "--json"]),
        (["boards", "--home=x"], ["--home=x", "boards"]),
        (["import", "--", "--home"], ["import", "--", "--home"]),
        ([], []),
    ],
)
def test_home_goes_first(said: list[str], meant: list[str]) -> None:
    assert home_first(said) == meant


def test_the_home_that_is_named_is_that_of_plug_ins_and_runs(tmp_path: Path) -> None:
    """Test sets are looked for there, and room on its disk; both in processes that know no flag."""
    words = ["arena", "version", f"--home={tmp_path / 'there'}"]
    code = (
        f"import sys; sys.argv = {words!r}\nfrom arena.cli.main import main\ntry: main()\n"
        "except SystemExit: pass\nfrom arena.settings import Settings; print(Settings().home)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str(tmp_path / "there")


def test_a_home_after_the_verb_whose_path_says_lock_is_opened(tmp_path: Path) -> None:
    home = tmp_path / "a lock and a conflict"
    command = [sys.executable, "-m", "arena", "boards", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "lmsys-2024-05-27" in done.stdout
    assert (home / "arena.duckdb").is_file()
    (home / "arena.duckdb").write_bytes(b"no database at all" * 400)
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert "cannot be opened as a database" in broken.stderr
