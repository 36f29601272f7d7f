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
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from arena.people import PEOPLE
from arena.settings import Settings
from arena.store.database import Database
from tests.bench import crowd
from tests.bench.scaling import machine

ROOT = Path(__file__).parents[2]
BOARD = "crowd"
EVENTS = """
import json, sys
from pathlib import Path
from arena.pages import frame
from arena.service.service import Service
from arena.settings import Settings
with Service(Settings(home=Path(sys.argv[1])), "load") as service:
    found = {}
    for number, event in frame.blocks(service).fns.items():
        if event.fn is not None:
            found.setdefault(f"{event.fn.__module__.rpartition('.')[2]}:{event.name}", (number, event.queue))
print(json.dumps(found))
"""
"""Asks the app's own pages for the number of each event, and whether it waits in the queue."""
ALERT = re.compile(r'class="note error"[^>]*>(.*?)</p>')
NEXT = re.compile(r'<a href="([^"]*)"[^>]*data-key="n"')
ROW = re.compile(r'<a href="([^"]*)"[^>]*class="row')
NAMED = re.compile(r'"([a-z]+:[a-z]+)"')
"""Events as this file names them."""
WAIT = 120.0
"""Seconds after which an answer counts as lost."""


@dataclass(slots=True)
class Notes:
    """What was seen: milliseconds by name, and everything that went wrong."""

    took: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    votes: int = 0

    def saw(self, name: str, start: float) -> None:
        """Notes how long something took that began at `start`."""
        self.took.setdefault(name, []).append(1000 * (time.perf_counter() - start))

    def table(self) -> dict[str, list[float]]:
        """name -> [n, p50, p95, p99, longest]."""
        return {name: spread(took) for name, took in sorted(self.took.items())}


def spread(took: list[float]) -> list[float]:
    """[n, p50, p95, p99, longest], milliseconds."""
    ordered = sorted(took)
    marks = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99)]
    return [len(ordered), *(round(mark, 1) for mark in (*marks, ordered[-1]))]


def events(home: Path) -> dict[str, tuple[int, bool]]:
    """Each handler's first event: its number, and whether it is queued."""
    command = [sys.executable, "-c", EVENTS, str(home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, tuple[int, bool]] = json.loads(done.stdout.splitlines()[-1])
    return found


class Client:
    """One browser: its connection, its session, and what it saw."""

    def __init__(self, url: str, known: dict[str, tuple[int, bool]], notes: Notes, seed: int) -> None:
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=WAIT)
        self.known, self.notes, self.chance = known, notes, random.Random(seed)  # noqa: S311 - who looks at what
        self.session = f"load{seed}"
        self.query = ""

    async def page(self, path: str, query: str) -> None:
        """The page itself, as a new tab."""
        self.session, self.query = f"{self.chance.getrandbits(60):x}", query
        start = time.perf_counter()
        answer = await self.http.get(path + query)
        self.notes.saw(f"{path} html", start)
        if answer.status_code != 200:
            self.notes.wrong.append(f"{path}{query}: {answer.status_code}")

    async def event(self, name: str, data: list[Any], event: Any = None) -> list[Any]:
        """One event, posted or queued as the app has it; its outputs."""
        (found,) = await self.events((name, data), event=event)
        return found

    async def events(self, *asked: tuple[str, list[Any]], event: Any = None) -> list[list[Any]]:
        """Events that the page sends at once; their outputs, none where one went wrong."""
        works = [self.known[name] for name, _ in asked]
        body = {"event_data": event, "trigger_id": 0, "session_hash": self.session}
        bodies = [
            {**body, "data": data, "fn_index": number}
            for (number, _), (_, data) in zip(works, asked, strict=True)
        ]
        start = time.perf_counter()
        names = [name for name, _ in asked]

        def done(at: int) -> None:
            self.notes.saw(names[at], start)

        try:
            if works[0][1]:
                found = await self.queued(bodies, done)
            else:
                found = [await self.posted(bodies[0])]
                done(0)
        except (httpx.HTTPError, ValueError, TimeoutError) as error:
            self.notes.wrong.append(f"{', '.join(names)}: {type(error).__name__} {error}")
            return [[] for _ in asked]
        alerts = [said for outputs in found for text in outputs for said in ALERT.findall(str(text))]
        self.notes.wrong += [f"{', '.join(names)}: {said}" for said in alerts]
        return found

    async def posted(self, body: dict[str, Any]) -> list[Any]:
        """An event that waits for nobody."""
        answer = await self.http.post(f"/gradio_api/run/predict{self.query}", json=body)
        if answer.status_code != 200:
            raise ValueError(f"{answer.status_code} {answer.text[:200]}")
        found: list[Any] = answer.json()["data"]
        return found

    async def queued(self, bodies: list[dict[str, Any]], done: Callable[[int], None]) -> list[list[Any]]:
        """Events in Gradio's queue, and their answers from the session's stream."""
        places: dict[str, int] = {}
        for at, body in enumerate(bodies):
            joined = await self.http.post(f"/gradio_api/queue/join{self.query}", json=body)
            if joined.status_code != 200:
                raise ValueError(f"{joined.status_code} {joined.text[:200]}")
            places[joined.json()["event_id"]] = at
        found: dict[int, list[Any]] = {}
        stream = f"/gradio_api/queue/data?session_hash={self.session}"
        async with asyncio.timeout(WAIT), self.http.stream("GET", stream) as answer:
            async for line in answer.aiter_lines():
                told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if told.get("msg") == "unexpected_error":
                    raise ValueError(str(told)[:300])
                if told.get("msg") != "process_completed":
                    continue
                if not told["success"]:
                    raise ValueError(str(told["output"])[:300])
                at = places[told["event_id"]]
                found[at] = told["output"]["data"]
                done(at)
                if len(found) == len(bodies):
                    return [found[place] for place in range(len(bodies))]
        raise ValueError("the stream ended without an answer")


