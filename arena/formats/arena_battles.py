"""Our own export of battles: one Record per row with every id, as JSON Lines or as parquet.

Read back into the board it came from, every fact is the same fact; into another board it is a copy with its
own ids. Checked on files it wrote.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from datetime import UTC
from functools import cache
from itertools import islice
from math import isfinite
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from arena.formats.read import objects, table
from arena.formats.read.fields import Malformed, shown
from arena.formats.read.rows import Line, build
from arena.formats.read.schema import schema
from arena.formats.read.text import PARQUET, head
from arena.formats.types import Item, Source, Written
from arena.keys import key
from arena.types import Fact, Note, Record, Response

CHECKED = "a real file"
GIVES = "battles"
WRITES = "battles"

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What `arena.keys.key` gives; a record with other ids is copied under new ones."""

GROUP = 1000
"""Records of one parquet row group, and the most held at a time."""


def fits(keys: Set[str]) -> bool:
    """Whether these are a record's fields."""
    return {"board", "battle", "verdicts"} <= keys


def sniff(path: Path, head: bytes) -> bool:
    """Whether the file starts with a record."""
    return fits(objects.keys(head)) or fits(table.columns(path, head))


def read(source: Source) -> Iterator[Item]:
    """Per row a Battle, its Verdicts, and the Prompt and Responses that are known."""
    parquet = head(source.path).startswith(PARQUET)
    rows = (table if parquet else objects).read(source.path, fits, "arena_battles")
    boards: list[str] = []

    def make(line: Line) -> tuple[Fact, ...]:
        record = _record(line)
        if record.board == source.board and any("+" in verdict.id for verdict in record.verdicts):
            raise Malformed("made of two grades that the board has already; name another --board")
        if record.board != source.board or not all(map(KEY.fullmatch, _ids(record))):
            boards.extend([record.board] if record.board != source.board else [])
            record = copied(record, source.board)
        texts = (record.prompt, record.response_a, record.response_b)
        return record.battle, *record.verdicts, *(fact for fact in texts if fact is not None)

    return _noted(build(rows, make), source.board, boards)


def _noted(items: Iterator[Item], board: str, boards: list[str]) -> Iterator[Item]:
    told = set()
    for item in items:
        for other in boards:
            if other not in told:
                yield Note(f"battles of board {other} are copied into {board} under new ids")
            told.add(other)
        boards.clear()
        yield item


@cache
def _adapter() -> TypeAdapter[Record]:
    return TypeAdapter(Record)


def _record(line: Line) -> Record:
    try:
        if line.text is None:
            record = _adapter().validate_python(line.values)
        else:
            record = _adapter().validate_json(line.text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{where}: {first['msg']}" if where else first["msg"]) from error
    _check(record)
    when = record.battle.when
    if when is None or when.tzinfo is None:
        return record
    try:
        plain = when.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise Malformed(f"battle.when: {when} is outside of the years 1 to 9999 in UTC") from None
    return replace(record, battle=replace(record.battle, when=plain))


def _check(record: Record) -> None:
    """Raises Malformed where the parts of a record do not belong together or a figure is none."""
    battle = record.battle
    if not battle.model_a.strip() or not battle.model_b.strip():
        raise Malformed("a model's name is empty")
    if record.prompt and record.prompt.id != battle.prompt:
        raise Malformed("prompt is not the battle's")
    for text, named in ((record.response_a, battle.response_a), (record.response_b, battle.response_b)):
        if text and named not in (None, text.id):
            raise Malformed("a response is not the battle's")
    for verdict in record.verdicts:
        if verdict.battle != battle.id:
            raise Malformed(f"verdict {shown(verdict.id)} is of another battle")
        figures = (verdict.preference, verdict.score_a, verdict.score_b)
        if not all(isfinite(figure) for figure in figures if figure is not None):
            raise Malformed("a preference or score is not finite")
        if not 0 <= (verdict.preference or 0) <= 1:
            raise Malformed(f"preference {verdict.preference} is not between 0 and 1")


def _ids(record: Record) -> Iterator[str]:
    battle = record.battle
    named = (battle.id, battle.prompt, battle.response_a, battle.response_b)
    yield from (name for name in named if name is not None)
    yield from (record.prompt.id,) if record.prompt else ()
    for response in (record.response_a, record.response_b):
        yield from (response.id, response.prompt) if response else ()
    yield from (verdict.id for verdict in record.verdicts)


def copied(record: Record, board: str) -> Record:
    """The record in another board, with ids derived from its own, so that copying twice adds nothing."""

    def new(old: str) -> str:
        return key("copy", board, old)

    def text(response: Response | None) -> Response | None:
        return response and replace(response, id=new(response.id), prompt=new(response.prompt))

    battle = record.battle
    return Record(
        board,
        replace(
            battle,
            id=new(battle.id),
            prompt=battle.prompt and new(battle.prompt),
            response_a=battle.response_a and new(battle.response_a),
            response_b=battle.response_b and new(battle.response_b),
        ),
        record.prompt and replace(record.prompt, id=new(record.prompt.id), source=board),
        text(record.response_a),
        text(record.response_b),
        tuple(replace(verdict, id=new(verdict.id), battle=new(battle.id)) for verdict in record.verdicts),
    )


def write(records: Iterable[Record], path: Path) -> Written:
    """Parquet by the suffix .parquet, else JSON Lines, in constant memory."""
    if path.suffix.lower() == ".parquet":
        return Written(_write_parquet(iter(records), path))
    with path.open("wb") as file:
        return Written(sum(1 for record in records if file.write(_adapter().dump_json(record) + b"\n")))


def _write_parquet(records: Iterator[Record], path: Path) -> int:
    count, columns = 0, schema(Record)
    with pq.ParquetWriter(path, columns, compression="zstd") as writer:
        while group := [_adapter().dump_python(record) for record in islice(records, GROUP)]:
            writer.write_batch(pa.RecordBatch.from_pylist(group, schema=columns))
            count += len(group)
    return count
