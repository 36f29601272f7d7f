"""Counts: a battle and a verdict for each number. For the tests of jobs; every fact is a real one."""

import time
from dataclasses import dataclass

from arena.errors import ArenaError
from arena.jobs.types import Cost, Desk
from arena.keys import key
from arena.preflight import Finding
from arena.types import Battle, Fact, Prompt, Response, Verdict

VERSION = 3
MODELS = ("left", "right")


@dataclass(frozen=True, slots=True)
class Config:
    """What is counted."""

    rows: int = 10
    """Battles."""
    board: str | None = "counted"
    """Board that they go to."""
    seconds: float = 0.0
    """That each takes."""
    bad: int = 0
    """Every so manieth verdict fails at first; 0: none."""
    crash: int = -1
    """Number at which it breaks off."""
    deaf: bool = False
    """Never asks whether it should stop."""
    size: int = 10
    """Characters of a response."""


def check(config: Config) -> tuple[Finding, ...]:
    """Red where there is nothing to count."""
    if config.rows < 1:
        return (Finding("red", "rows", f"{config.rows} rows are nothing to count: give rows of 1 or more"),)
    return (Finding("green", "rows", f"{config.rows} to count"),)


def plan(config: Config) -> tuple[Cost, ...]:
    """One battle a row."""
    return (Cost("battles", config.rows, "", "counted"),)


def reuses(config: Config) -> tuple[str, ...]:
    """Both models."""
    return MODELS


def gpu(config: Config) -> bool:
    """It needs none."""
    return False


def run(config: Config, desk: Desk) -> None:
    """Counts on from where it was."""
    done = desk.known()
    desk.step("counting", config.rows)
    for number in range(config.rows):
        if not config.deaf:
            desk.check()
        if number == config.crash:
            raise ArenaError(f"{number} cannot be counted: set crash to another number")
        facts = row(config, number, desk.attempt, desk.folder.name)
        fresh = [fact for fact in facts if fact.id not in done]
        if not fresh:
            continue
        time.sleep(config.seconds)
        desk.append(fresh)
        if facts[-1].status != "ok":
            desk.failure("unparsed", f"{number} was not read", "counting")
        desk.progress("counting", number + 1, config.rows)
    desk.note("all counted")


def row(config: Config, number: int, attempt: int, name: str) -> tuple[Fact, ...]:
    """The facts of one number."""
    prompt = key("prompt", config.board, str(number))
    a, b = (key("response", prompt, model) for model in MODELS)
    battle = key("battle", prompt, a, b)
    bad = attempt == 0 and config.bad and number % config.bad == 0
    texts = [(model, f"{model} says {number} ".ljust(config.size, ".")) for model in MODELS]
    return (
        Prompt(prompt, config.board or "", str(number), (f"Count to {number}.",), ("counting",)),
        *(Response(key("response", prompt, model), prompt, model, (text,)) for model, text in texts),
        Battle(battle, *MODELS, prompt=prompt, response_a=a, response_b=b, run=name),
        Verdict(
            key("verdict", battle),
            battle,
            "counter",
            winner=None if bad else ("a" if number % 3 else "b"),
            status="unparsed" if bad else "ok",
        ),
    )