def asked(**words: str) -> str:
    """A query."""
    return f"?{urlencode(words)}"


async def ranks(client: Client) -> None:
    """The leaderboard under some filter, often one that nobody asked for before."""
    query = asked(board=BOARD, category=client.chance.choice(crowd.CATEGORIES), **day(client, 0.5))
    start = time.perf_counter()
    await client.page("/", query)
    await client.event("leaderboard:arrive", [])
    client.notes.saw("/ filled", start)
    await client.events(("leaderboard:body", [query]), ("leaderboard:rest", [query]))
    client.notes.saw("/ whole", start)


def day(client: Client, share: float) -> dict[str, str]:
    """Now and then a last day, which makes the filter a new one."""
    if client.chance.random() > share:
        return {}
    return {"until": f"20{client.chance.randrange(25, 40)}-{client.chance.randrange(1, 13):02d}-01"}


async def battles(client: Client) -> None:
    """A list, its next page, and a battle of it."""
    query = asked(board=BOARD, category=client.chance.choice(crowd.CATEGORIES), **day(client, 0.3))
    start = time.perf_counter()
    await client.page("/battles", query)
    listed = await client.event("battles:arrive", [])
    client.notes.saw("/battles filled", start)
    await client.event("battles:counts", [query, ""], query)
    await client.event("battles:near", [query, query, ""])
    client.notes.saw("/battles whole", start)
    for link in (NEXT, ROW):
        await rest(client)
        query, listed = await followed(client, query, listed, link)


async def followed(
    client: Client, before: str, listed: list[Any], link: re.Pattern[str]
) -> tuple[str, list[Any]]:
    """Goes where a link of the list leads; the query that the page is at then, and what it shows."""
    places = [place.replace("&amp;", "&") for text in listed for place in link.findall(str(text))]
    if not places:
        client.notes.wrong.append(f"no link {link.pattern} in the list at {before}")
        return before, listed
    after = client.query = "?" + client.chance.choice(places).partition("?")[2]
    shown = await client.event("battles:follow", [before], {"query": after})
    await client.event("battles:counts", [after, before], after)
    await client.event("battles:near", [after, before, before])
    return after, shown


async def agreement(client: Client) -> None:
    """The board against the reference, and its deeper figures."""
    query = asked(board="wizardarena-mix", reference="wizardarena-lmsys-en")
    start = time.perf_counter()
    await client.page("/agreement", query)
    await client.event("agreement:arrive", [])
    client.notes.saw("/agreement filled", start)
    await client.event("agreement:deeper", [query])
    client.notes.saw("/agreement whole", start)


