"""Many people at the app at once: what its pages ask, asked as a browser asks it, and how long each took.

    python -m tests.bench.load FOLDER [--battles N] [--clients 50] [--voters 5] [--seconds 120] [--to FILE]

A real app on a home with a board of `crowd`; clients that open pages, turn them, open battles, and wait some
seconds between; others that vote without a pause; real browsers; a pocket tournament that is played and taken
in meanwhile. Every event goes the way the browser's does: posted straight or into Gradio's queue, whose
answers come as server-sent events. Leaves out what a single person's page takes (`test_browse_speed`).
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arena.people import PEOPLE
from arena.settings import Settings
from arena.store.database import Database
from tests.bench import crowd
from tests.bench.client import ROOT, Client, Notes, events
from tests.bench.scaling import machine
from tests.bench.visits import BOARD, REST, browser, reader, voter

PATIENCE = 24
"""Looks, 5 seconds apart, at what is taken in of a run that is over."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes, and for how long."""

    url: str
    known: dict[str, tuple[int, bool]]
    readers: int
    voters: int
    browsers: int
    seconds: float
    chromium: str | None = None


async def come(all_of: Crowd) -> Notes:
    """Lets them in, and waits until the last has gone."""
    notes = Notes()
    until = time.perf_counter() + all_of.seconds
    works: list[Coroutine[Any, Any, None]] = []
    for at in range(all_of.readers + all_of.voters):
        client = Client(all_of.url, all_of.known, notes, at)
        works.append((reader if at < all_of.readers else voter)(client, until))
    if all_of.chromium:
        works += [browser(all_of.url, notes, until, at, all_of.chromium) for at in range(all_of.browsers)]
    await asyncio.gather(*works)
    return notes


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The app on a home, as a process of its own; where it answers."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ARENA_")}
    command = [sys.executable, "-m", "arena", "--home", str(home), "serve", "--port", "0"]
    with (
        home.with_suffix(".log").open("w") as said,
        subprocess.Popen(
            command,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**own, "ARENA_POCKET": "off"},
        ) as process,
    ):
        try:
            assert process.stdout is not None
            yield next(line for line in process.stdout if "http://" in line).split()[-1]
        finally:
            process.terminate()
            process.wait(60)


def arena(home: Path, *words: str) -> Any:
    """A command beside the app."""
    command = [sys.executable, "-m", "arena", "--home", str(home), *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout)


def filled(folder: Path, battles: int) -> Path:
    """A home with a board of so many battles."""
    home = folder / f"load-{battles}"
    files = crowd.write(folder / f"crowd-{battles}", battles)
    arena(home, "import", str(files), "--board", BOARD)
    shutil.rmtree(files)
    return home


def stored(home: Path) -> int:
    """Votes in the database, once the app has let go of it."""
    with Database(Settings(home=home), "load") as database:
        found = database.row(
            "SELECT count(*) FROM verdicts v JOIN boards b ON b.id = v.board JOIN judges j ON j.id = v.judge "
            "WHERE b.name = $board AND regexp_full_match(lower(j.name), $people)",
            {"board": BOARD, "people": PEOPLE},
        )
    return int(found[0]) if found else 0


async def played(home: Path, run: str, notes: list[tuple[float, int]]) -> str:
    """Watches a run until it is over and taken in, noting (seconds, battles taken in); how it ended."""
    start, patience = time.perf_counter(), PATIENCE
    while True:
        told = await asyncio.to_thread(arena, home, "runs", "show", run)
        boards = await asyncio.to_thread(arena, home, "boards")
        taken = next((board["battles"] for board in boards if board["board"] == "pocket"), 0)
        notes.append((time.perf_counter() - start, taken))
        if (state := str(told["line"]["state"])) in ("done", "failed", "cancelled", "stopped", "dead"):
            patience -= 1
            still = len(notes) > 1 and notes[-2][1] == taken > 0
            if still or not patience:
                return state
        await asyncio.sleep(5)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it."""

    notes: Notes
    course: list[tuple[float, int]]
    """(seconds, battles of the tournament that were taken in)."""
    state: str
    """How the tournament ended."""
    stored: int
    """Votes in the database afterwards."""
    seconds: float

    @property
    def rate(self) -> float:
        """Battles taken in, a second, from the tournament's start to its end."""
        return self.course[-1][1] / max(self.course[-1][0], 1e-9)


async def both(all_of: Crowd, home: Path, run: str, course: list[tuple[float, int]]) -> tuple[Notes, str]:
    """The crowd, and the tournament beside it."""
    notes, state = await asyncio.gather(come(all_of), played(home, run, course))
    return notes, state


def loaded(home: Path, prompts: int, crowded: Callable[[str], Crowd]) -> Loaded:
    """Opens the app, starts a pocket tournament on so many prompts, and lets the crowd in."""
    start, course = time.perf_counter(), list[tuple[float, int]]()
    before = stored(home)
    with serving(home) as url:
        words = ("battle", "pocket", "--detach", "--again", "--set", f"prompts.options.n={prompts}")
        run = arena(home, *words)["id"]
        with ThreadPoolExecutor(1) as alone:  # of its own: a browser's test leaves a loop in the main thread
            notes, state = alone.submit(asyncio.run, both(crowded(url), home, run, course)).result()
        seconds = time.perf_counter() - start
    return Loaded(notes, course, state, stored(home) - before, seconds)


def main() -> None:
    """One load, told as a table and kept as a file."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    for name, default in (
        ("battles", 100_000),
        ("clients", 50),
        ("voters", 5),
        ("browsers", 2),
        ("seconds", 120),
    ):
        given.add_argument(f"--{name}", type=int, default=default)
    given.add_argument("--prompts", type=int, default=400, help="of the tournament beside it")
    given.add_argument("--to", type=Path)
    said = given.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    said.folder.mkdir(parents=True, exist_ok=True)
    busy = os.getloadavg()
    home = filled(said.folder, said.battles)
    known = events(home)
    came = loaded(
        home,
        said.prompts,
        lambda url: Crowd(
            url, known, said.clients - said.browsers, said.voters, said.browsers, said.seconds, program
        ),
    )
    shutil.rmtree(home)
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "load_before": busy,
        "battles": said.battles, "clients": said.clients, "voters": said.voters, "browsers": said.browsers,
        "rest_s": REST, "seconds": round(came.seconds, 1), "state": came.state,
        "ingest_per_s": round(came.rate, 1), "ingested": came.course[-1][1],
        "votes_sent": came.notes.votes, "votes_stored": came.stored,
        "errors": len(came.notes.wrong), "wrong": came.notes.wrong[:20],
        "milliseconds": came.notes.table(),
    }  # fmt: skip
    text = json.dumps(told, indent=1) + "\n"
    if said.to:
        said.to.parent.mkdir(parents=True, exist_ok=True)
        said.to.write_text(text)
    print(table(told))


def table(told: dict[str, Any]) -> str:
    """Pages and events as the README has them."""
    lines = ["| what | times | p50 | p95 | p99 | longest |", "|---|---|---|---|---|---|"]
    for name, (count, *marks) in told["milliseconds"].items():
        lines.append(f"| {name} | {count:,} | {' | '.join(f'{mark:,.0f}' for mark in marks)} |")
    said = f"errors {told['errors']}, votes {told['votes_sent']} sent and {told['votes_stored']} stored, "
    return "\n".join(
        [*lines, "", f"{said}{told['ingested']:,} battles taken in at {told['ingest_per_s']} a second"]
    )


if __name__ == "__main__":
    main()
