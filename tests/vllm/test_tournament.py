"""A tournament between two real vLLM servers, one of which is killed in the middle and started again."""

from collections import Counter
from pathlib import Path

from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.tournament.config import Contestant, Tournament
from arena.tournament.play import play
from arena.types import Battle, Fact, Prompt, Response, Verdict
from tests.tournament import build
from tests.vllm.served import Served

PROMPTS = 64


def tournament(servers: tuple[Served, Served]) -> Tournament:
    """Two models on their servers, the verifier, units of eight rows."""
    models = tuple(
        Contestant(name, Choice("openai", {"model": "tiny", "base_url": server.url, "concurrency": 8}))
        for name, server in zip(("one", "two"), servers, strict=True)
    )
    sampling = Sampling(1.0, max_tokens=16)
    return Tournament(
        "t", build.prompts(PROMPTS), models, Choice("verifier"), sampling=sampling, unit=8, canaries=0
    )


def test_nothing_is_lost_and_nothing_is_played_twice(servers: tuple[Served, Served], tmp_path: Path) -> None:
    before = servers[1].done()
    told: list[Fact] = []
    killed = False
    for unit in play(tournament(servers), build.scene(tmp_path)):
        told += unit.facts
        if not killed and sum(isinstance(fact, Response) and fact.model == "one" for fact in told) >= 16:
            servers[0].kill()
            servers[0].start()  # answers again in half a minute or so; the tournament waits
            killed = True
    facts = build.plain({fact.id: fact for fact in told if isinstance(fact, Prompt)}.values())
    facts |= build.plain(fact for fact in told if isinstance(fact, Response | Battle | Verdict))
    prompts = [fact for fact in facts.values() if isinstance(fact, Prompt)]
    responses = [fact for fact in facts.values() if isinstance(fact, Response)]
    assert killed
    assert Counter(fact.model for fact in responses) == {"one": len(prompts), "two": len(prompts)}
    assert not [fact for fact in responses if fact.status == "error"]
    assert sum(isinstance(fact, Battle) for fact in facts.values()) == len(prompts)
    assert sum(isinstance(fact, Verdict) for fact in facts.values()) == 2 * len(prompts)
    turns = sum(len(fact.turns) for fact in responses if fact.model == "two")
    # An empty answer is asked for again, which this model gives now and then; nothing else is.
    assert turns <= servers[1].done() - before <= turns + 6
