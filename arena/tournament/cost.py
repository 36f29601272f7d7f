"""What a tournament would play and cost: the dry run. Counted where it can be, else from a short probe.

Tokens are estimated from the texts (about four characters each). The price of people is that of the paper:
it puts a million battles at a year of human votes, and its own way at nine days of 16 GPUs. Leaves out the
probe (`arena.tournament.probe`) and prices of servers, which nobody here knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb, isnan, nan

from arena import plugins
from arena.errors import ArenaError
from arena.pairing.types import Entry
from arena.plugins import Choice
from arena.ratings import anytime, outlook
from arena.tournament import probe as probing
from arena.tournament import spread
from arena.tournament.config import Tournament
from arena.tournament.facts import Line
from arena.tournament.reading import field_of, prompts
from arena.tournament.users import USERS

PAIRING = "arena.pairing"

_CHARACTERS, _RUBRIC = 4.0, 600
"""Characters per token, and tokens of a judge's rubric."""
_SAID = 80
"""Characters that a simulated user says in a turn."""
_VERDICT = 250
"""Tokens of an explanation with its scores."""
_BYTES, _ROW = 4.5, 900
"""Bytes on disk per token of text, and of everything around a row."""
_HUMAN_YEAR, _PAPER_DAYS, _PAPER_BATTLES = 365.0, 9.0, 1_000_000
"""What the paper states (v1): a million votes take people a year, its arena nine days."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do, at most."""

    prompts: int
    battles: int
    games: int
    answers: int
    prompt_tokens: int
    """Tokens of prompts that models read."""
    answer_tokens: int
    """Tokens that models write, at most."""
    judge_tokens: int
    """Tokens that the judge reads and writes."""


def counted(config: Tournament) -> Counts:
    """Counts of a tournament, from its prompts and its plan.

    Raises:
        BadRequest: the plan cannot work with these models; says why.
    """
    entries: list[Entry] = []
    turns = characters = 0
    users = [
        (user, int(getattr(plugins.config(USERS, user), "turns", 0)))
        for user in config.users or (Choice("plain"),)
    ]
    for prompt in prompts(config):
        cluster = prompt.categories[0] if prompt.categories else ""
        for user, more in users:
            entries.append(Entry(f"{prompt.id} {user.name} {len(entries)}", f"{cluster}, {user.name}"))
            turns += len(prompt.turns) + more
            characters += sum(map(len, prompt.turns)) + more * _SAID
    chosen = field_of(config, entries)
    options = plugins.config(PAIRING, config.pairing)
    battles = int(plugins.load(PAIRING, config.pairing.name).estimate(options, chosen))
    answers = min(2 * battles, len(entries) * len(config.models)) * config.samples
    each = characters / max(len(entries), 1) / _CHARACTERS
    rounds = turns / max(len(entries), 1)
    written = sum((model.sampling or config.sampling).max_tokens for model in config.models)
    written_each = rounds * written / max(len(config.models), 1)
    read_each = each + _RUBRIC + 2 * written_each
    return Counts(
        prompts=len(entries),
        battles=battles,
        games=battles * config.games,
        answers=answers,
        prompt_tokens=round(answers * each * max(1.0, (rounds + 1) / 2)),
        answer_tokens=round(answers * written_each),
        judge_tokens=round(battles * config.games * (read_each + _VERDICT)),
    )


def disk(counts: Counts) -> float:
    """Bytes that the facts take, at most."""
    rows = counts.answers + counts.battles + counts.games
    return _BYTES * (counts.answer_tokens + counts.games * _VERDICT) + _ROW * rows


def estimate(config: Tournament, *, probe: bool = True) -> tuple[Line, ...]:
    """The dry run.

    Raises:
        ArenaError: the plan cannot work, or a model that is probed cannot answer.
    """
    return tuple(_lines(config, measure=probe))


def _lines(config: Tournament, *, measure: bool) -> Iterator[Line]:
    counts = counted(config)
    most = "at most: every answer as long as max_tokens allows"
    yield Line("prompts", counts.prompts, "", "counted")
    yield Line("battles", counts.battles, "", f"counted: {config.pairing.name}")
    yield Line("games", counts.games, "", f"{config.games} per battle")
    yield Line("answers", counts.answers, "", "one per model and prompt that meet")
    yield Line("prompt tokens", counts.prompt_tokens, "", "about four characters each")
    yield Line("answer tokens", counts.answer_tokens, "", most)
    yield Line("judge tokens", counts.judge_tokens, "", most)
    timed = tuple(_minutes(config, counts)) if measure else ()
    yield from timed
    yield from _width(config, counts, timed[0] if timed else None)
    yield Line("disk", round(disk(counts) / 1e6, 1), "MB", most)
    years = counts.battles / _PAPER_BATTLES
    people = years * _HUMAN_YEAR
    note = "the paper's figure for human votes: a year for a million battles; its own way took nine days"
    yield Line("human annotation", round(people, 2), "days", note)
    yield Line("paper's arena", round(years * _PAPER_DAYS, 3), "days", "on 16 GPUs: 40 times faster")


def _width(config: Tournament, counts: Counts, minutes: Line | None) -> Iterator[Line]:
    """How sure the ranking will be, what half of that costs, and what stopping early is worth."""
    models = len(config.models)
    if models < 2 or not counts.battles:
        return
    half = outlook.expected(models, counts.battles)
    note = "expected half of a 95 % interval after all battles, of models that are about even"
    yield Line("interval", round(half, 1), "Elo", note)
    more = 3 * counts.battles
    each = "" if minutes is None or isnan(minutes.value) else f" and {3 * minutes.value:,.1f} min more"
    yield Line("half of that", more, "battles more", f"{half / 2:.1f} Elo: four times the battles{each}")
    if config.separate:
        pairs = comb(models, 2)
        times = anytime.price(config.level, pairs)
        told = f"the first {config.separate} at {100 * config.level:g} %, over all looks and {pairs} pairs"
        note = f"{told}: that needs {times:.1f} times the battles of one look at one pair"
        yield Line("stops early", config.separate, "models apart", note)


def _minutes(config: Tournament, counts: Counts) -> Iterator[Line]:
    """Time for everything, from a few answers of the first model and games between them."""
    try:
        spent = probing.spent(config)
        seconds = spent.answer * counts.answers + spent.game * counts.games
        first = f"{probing.ROWS} answers of {config.models[0].name}"
        note = f"from {first} and games between them, one after the other"
    except ArenaError as error:
        spent, seconds, note = None, nan, str(error)
    yield Line("minutes", round(seconds / 60, 2), "min", note)
    if config.executor == "ray":
        opening = spent.opening + spent.again * (len(config.models) - 1) if spent else nan
        yield from spread.lines(config, seconds, opening, -(-(counts.answers + counts.games) // config.unit))
