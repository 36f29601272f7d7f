"""Reading a board of 10,000, 100,000 and 1,000,000 battles: page, facets, ranking, search, and the browser.

Half of the battles have one game by people, half two games by a machine; there are a tenth as many prompts,
2,000 of them with texts of all models. The targets are 300 ms at p95 for a list page, a facet change and a
plain ranking; `make bench` prints p50 and p95, nothing is asserted about seconds.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.service import Service
from tests.pages import conftest as pages
from tests.store import build

pytestmark = pytest.mark.bench
launch = pages.launch

ROWS = """
INSERT INTO boards (id, name, kind, shipped, created, battles, models, judges, clustered)
VALUES (77, 'rows', 'battles', false, now(), {n}, 40, ['gpt-4', 'human'], true);
INSERT INTO models SELECT 5000 + range, 'model-' || range FROM range(40);
INSERT INTO judges SELECT * FROM (VALUES (5001, 'gpt-4'), (5002, 'human'));
INSERT INTO prompts
SELECT md5('p' || i)::UUID, 'rows', 'n' || i,
       ['Question ' || i || ': how does thing ' || (i * 7919 % 10007) || ' work? '
        || repeat('more of the prompt ', 5)],
       [['math', 'code', 'writing', 'chat', 'facts'][1 + i % 5]], ['en', 'de', 'fr'][1 + i % 3], NULL
FROM range({n} // 10) t(i);
INSERT INTO battles
SELECT md5('b' || i)::UUID, 77, i, md5('p' || (hash(i) % ({n} // 10)))::UUID, 5000 + hash(i * 3) % 40,
       5000 + (hash(i * 3) % 40 + 1 + hash(i * 5) % 39) % 40, NULL, NULL, 1 + (i % 2), 1,
       TIMESTAMP '2025-01-01' + INTERVAL (i % 400) DAY,
       NULL, NULL
FROM range({n}) t(i);
INSERT INTO responses
SELECT uuid(), p.id, m.id, ['Answer of ' || m.name || '. ' || repeat('some words of an answer ', 20)], '', 0,
       100, 1, 2, 3, 'ok', NULL
FROM (SELECT id FROM prompts WHERE source = 'rows' LIMIT 2000) p,
     (SELECT * FROM models WHERE id BETWEEN 5000 AND 5039) m;
INSERT INTO verdicts
SELECT uuid(), id, 77, seq, prompt, model_a, model_b, games, turn, played,
       CASE WHEN games = 2 THEN 5001 ELSE 5002 END, g, g = 2, NULL, NULL, 1 + hash(seq * g) % 10,
       1 + hash(seq * g + 7) % 10, 1, 'The answer of one side is better because of reason '
       || (seq % 1000) || ' alone',
       '', CASE WHEN hash(seq + g) % 200 = 0 THEN 'unparsed' ELSE 'ok' END, 200, 900
FROM battles, (SELECT unnest([1, 2]) AS g) WHERE board = 77 AND g <= games;
"""
FACETS = (
    Filters(),
    Filters(winner="a"),
    Filters(category="math"),
    Filters(language="de"),
    Filters(judge="gpt-4"),
    Filters(flipped=True),
    Filters(failed=True),
    Filters(a="model-3"),
    Filters(a="model-3", b="model-7"),
)


def fill(home: Path, battles: int) -> None:
    """A home with a board of that many battles."""
    with Service(build.settings(home), "bench") as service, service.database.write() as cursor:
        cursor.execute(ROWS.format(n=battles))


def timed(run: Callable[[], object], times: int = 20) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after one warm-up."""
    run()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def told(name: str, took: tuple[float, float]) -> None:
    print(f"  {name:44} p50 {took[0]:8.1f} ms   p95 {took[1]:8.1f} ms")


@pytest.mark.parametrize("battles", [10_000, 100_000, 1_000_000])
def test_the_service(battles: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home, battles)
    with Service(build.settings(home), "bench") as service:
        print(f"\n{battles:,} battles")
        start = time.perf_counter()
        first = service.battles(ask.Battles("rows"))
        print(f"  {'first page after a write':44} once {1000 * (time.perf_counter() - start):7.1f} ms")
        told("list page", timed(lambda: service.battles(ask.Battles("rows", after=first.next))))
        for filters in FACETS:
            on = " ".join(str(value) for name in filters.__slots__ if (value := getattr(filters, name)))
            asked = ask.Battles("rows", filters)
            told(f"list page, {on or 'all'}", timed(lambda asked=asked: service.battles(asked)))
            counted = look.Facets("rows", filters)
            told("  its facets", timed(lambda counted=counted: service.perform(counted), 8))
        told("open a battle", timed(lambda: service.battle(ask.Battle(first.battles[9].id, "rows"))))
        plain, code = RankSettings(cluster="battle"), Filters(category="code")
        told("plain ranking", timed(lambda: service.leaderboard(ask.Leaderboard("rows", plain, code))))
        told("ranking, by prompt", timed(lambda: service.leaderboard(ask.Leaderboard("rows")), 5))
        found = (Filters(search=f"reason {number} ") for number in range(100))
        told("search, a new text", timed(lambda: service.battles(ask.Battles("rows", next(found))), 5))
        assert len(first.battles) == 50


@pytest.fixture
def million(launch: Callable[..., pages.App], tmp_path: Path) -> Iterator[pages.App]:
    """The app with 1,000,000 battles."""
    fill(tmp_path / "home", 1_000_000)
    return launch(tmp_path / "home")


def test_the_browser(million: pages.App, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{million.url}/battles?board=rows")
    expect(page.locator(".total")).to_be_visible(timeout=60_000)

    def go(query: str, ready: str) -> tuple[Any, Any]:
        """Milliseconds until the list has changed, and until the counts have."""
        return page.evaluate(
            """([query, ready]) => new Promise(done => {
                const start = performance.now(), old = document.querySelector('#rows .rows');
                const counted = () => document.querySelector('.summary')?.outerHTML.includes(ready)
                    && !document.body.classList.contains('stale');
                let list;
                const look = () => {
                    const now = performance.now() - start;
                    if (!list && document.querySelector('#rows .rows') !== old) list = now;
                    list && counted() ? done([list, now]) : requestAnimationFrame(look);
                };
                history.pushState({}, '', query);
                arena.told(query);
                look();
            })""",
            [query, ready],
        )  # fmt: skip

    took = []
    for number in range(24):
        kind = ("category=math", "winner=a", "judge=gpt-4", "language=de")[number % 4]
        took.append(go(f"?board=rows&{kind}&a=model-{number}", f"model-{number}"))
        page.wait_for_timeout(100)
    print("\nin the browser, 1,000,000 battles, facet changes")
    for at, name in enumerate(("list shown", "counts shown too")):
        values = [pair[at] for pair in took[2:]]
        told(name, (statistics.median(values), statistics.quantiles(values, n=20)[-1]))
    assert len(took) == 24
