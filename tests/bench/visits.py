"""What people do at the app: look at ranks, read battles, compare, vote; in a real browser, too.

Leaves out how an event is sent (`client`) and how many people there are (`load`).
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.bench import crowd
from tests.bench.client import WAIT, Client, Notes

BOARD = "crowd"
NEXT = re.compile(r'<a href="([^"]*)"[^>]*data-key="n"')
ROW = re.compile(r'<a href="([^"]*)"[^>]*class="row')


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
