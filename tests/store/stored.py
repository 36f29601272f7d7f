"""Writes a home as this program leaves one, for programs to come: `python -m tests.store.stored FILE.zip`.

Made once for each schema, by the program that had it. Leaves out what belongs to one machine.
"""

import sys
import zipfile
from pathlib import Path

from arena.service import requests as ask
from arena.service.service import Service
from tests.jobs import rig
from tests.service import polled
from tests.store import build

_OWN = ("pid", "heartbeat", "log.txt", ".lock", "owner.json")
"""What speaks of one machine, or of one process."""


def lived(home: Path, sources: Path) -> None:
    """Three imports, a run, a board that was removed, two votes."""
    home.mkdir(parents=True)
    sources.mkdir(parents=True, exist_ok=True)
    run = rig.made(home / "runs", rows=6, bad=3)
    if rig.started(run).wait():
        raise SystemExit(run.log.read_text())
    winners = ("left", "right", "tie", "nobody")
    votes = build.votes(
        sources / "votes.csv", [(f"m{n % 5}", f"m{n % 7 + 5}", winners[n % 4]) for n in range(200)]
    )
    scores = {(f"q{q}", m): (q * 3 + k) % 10 + 1.0 for q in range(12) for k, m in enumerate("xyz")}
    (sources / "counts.csv").write_text(
        "model_a,model_b,win_a,win_b,tie,both_bad\nx,y,10,5,2,1\ny,z,3,9,0,0\n"
    )
    with Service(build.settings(home), "stored", packages=rig.PACKAGES) as arena:
        arena.bring(ask.Import(votes, "votes"))
        arena.bring(ask.Import(build.grades(sources / "j_single.jsonl", scores), "grades"))
        arena.bring(ask.Import(sources / "counts.csv", "counts"))
        arena.bring(ask.Import(votes, "gone"))
        arena.remove(ask.Remove("gone"))
        polled.bring(arena, sources, polled.records([(9.0, 1.0), (5.0, 5.0), (2.0, 8.0)]))
        for who in ("ann", "bob"):
            polled.voted(arena, who)


def packed(home: Path, file: Path) -> None:
    """The home as a small archive, always the same for the same files."""
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(home.rglob("*")):
            inside = path.relative_to(home)
            if path.is_file() and inside.parts[0] != "tmp" and path.name not in _OWN:
                info = zipfile.ZipInfo(inside.as_posix(), (2026, 11, 22, 0, 0, 0))
                info.compress_type = zipfile.ZIP_LZMA
                archive.writestr(info, path.read_bytes())


if __name__ == "__main__":
    place = Path("/srv/arena")  # it stands in the manifests, so that no machine's own folders do
    lived(place / "home", place / "sources")
    packed(place / "home", Path(sys.argv[1]))
