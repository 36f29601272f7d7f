"""Ways to spoil a valid file, as hypothesis strategies: torn, re-encoded, nested, packed, values replaced."""

import gzip
import io
import json
import zipfile
import zlib
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from tests.formats import samples

EDGES: list[Any] = [
    *(2**31, 2**31 - 1, 2**63, -(2**70), 10**400, -1, 0, 300, 40_000),
    *(1e308, -0.0, float("nan"), float("inf"), True, "1e999"),
    *("", " ", "\n", "a\nb", "\0", "\ud83d", "é", "x" * 5000, "+6/-x"),
    *("0001-01-01", "9999-12-31T23:59:59-14:00"),
    *([], {}, [None], [[]], {"": None}, ["a", 1], [{}]),
    *([{"role": "user", "content": 3}], [{"role": "assistant"}]),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(EDGES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
CASES = st.sampled_from(samples.CASES)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """(format, kind of file, content): a valid row, others with fields replaced, all of it spoilt or not."""
    name, kind = draw(CASES)
    content = draw(changed(name, kind))
    return (
        name,
        kind,
        draw(st.sampled_from([_whole, _torn, _damaged, _encoded, _packed, _nested, _twice]))(draw, content),
    )


@st.composite
def changed(draw: st.DrawFn, name: str, kind: str) -> bytes:
    """A file with one valid row and some with fields replaced, at any depth, left out or added."""
    good = samples.ROWS[name][0]
    bad = [draw(_mutated(good)) for _ in range(draw(st.integers(0, 3)))]
    rows = bad[:1] if kind == "document" and bad else [good, *bad]
    try:
        return samples.written([row for row in rows if isinstance(row, dict)] or [good], kind)
    except (pa.ArrowException, OverflowError, UnicodeError, ValueError, TypeError):
        return samples.written([good], kind)  # what no writer writes


@st.composite
def _mutated(draw: st.DrawFn, value: Any) -> Any:
    inner = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    if not inner:
        return draw(VALUES)
    copy = value.copy()
    for place in draw(st.lists(st.sampled_from(list(inner)), min_size=1, max_size=3, unique=True)):
        what = draw(st.sampled_from(["deeper", "other", "gone"]))
        if what == "gone" and isinstance(copy, dict):
            del copy[place]
        else:
            copy[place] = draw(_mutated(copy[place]) if what == "deeper" else VALUES)
    return copy


def _whole(_: st.DrawFn, content: bytes) -> bytes:
    return content


def _torn(draw: st.DrawFn, content: bytes) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


def _damaged(draw: st.DrawFn, content: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    return content[:at] + draw(st.binary(max_size=8)) + content[at + draw(st.integers(0, 8)) :]


def _encoded(draw: st.DrawFn, content: bytes) -> bytes:
    encoding = draw(
        st.sampled_from(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp500", "utf-8-sig", "utf-7"])
    )
    return content.decode("latin-1").encode(encoding, "replace")


def _packed(draw: st.DrawFn, content: bytes) -> bytes:
    def zipped() -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("rows", content)
        return buffer.getvalue()

    return draw(
        st.sampled_from([gzip.compress, zlib.compress, lambda _: zipped(), lambda text: b"\0" + text])
    )(content)


def _nested(draw: st.DrawFn, content: bytes) -> bytes:
    """Something very deep in place of the first value."""
    depth = draw(st.sampled_from([50, 900, 20_000]))
    deep = draw(
        st.sampled_from([b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"[" * depth])
    )
    before, colon, after = content.partition(b": ")
    return before + colon + deep + (b"," + after if colon else b"")


def _twice(draw: st.DrawFn, content: bytes) -> bytes:
    """The first line once more, inside itself: duplicate keys, headers, or rows."""
    first, _, rest = content.partition(b"\n")
    if first.startswith(b"{") and first.endswith(b"}"):
        value = json.dumps(draw(VALUES)).encode()
        key = first[1:].partition(b":")[0]
        return first[:-1] + b", " + key + b": " + value + b"}\n" + rest
    return first + b"," + first + b"\n" + rest
