"""FastChat pair judgments: `model_judgment/<judge>_pair.jsonl`, model_1 against model_2 in both orders.

Game 2 was shown swapped; its winner is already mapped back by FastChat. A game recorded as "error" is kept as
one. Built from the published schema. The prompts shown to the judge are left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import fields, ids, judges, objects, outcome
from arena.formats.read.names import Names
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict, Winner

CHECKED = "the published schema"
GIVES = "battles"

WINNERS: dict[str, Winner] = {"model_1": "a", "model_2": "b", "tie": "tie"}


def fits(keys: Set[str]) -> bool:
    """Whether these are a pair judgment's fields."""
    return {"question_id", "model_1", "model_2", "g1_winner", "g2_winner"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a pair judgment."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Battle of two games per row, with both Verdicts."""
    names = Names()

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        question, turn = fields.identity(row, "question_id"), fields.turn(row)
        one, two = (names.short(fields.name(row, side)) for side in ("model_1", "model_2"))
        prompt = ids.prompt(source.board, question)
        key = ids.pairing(source.board, "fastchat_pair", question, one, two, turn)
        judge = judges.named(row, source)
        battle = Battle(key, one, two, prompt, games=2, turn=turn, when=fields.moment(row, "tstamp"))
        return battle, _game(row, key, judge, 1), _game(row, key, judge, 2)

    return build(objects.read(source.path, fits, "fastchat_pair"), make, names)


def _game(row: fields.Values, battle: str, judge: str, game: int) -> Verdict:
    key = ids.verdict(battle, judge, game)
    words = fields.optional(row, f"g{game}_judgment")
    said = fields.text(row, f"g{game}_winner")
    if said == "error":
        return Verdict(key, battle, judge, game, game == 2, explanation=words, status="error")
    winner = outcome.one_of(said, WINNERS, f"g{game}_winner")
    return Verdict(key, battle, judge, game, game == 2, winner, explanation=words)
