"""One browser without a screen: pages by HTTP, events posted or queued as the app has them, what each took.

Leaves out who opens what (`visits`) and how many there are (`load`).
"""

import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
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
