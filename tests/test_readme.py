"""What the README shows in Python runs as it stands, and prints what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECTION = (ROOT / "README.md").read_text("utf-8").partition("\n## From Python\n")[2].partition("\n## ")[0]


def test_the_python_of_the_readme_runs_and_prints_what_it_says(tmp_path: Path) -> None:
    program = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
    said = re.findall(r"```text\n(.*?)```", SECTION, re.DOTALL)
    assert len(program) == len(said) == 1
    rows = (
        f"ada,bob,model_a,q{n}\nbob,cleo,tie,q{n}\ncleo,ada,model_{'b' if n % 3 else 'a'},q{n}\n"
        for n in range(30)
    )
    (tmp_path / "battles.csv").write_text("model_a,model_b,winner,prompt\n" + "".join(rows))
    done = subprocess.run(
        [sys.executable, "-c", program[0]],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == said[0]
