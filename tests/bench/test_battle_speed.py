"""Battles per second: a tournament of the pocket models beside a plain loop, and judging beside answering.

The plain loop asks one prompt at a time and lets the verifier decide. The second benchmark has servers that
take a fixed time for each request, so that it shows waiting only: how much of the judging hides behind the
answering. `make bench` prints the figures; nothing is asserted about seconds.
"""

import json
import time
from itertools import combinations
from pathlib import Path

import pytest

from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.pocket.answer import Speaker
from arena.pocket.parts import draw
from arena.pocket.verify import mark
from arena.tournament.config import Contestant, Tournament
from arena.tournament.play import Scene, play
from arena.types import Battle, Verdict
from tests.backends.server import Answer, Body, Server, serving

pytestmark = pytest.mark.bench

MODELS, PROMPTS = ("oak", "elm", "sprout"), 200
DELAY, MANY = 0.05, 4
"""Seconds that a server takes for one request, and how many requests it is sent at once."""


def plain() -> int:
    """What a first script does; the number of battles."""
    tasks = list(draw("panel", PROMPTS))
    scores = {}
    for model in MODELS:
        speaker = Speaker(f"shipped:{model}")
        scores[model] = [mark(task, speaker.answers([task], 0.7)[0]).score for task in tasks]
    ended = [scores[a][at] - scores[b][at] for a, b in combinations(MODELS, 2) for at in range(PROMPTS)]
    return len(ended)


def ours(folder: Path) -> int:
    models = tuple(
        Contestant(name, Choice("transformers", {"model": f"shipped:{name}", "device": "cpu"}))
        for name in MODELS
    )
    prompts = Choice("pocket", {"split": "panel", "n": PROMPTS})
    config = Tournament("t", prompts, models, Choice("verifier"), sampling=Sampling(0.7, max_tokens=40))
    facts = [fact for unit in play(config, Scene(folder)) for fact in unit.facts]
    assert sum(isinstance(fact, Verdict) for fact in facts) >= 2 * len(MODELS) * PROMPTS
    return sum(isinstance(fact, Battle) for fact in facts)


def test_battles_per_second(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    start = time.perf_counter()
    base = plain() / (time.perf_counter() - start)
    start = time.perf_counter()
    found = ours(tmp_path) / (time.perf_counter() - start)
    print(f"\n{len(MODELS)} pocket models, {PROMPTS} prompts, one thread, loading included")
    print(f"  plain loop, one game each  {base:7.1f} battles/s   1.0 x")
    print(f"  tournament, two games each {found:7.1f} battles/s {found / base:5.1f} x")
    assert found > base


def slow(body: Body, _: int) -> Answer:
    judged = "score" in json.dumps(body)
    said = json.dumps({"explanation": "as seen", "score_1": 7, "score_2": 6}) if judged else "EVEN."
    return Answer(said, wait=DELAY)


def test_judging_overlaps_answering(tmp_path: Path) -> None:
    with serving(slow) as one, serving(slow) as two, serving(slow) as judge:
        config = Tournament(
            "t",
            Choice("pocket", {"split": "panel", "n": 120}),
            tuple(Contestant(f"m{at}", asked(server)) for at, server in enumerate((one, two))),
            Choice("pairwise_score", {"backend": asked(judge)}),
            unit=16,
            canaries=0,
        )
        start = time.perf_counter()
        list(play(config, Scene(tmp_path)))
        whole = time.perf_counter() - start
    written = max(server.at[-1] for server in (one, two))
    early = sum(at < written for at in judge.at)
    print(f"\n{len(one.seen) + len(two.seen)} answers and {len(judge.seen)} games, {DELAY:.2f} s each")
    print(f"  {whole:.1f} s; {early} games were judged before the last answer was asked for")
    assert early, "judging waits for the last answer"


def asked(server: Server) -> Choice:
    return Choice("openai", {"model": "tiny", "base_url": server.url, "concurrency": MANY})
