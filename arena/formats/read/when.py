"""When a row happened, as sources write it: seconds, a date with time, or its ISO text."""

from datetime import UTC, datetime

from arena.formats.read import fields
from arena.formats.read.fields import Malformed, Values


def moment(row: Values, *names: str) -> datetime | None:
    """The first of these fields that is there as UTC without a zone; None where none is.

    A time without a zone is UTC. Raises Malformed for what is no time.
    """
    name = next((name for name in names if row.get(name) is not None), None)
    if name is None:
        return None
    value = row[name]
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Malformed(f"{name} is no time: {fields.shown(value)}") from None
    if not isinstance(value, datetime):
        return fields.moment(row, name)
    plain = datetime.combine(value.date(), value.timetz())  # a table's nanoseconds are cut
    try:
        return plain.astimezone(UTC).replace(tzinfo=None) if plain.tzinfo else plain
    except OverflowError:
        raise Malformed(f"{name} is no time: {fields.shown(value)}") from None
