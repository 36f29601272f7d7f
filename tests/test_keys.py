"""Content keys: the same parts give the same id everywhere, other parts another."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.keys import file_hash, key

PARTS = st.lists(st.none() | st.integers() | st.text(), max_size=4)


@given(PARTS, PARTS)
def test_equal_ids_mean_equal_parts(first, second):
    same = [None if part is None else str(part) for part in first] == [
        None if part is None else str(part) for part in second
    ]
    assert (key(*first) == key(*second)) == same


def test_ids_are_the_same_on_every_machine():
    assert key("battle", "board", 7) == key("battle", "board", "7") == "e42cb0c3-7431-08e8-2e16-c4f982c7a145"
    assert len({key("ab", "c"), key("a", "bc"), key("a", "bc", None), key("a", "bc", "")}) == 4
    assert str(uuid.UUID(key())) == key()


@pytest.mark.parametrize("content", [b"", b"x" * 3_000_000])
def test_a_files_hash_is_its_contents(tmp_path, content):
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(content)
    assert file_hash(tmp_path / "one") == file_hash(tmp_path / "two")
    (tmp_path / "two").write_bytes(content + b"!")
    assert file_hash(tmp_path / "one") != file_hash(tmp_path / "two")
