"""A board with texts and a judge of two games, to vote on: as sure or unsure as a test needs it."""

from collections.abc import Iterable
from pathlib import Path

from arena.formats import arena_battles
from arena.keys import key
from arena.service import requests as ask
from arena.service.ballots import Ballot, BallotFound, Cast, Revealed
from arena.service.service import Service
from arena.types import Battle, Prompt, Record, Response, Verdict
from arena.votes import Choice

JUDGE = "oracle"
MODELS = ("brisk-lynx", "quiet-heron", "slow-otter")


def records(
    scores: Iterable[tuple[float, float]], board: str = "polled", flips: frozenset[int] = frozenset()
) -> list[Record]:
    """One battle per pair of scores, judged in both orders; those in `flips` contradict themselves."""
    return [_record(board, at, a, b, flip=at in flips) for at, (a, b) in enumerate(scores)]


def _record(board: str, at: int, a: float, b: float, *, flip: bool) -> Record:
    models = MODELS[at % 3], MODELS[(at + 1) % 3]
    prompt = Prompt(key(board, at), board, f"q{at}", (f"Question number {at}?",), ("maths",), "English")
    said = [
        Response(key(board, at, side), prompt.id, model, (f"Answer {side} to {at}: {'word ' * 40}",), "s")
        for side, model in zip("ab", models, strict=True)
    ]
    fight = Battle(key(board, "battle", at), *models, prompt.id, said[0].id, said[1].id, games=2)
    games = [
        Verdict(
            key(fight.id, game), fight.id, JUDGE, game, swapped=game == 2,
            score_a=b if flip and game == 2 else a, score_b=a if flip and game == 2 else b,
            winner=_winner(*((b, a) if flip and game == 2 else (a, b))),
        )
        for game in (1, 2)
    ]  # fmt: skip
    return Record(board, fight, prompt, said[0], said[1], tuple(games))


def _winner(a: float, b: float) -> str:
    return "a" if a > b else "b" if b > a else "tie"


def bring(service: Service, folder: Path, found: list[Record], board: str = "polled") -> None:
    """Imports them."""
    path = folder / f"{board}.jsonl"
    arena_battles.write(found, path)
    service.bring(ask.Import(path, board))


def asked(service: Service, who: str, board: str = "polled", **more: object) -> BallotFound:
    """The next ballot of a voter."""
    found = service.perform(Ballot(board, who, **more))  # type: ignore[arg-type]
    assert isinstance(found, BallotFound)
    return found


def voted(
    service: Service, who: str, choice: Choice = "first", board: str = "polled", **more: object
) -> Revealed:
    """A vote on the next battle, slow enough to count as read."""
    paper = asked(service, who, board).paper
    assert paper is not None
    given = {"milliseconds": 60_000, "drawn": paper.drawn} | more
    found = service.perform(Cast(board, who, paper.record.battle.id, choice, **given))  # type: ignore[arg-type]
    assert isinstance(found, Revealed)
    return found