def plain(path: str, *names: str) -> Callable[[Client], Coroutine[Any, Any, None]]:
    """A page that is opened and read."""

    async def look(client: Client) -> None:
        query = asked(board=BOARD)
        start = time.perf_counter()
        await client.page(path, query)
        for at, name in enumerate(names):
            wanted = [query] if name == "judges:hangs" else [""] if name == "runs:look" else []
            await client.event(name, wanted)
            client.notes.saw(f"{path} {'whole' if at else 'filled'}", start)

    return look


PLACES: tuple[tuple[int, Callable[[Client], Coroutine[Any, Any, None]]], ...] = (
    (5, ranks),
    (5, battles),
    (2, agreement),
    (1, plain("/judges", "judges:arrive", "judges:hangs")),
    (1, plain("/runs", "runs:arrive")),
    (1, plain("/data", "data:arrive")),
)
"""How often each page is opened."""
REST = 10.0
"""Seconds, in the mean, that a reader looks at what stands there."""


async def rest(client: Client) -> None:
    """Reads."""
    await asyncio.sleep(client.chance.expovariate(1 / REST))


async def reader(client: Client, until: float) -> None:
    """Opens page after page."""
    await asyncio.sleep(client.chance.uniform(0, REST))
    while time.perf_counter() < until:
        look = client.chance.choices([one for _, one in PLACES], [often for often, _ in PLACES])[0]
        await look(client)
        await rest(client)
    await client.http.aclose()


async def voter(client: Client, until: float) -> None:
    """Votes, one battle after the other, as fast as the page gives them."""
    who = f"{client.chance.getrandbits(128):032x}"
    await client.page("/vote", asked(board=BOARD))
    shown = await client.event("vote:arrive", ["", json.dumps({"who": who, "name": "", "skipped": []})])
    while time.perf_counter() < until and shown:
        query = str(shown[-1])
        battle = dict(parse_qsl(query.removeprefix("?"))).get("id", "")
        held = json.dumps({"who": who, "battle": battle, "drawn": "unsure"})
        choice = client.chance.choice(["first", "second", "tie", "both_bad"])
        said = {"do": "vote", "battle": battle, "choice": choice, "took": 5000, "comment": "", "voter": held}
        seen = len(client.notes.wrong)
        told = await client.event("vote:act", [query], said)
        client.notes.votes += bool(told) and len(client.notes.wrong) == seen
        await client.event("vote:figures", [query, held])
        await asyncio.sleep(client.chance.uniform(0.2, 1.0))
        shown = await client.event("vote:act", [query], {"do": "next", "voter": held, "battle": battle})
    await client.http.aclose()


async def browser(url: str, notes: Notes, until: float, seed: int, program: str) -> None:
    """A real Chromium that opens pages and waits until they are filled."""
    from playwright.async_api import async_playwright

    chance = random.Random(seed)  # noqa: S311 - which page is next
    places = (
        (f"/?board={BOARD}", ".standings tbody tr"),
        (f"/battles?board={BOARD}", "a.row"),
        (f"/vote?board={BOARD}", "[data-choice]"),
        ("/agreement?board=wizardarena-mix&reference=wizardarena-lmsys-en", "#scatter .main-svg"),
    )
    async with async_playwright() as played:
        chromium = await played.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await chromium.new_page()
        page.set_default_timeout(1000 * WAIT)
        page.on("pageerror", lambda error: notes.wrong.append(f"browser: {error}"))
        while time.perf_counter() < until:
            place, sign = chance.choice(places)
            start = time.perf_counter()
            await page.goto(url + place)
            await page.locator(sign).first.wait_for()
            notes.saw(f"in Chromium {place.partition('?')[0]}", start)
            await asyncio.sleep(chance.expovariate(1 / REST))
        await chromium.close()


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
            yield process.stdout.readline().split()[-1]
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
    """Watches a run until it is over, noting (seconds, battles taken in); how it ended."""
    start = time.perf_counter()
    while True:
        told = await asyncio.to_thread(arena, home, "runs", "show", run)
        boards = await asyncio.to_thread(arena, home, "boards")
        taken = next((board["battles"] for board in boards if board["board"] == "pocket"), 0)
        notes.append((time.perf_counter() - start, taken))
        if (state := str(told["line"]["state"])) in ("done", "failed", "cancelled", "stopped", "dead"):
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
        notes, state = asyncio.run(both(crowded(url), home, run, course))
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
