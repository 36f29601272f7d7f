"""Who judged: as the row says, else as the person said at import."""

from arena.formats.read import fields
from arena.formats.types import Source


def named(row: fields.Values, source: Source, default: str = "unknown") -> str:
    """The row's judge, which FastChat writes as [model, prompt name]; else the import's; else `default`."""
    value = row.get("judge")
    if isinstance(value, list) and value:
        value = value[0]
    return fields.name({"judge": value or source.judge or default}, "judge")
