"""A tournament streams: memory does not grow with the battles."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import json, sys
from pathlib import Path
from arena.plugins import Choice
from arena.backends.types import Sampling
from arena.tournament.config import Contestant, Tournament
from arena.tournament.play import Scene, play
from tests.tournament.build import prompts, recorded
folder, models, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
source = prompts(size)
named = {f"m{n}": n / models for n in range(models)}
fight = tuple(Contestant(name, recorded(folder, name, skill, source)) for name, skill in named.items())
config = Tournament("t", source, fight, Choice("verifier"), sampling=Sampling(max_tokens=16), unit=256)
told, seen, every = 0, [], int(sys.argv[4])
peak = lambda: next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
for unit in play(config, Scene(folder / "work")):
    if unit.step == "games" and unit.done >= told + every:
        told = unit.done
        seen.append((told // 2, peak() // 1024))
        print(json.dumps(seen[-1]), flush=True)
"""


def test_memory_stays_where_it_is_while_battles_grow(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), "16", "120", "6000"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1200).stdout
    seen = [json.loads(line) for line in told.splitlines()]
    (first, early), (last, late) = seen[0], seen[-1]
    assert last >= 4 * first
    per_battle = (late - early) * 2**20 / (last - first)
    assert late + per_battle * 1_000_000 / 2**20 < 2000, f"{late} MB, {per_battle:.0f} bytes a battle"
