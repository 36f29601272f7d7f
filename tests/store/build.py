"""Small files and databases for the tests of the store: real ones, on disk."""

import csv
import json
import resource
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from arena.settings import Settings
from arena.store.database import Database


def settings(home: Path) -> Settings:
    """Settings of a home folder of the test's own."""
    return Settings(home=home, wait=0)


def database(home: Path) -> Database:
    """An open database there."""
    return Database(settings(home), "test")


def votes(path: Path, rows: Iterable[tuple[str, str, str]]) -> Path:
    """An evalica file of (left, right, winner)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("left", "right", "winner"))
        writer.writerows(rows)
    return path


def lines(path: Path, rows: Iterable[object]) -> Path:
    """A JSONL file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def grades(path: Path, scores: dict[tuple[str, str], float | None], judge: str = "judge") -> Path:
    """A FastChat single-grade file from {(question, model): score}."""
    return lines(
        path,
        [
            {"question_id": question, "model": model, "judge": [judge, "v1"], "judgment": f"said of {model}",
             "user_prompt": "", "score": -1 if score is None else score, "turn": 1, "tstamp": 0.0}
            for (question, model), score in scores.items()
        ],
    )  # fmt: skip


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def room_for_books(home: Path) -> AbstractContextManager[None]:
    """The database's log may not grow: what is written besides has room, no transaction is stored."""
    return room((home / "arena.duckdb.wal").stat().st_size + 10)
