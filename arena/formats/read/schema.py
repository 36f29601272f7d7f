"""The parquet type of a fact, derived from its annotations, so that exports follow `arena.types`."""

import types
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

_PLAIN: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us"),
}


def schema(kind: type) -> pa.Schema:
    """One column per field of a dataclass; nested dataclasses are structs, tuples lists."""
    return pa.schema(_struct(kind))


def _struct(kind: type) -> list[pa.Field]:
    hints = get_type_hints(kind)
    return [pa.field(field.name, _type(hints[field.name])) for field in fields(kind)]


def _type(hint: Any) -> pa.DataType:
    if is_dataclass(hint) and isinstance(hint, type):
        return pa.struct(_struct(hint))
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in args if arg is not type(None))
        return _type(inner)
    if origin is tuple:
        return pa.list_(_type(args[0]))
    return _PLAIN[str if origin is Literal else hint]
