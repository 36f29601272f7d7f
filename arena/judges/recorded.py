"""Verdicts that are there already, in any format that holds verdicts (our own export holds everything).

A verdict is found by the prompt's turns, the two models, which of them was shown first, and both answers'
texts where the file has them. What is missing becomes an error that names the game. Leaves out judging anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from arena.errors import ArenaError, NotFound
from arena.formats import catalog
from arena.formats.types import Source
from arena.judges.types import Game, Judge
from arena.keys import file_hash, key
from arena.preflight import Finding
from arena.types import Battle, Fact, Prompt, Response, Row, Verdict, Winner

_TURNED: dict[Winner, Winner] = {"a": "b", "b": "a", "tie": "tie", "both_bad": "both_bad"}


@dataclass(frozen=True, slots=True)
class Config:
    """Where the verdicts are, and whose."""

    path: str
    """A file, or a folder with questions, answers and verdicts, in any format that can be imported."""
    judge: str = ""
    """Whose verdicts; may stay empty where the file holds one judge's."""
    format: str = ""
    """Format of the file; empty: found out."""


def identity(config: Config) -> str:
    """Content key: of the files, and whose verdicts are taken."""
    told = [f"{path.name} {file_hash(path)}" for path, _ in _files(config)]
    return key("recorded verdicts", config.judge, *told)


def check(config: Config) -> tuple[Finding, ...]:
    """Reads what is there, once."""
    subject = f"verdicts in {config.path}"
    try:
        found = _read(config)
    except ArenaError as error:
        return (Finding("red", subject, str(error)),)
    return (Finding("green", subject, f"{sum(map(len, found.said.values())):,} games by {found.name}"),)


def open(config: Config) -> Judge:  # noqa: A001 - the entry point's name
    """Reads the verdicts.

    Raises:
        NotFound: no such file, or no verdicts of that judge in it; says whose there are.
        Unreadable: the file cannot be read.
    """
    return _read(config)


_Key = tuple[tuple[str, ...] | None, str, str]
"""The prompt's turns, the model shown first, the one shown second."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A verdict with the side that was shown first as side a, and both texts where they are known."""

    verdict: Verdict
    first: tuple[str, ...] | None
    second: tuple[str, ...] | None

    def fits(self, first: Response, second: Response) -> bool:
        """Whether it is about these answers, as far as is known."""
        return self.first in (None, first.turns) and self.second in (None, second.turns)


@dataclass(slots=True)
class Records:
    """The judge."""

    name: str
    said: dict[_Key, list[_Said]]
    exact: bool = field(default=False, init=False)

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        """One verdict for each game, in order."""
        for game in games:
            first, second = game.shown
            known = self.said.get((game.prompt.turns, first.model, second.model), [])
            fit = next((said.verdict for said in known if said.fits(first, second)), None)
            if fit is None:
                told = " ".join(game.prompt.turns[0].split())[:80]
                yield Verdict(
                    game.id, game.battle, self.name, game.game, game.swapped, status="error",
                    explanation=f"no recorded verdict on {first.model}, then {second.model}, to {told!r}",
                )  # fmt: skip
            else:
                seen = _turned(fit) if game.swapped else fit
                yield replace(
                    seen,
                    id=game.id,
                    battle=game.battle,
                    judge=self.name,
                    game=game.game,
                    swapped=game.swapped,
                )

    def close(self) -> None:
        """Nothing is held but memory."""


def _turned(verdict: Verdict) -> Verdict:
    """The verdict with the sides exchanged."""
    return replace(
        verdict,
        winner=None if verdict.winner is None else _TURNED[verdict.winner],
        preference=None if verdict.preference is None else 1 - verdict.preference,
        score_a=verdict.score_b,
        score_b=verdict.score_a,
    )


def _files(config: Config) -> list[tuple[Path, str]]:
    return catalog.find(Path(config.path).expanduser(), config.format or None)[0]


def _facts(config: Config) -> Iterator[Fact]:
    root = Path(config.path).expanduser()
    for path, name in _files(config):
        for item in catalog.load(name).read(Source(path, root, "recorded")):
            if isinstance(item, Row):
                yield from item.facts


def _read(config: Config) -> Records:
    prompts: dict[str, Prompt] = {}
    responses: dict[str, Response] = {}
    battles: dict[str, Battle] = {}
    verdicts: dict[str, Verdict] = {}
    for fact in _facts(config):
        if isinstance(fact, Prompt):
            prompts[fact.id] = fact
        elif isinstance(fact, Response):
            responses[fact.id] = fact
        elif isinstance(fact, Battle):
            battles[fact.id] = fact
        elif isinstance(fact, Verdict):
            verdicts.setdefault(fact.id, fact)
    name = _whose({verdict.judge for verdict in verdicts.values()}, config)
    said: dict[_Key, list[_Said]] = {}
    for verdict in verdicts.values():
        battle = battles.get(verdict.battle)
        if verdict.judge == name and battle is not None and battle.prompt in prompts:
            a, b = (_turns(responses.get(side or "")) for side in (battle.response_a, battle.response_b))
            turns = prompts[battle.prompt].turns
            if verdict.swapped:
                place, told = (turns, battle.model_b, battle.model_a), _Said(_turned(verdict), b, a)
            else:
                place, told = (turns, battle.model_a, battle.model_b), _Said(verdict, a, b)
            said.setdefault(place, []).append(told)
    if not said:
        raise NotFound(
            f"{config.path}: no verdict of {name} is on a prompt whose text is there: name the folder"
        )
    return Records(name, said)


def _turns(response: Response | None) -> tuple[str, ...] | None:
    return None if response is None else response.turns


def _whose(judges: set[str], config: Config) -> str:
    there = ", ".join(sorted(judges)) or "no verdicts"
    if config.judge:
        if config.judge not in judges:
            raise NotFound(f"{config.path}: no verdicts of {config.judge!r}; there are {there}")
        return config.judge
    if len(judges) != 1:
        raise NotFound(f"{config.path}: whose verdicts? Name one in the option judge; there are {there}")
    return next(iter(judges))
