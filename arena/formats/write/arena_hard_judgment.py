"""Arena-Hard judgments (v2): one row per battle and judge, side a as the baseline, games in both orders.

A label names the seats of its game: in the second one A is the model and B the baseline. Only battles that
were to be judged in both orders fit; an unread game has a null score, a missing one is null. To a folder it
writes `<judge>/<model>.jsonl`, as Arena-Hard keeps them, to a .jsonl all in one.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from arena.formats.types import Written
from arena.formats.write import rows, verdicts
from arena.formats.write.losses import Losses
from arena.types import Record, Verdict, Winner

WRITES = "battles"


def write(records: Iterable[Record], path: Path) -> Written:
    """One row per battle and judge; several baselines are told."""
    losses, baselines = Losses(), set[str]()

    def each() -> Iterator[dict[str, Any]]:
        for record in records:
            for row in _rows(record, losses):
                baselines.add(row["baseline"])
                yield row

    count = _folder(each(), path) if not path.suffix else rows.lines(map(rows.dump, each()), path)
    several = f"{len(baselines)} models are baselines; Arena-Hard's own tools expect one per category"
    return Written(count, (*losses.notes, *([several] if len(baselines) > 1 else [])))


def _folder(found: Iterable[dict[str, Any]], path: Path) -> int:
    with rows.Folder(path) as folder:
        return sum(
            1
            for row in found
            if folder.file(Path(rows.named(row["judge"]), f"{rows.named(row['model'])}.jsonl")).write(
                rows.dump(row) + "\n"
            )
        )


def _rows(record: Record, losses: Losses) -> Iterator[dict[str, Any]]:
    battle, prompt = record.battle, record.prompt
    for first, second in verdicts.orders(record, losses):
        judge = next(verdict.judge for verdict in (first, second) if verdict)
        losses.add("questions are named by their keys: their own ids are not known", prompt is None)
        losses.add("turns after the first are not told apart", battle.turn > 1)
        losses.add("categories beyond the first are left out", prompt and len(prompt.categories) > 1)
        yield {
            "uid": prompt.natural if prompt else battle.prompt or battle.id,
            "category": prompt.categories[0] if prompt and prompt.categories else None,
            "judge": judge,
            "model": battle.model_b,
            "baseline": battle.model_a,
            "games": [_game(first, losses), _game(second, losses)],
        }


def _game(verdict: Verdict | None, losses: Losses) -> dict[str, Any] | None:
    if verdict is None:
        return None
    said = verdict.explanation or verdict.raw or ""
    return {"score": _label(verdict, losses), "judgment": {"answer": said}, "prompt": []}


def _label(verdict: Verdict, losses: Losses) -> str | None:
    if verdict.status != "ok":
        losses.add("unread games have a null score")
        return None
    much = verdict.strength > 1 and verdict.winner in ("a", "b")
    winner = verdict.winner if much else verdicts.winner(verdict, losses)
    if winner is None:
        return None
    seat = _seat(verdicts.either(winner, losses), verdict.swapped)
    if seat is None:
        return "A=B"
    return ("A>>B" if much else "A>B") if seat == "A" else ("B>>A" if much else "B>A")


def _seat(winner: Winner, swapped: bool) -> str | None:
    if winner == "tie":
        return None
    return "A" if (winner == "a") != swapped else "B"
