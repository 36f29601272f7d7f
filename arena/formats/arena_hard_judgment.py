"""Arena-Hard judgments, v0.1 and v2.0: `model_judgment/<judge>/<model>.jsonl`, a model against the baseline.

Game 1 shows the baseline as A, game 2 as B. ">>" has strength 2; how much that counts is chosen when ranking.
A game that is null is an error of the judge, a null or unknown score an unreadable reply. Early files name no
baseline (gpt-4-0314) and no judge (the folder's). Built from the published schema. The prompts shown to the
judge are left out.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import fields, ids, objects, outcome
from arena.formats.read.fields import Malformed, Values
from arena.formats.read.names import Names
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Battle, Fact, Verdict, Winner

CHECKED = "the published schema"
GIVES = "battles"

BASELINE = "gpt-4-0314"
"""What every model of v0.1 is judged against (Li et al., arXiv 2406.11939)."""

SCORES: dict[str, tuple[Winner, int]] = {
    "A>>B": ("a", 2), "A>B": ("a", 1), "A=B": ("tie", 1), "B>A": ("b", 1), "B>>A": ("b", 2),
    "B<<A": ("a", 2), "B<A": ("a", 1), "B=A": ("tie", 1), "A<B": ("b", 1), "A<<B": ("b", 2),
}  # fmt: skip
"""Winner and strength of each label, by the sides as they were shown."""


def fits(keys: Set[str]) -> bool:
    """Whether these are a judgment's fields."""
    return {"model", "games"} <= keys and bool(keys & {"uid", "question_id"})


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with a judgment."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Battle of two games per row, the baseline as side a, with the Verdicts that are there."""
    names, folder = Names(), source.path.resolve().parent
    judge = source.judge or (folder.name if folder.parent.name == "model_judgment" else "unknown")

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        question = fields.identity(row, "uid", "question_id")
        one = names.short(fields.optional(row, "baseline") or BASELINE)
        two = names.short(fields.name(row, "model"))
        key = ids.pairing(source.board, "arena_hard", question, one, two, 1)
        said = fields.name({"judge": row.get("judge") or judge}, "judge")
        battle = Battle(key, one, two, ids.prompt(source.board, question), games=2)
        games = enumerate(_games(row), 1)
        return battle, *(_verdict(game, key, said, number) for number, game in games)

    return build(objects.read(source.path, fits, "arena_hard_judgment"), make, names)


def _games(row: Values) -> list[Values | None]:
    games = row.get("games")
    if not isinstance(games, list) or not 1 <= len(games) <= 2:
        raise Malformed(f"games is not a list of two: {fields.shown(games)}")
    if not all(game is None or isinstance(game, dict) for game in games):
        raise Malformed(f"games holds something that is no game: {fields.shown(games)}")
    return games


def _verdict(game: Values | None, battle: str, judge: str, number: int) -> Verdict:
    key, swapped = ids.verdict(battle, judge, number), number == 2
    if game is None:
        return Verdict(key, battle, judge, number, swapped, status="error")
    reply = game.get("judgment")
    words = fields.optional(reply, "answer") if isinstance(reply, dict) else fields.optional(game, "judgment")
    label = fields.optional(game, "score")
    if label is None or label not in SCORES:
        return Verdict(key, battle, judge, number, swapped, explanation=words, status="unparsed")
    winner, strength = SCORES[label]
    if swapped:
        winner = outcome.turned(winner)
    return Verdict(key, battle, judge, number, swapped, winner, strength=strength, explanation=words)
