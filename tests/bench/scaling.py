"""How the arena grows: import, storage, ranking, lists and facets at 1e5, 1e6 and 1e7 battles.

    python -m tests.bench.scaling FOLDER [--battles 100000 1000000 10000000] [--to data/measured/scaling.json]

Writes each size's board (`crowd`) into FOLDER, brings it in by the normal way, asks it what pages ask, in a
process of its own each, so that each has a peak of its own; then removes it. The file is written anew after
each size. Leaves out the picture and the tables (`scaling_told`).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from arena import importing
from arena.filters import Filters
from arena.keys import file_hash
from arena.ratings import rank
from arena.ratings.types import RankSettings
from arena.reading import planned
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.service import Service
from arena.settings import Settings
from arena.store import boards, evidence
from arena.store.database import Database
from tests.bench import crowd

SIZES = [100_000, 1_000_000, 10_000_000]
BOARD = "crowd"
Figures = dict[str, Any]


def peak() -> int:
    """Most memory that this process ever held, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def size(place: Path) -> int:
    """Bytes of a file or of all files in a folder."""
    found = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in found)


def seconds(run: Callable[[], object]) -> tuple[float, float]:
    """(on the wall, of the processor)."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def asked(run: Callable[[], object], times: int) -> list[float]:
    """[p50, p95] in milliseconds after one warm-up."""
    run()
    took = sorted(1000 * seconds(run)[0] for _ in range(times))
    return [statistics.median(took), took[min(times - 1, int(0.95 * times))]]


def bring(folder: Path, home: Path) -> Figures:
    """The import in its two halves: reading into the normal form, and adding that to the database."""
    settings = Settings(home=home)
    plan = planned(folder, BOARD)
    files = [path for path, _ in plan.files]
    read = seconds(lambda: importing.read(settings.scratch, plan))
    low = peak()
    with Database(settings, "bench") as database:
        reports = []
        added = seconds(lambda: reports.append(importing.bring(database, folder, BOARD)))
    hashed = seconds(lambda: [file_hash(path) for path in files])[0]
    report = reports[0]
    return {
        "rows": report.read, "kept": report.kept, "rejected": report.rejected, "facts": report.facts,
        "source_bytes": sum(path.stat().st_size for path in files), "hash_s": hashed,
        "read_s": read[0], "read_cpu_s": read[1], "read_peak_mib": low,
        "add_s": added[0], "add_cpu_s": added[1], "add_peak_mib": peak(),
        "import_bytes": size(settings.imports), "database_bytes": size(settings.database),
    }  # fmt: skip


def rated(home: Path) -> Figures:
    """Rows in the database to ratings with sandwich intervals, nothing kept: as the command line asks."""
    with Database(Settings(home=home), "bench") as database:
        board = boards.get(database, BOARD)
        found = {}
        for name, settings in (("plain", RankSettings(cluster="battle")), ("clustered", RankSettings())):

            def run(settings: RankSettings = settings) -> None:
                needs = rank.needs(settings.method)
                facts = evidence.gather(database, board, settings, Filters(), needs)
                assert len(rank.rank(facts, settings).ratings) == crowd.MODELS

            found[name] = [seconds(run) for _ in range(3)]
    return {
        **{f"{name}_s": statistics.median(wall for wall, _ in took) for name, took in found.items()},
        **{f"{name}_cpu_s": statistics.median(cpu for _, cpu in took) for name, took in found.items()},
        "peak_mib": peak(),
    }


def new(filters: Filters) -> Iterator[Filters]:
    """The same filters up to another day each, so that no answer is one that was kept."""
    return (replace(filters, until=date(2025, 6, 1) - timedelta(days=number)) for number in range(200))


def looked(home: Path) -> Figures:
    """What the pages ask, in the process of an app: p50 and p95 in milliseconds."""
    with Service(Settings(home=home), "bench") as service:
        first: list[ask.BattlePage] = []
        once = 1000 * seconds(lambda: first.append(service.battles(ask.Battles(BOARD))))[0]
        found: Figures = {"first_page_once_ms": once}
        last = service.database.row("SELECT max(seq) FROM battles")
        assert last is not None
        middle = f"{last[0] // 2}_00000000-0000-0000-0000-000000000000_0"
        listed = {
            "first_page_ms": ask.Battles(BOARD),
            "next_page_ms": ask.Battles(BOARD, after=first[0].next),
            "deep_page_ms": ask.Battles(BOARD, after=middle),
            "page_of_two_models_ms": ask.Battles(BOARD, Filters(a="model-003", b="model-090")),
        }
        for name, page in listed.items():
            found[name] = asked(lambda page=page: service.battles(page), 20)  # type: ignore[misc]
        battle = first[0].battles[9].id
        found["battle_ms"] = asked(lambda: service.battle(ask.Battle(battle, BOARD)), 20)
        days = new(Filters(category="math"))
        found["facets_ms"] = asked(lambda: service.perform(look.Facets(BOARD, next(days))), 8)
        for name, settings in (("rank_ms", RankSettings(cluster="battle")), ("clustered_ms", RankSettings())):
            days = new(Filters(category="code"))
            found[name] = asked(
                lambda settings=settings, days=days: service.leaderboard(  # type: ignore[misc]
                    ask.Leaderboard(BOARD, settings, next(days))
                ),
                8,
            )
        texts = (Filters(search=f"reason {number}.") for number in range(900, 950))
        found["search_ms"] = asked(lambda: service.battles(ask.Battles(BOARD, next(texts))), 3)
        found["export_1000_ms"] = 1000 * seconds(lambda: exported(service, 1000))[0]
        return {**found, "peak_mib": peak()}


def exported(service: Service, rows: int) -> None:
    """Streams some whole records, as an export does."""
    from arena.store import battles

    board = boards.get(service.database, BOARD)
    stream = battles.stream(service.database, board, RankSettings(), Filters())
    assert len(list(islice(stream, rows))) == rows


STEPS: dict[str, Callable[[Path, Path], Figures]] = {
    "bring": bring,
    "rate": lambda _, home: rated(home),
    "look": lambda _, home: looked(home),
}


def step(name: str, folder: Path, home: Path) -> Figures:
    """One step in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, str(folder), "--step", name, "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(place: Path, battles: int) -> Figures:
    """All figures of one size; leaves nothing behind."""
    folder, home = place / f"crowd-{battles}", place / f"home-{battles}"
    try:
        crowd.write(folder, battles)
        found = {"battles": battles, "prompts": max(1, battles // crowd.SHARED), "models": crowd.MODELS}
        found |= {name: step(name, folder, home) for name in STEPS}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
    return found


def machine() -> Figures:
    """What the figures hang on."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    total = next(int(line.split()[1]) for line in lines if line.startswith("MemTotal"))
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(total / (1 << 20), 1),
        "database_memory": Settings().memory,
        "python": sys.version.split()[0],
    }


def main() -> None:
    """Measures the sizes that are named, smallest first."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("folder", type=Path)
    given.add_argument("--battles", type=int, nargs="+", default=SIZES)
    given.add_argument("--to", type=Path)
    given.add_argument("--step", choices=list(STEPS))
    given.add_argument("--home", type=Path)
    said = given.parse_args()
    if said.step:
        print(json.dumps(STEPS[said.step](said.folder, said.home)))
        return
    told: Figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "load_before": os.getloadavg(),
    }
    told["sizes"] = []
    for battles in sorted(said.battles):
        start = time.perf_counter()
        told["sizes"].append(measure(said.folder, battles))
        text = json.dumps(told, indent=1) + "\n"
        print(f"{battles:,} battles: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        if said.to:
            said.to.parent.mkdir(parents=True, exist_ok=True)
            said.to.write_text(text)
    if not said.to:
        print(text, end="")


if __name__ == "__main__":
    main()
