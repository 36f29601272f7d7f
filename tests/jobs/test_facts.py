"""Facts survive their lines; torn ends are dropped; what is appended is whole."""

import dataclasses
import resource
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import Unreadable
from arena.jobs import facts
from arena.jobs.facts import Place, Shards
from arena.types import Battle, Grade, PairCount, Prompt, Published, Reference, Response, Verdict

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
STATUS = st.sampled_from(["ok", "error"])
FACTS = st.one_of(
    st.builds(Prompt, TEXT, TEXT, TEXT, st.lists(TEXT).map(tuple), st.lists(TEXT).map(tuple)),
    st.builds(Reference, TEXT, TEXT, TEXT, st.lists(TEXT).map(tuple)),
    st.builds(Response, TEXT, TEXT, TEXT, st.lists(TEXT).map(tuple), status=STATUS),
    st.builds(Battle, TEXT, TEXT, TEXT, when=st.none() | st.datetimes(), propensity=st.floats(0, 1)),
    st.builds(Verdict, TEXT, TEXT, TEXT, winner=st.sampled_from([None, "a", "both_bad"]), raw=TEXT),
    st.builds(Grade, TEXT, TEXT, TEXT, TEXT, score=st.none() | st.floats(1, 10)),
    st.builds(PairCount, TEXT, TEXT, *[st.floats(0, 9)] * 4),
    st.builds(Published, TEXT, st.floats(0, 9), low=st.none() | st.floats(0, 9)),
)  # fmt: skip


def number(value: int) -> Prompt:
    return Prompt(f"id{value}", "s", str(value), ("x" * 50,))


@given(FACTS)
def test_a_fact_survives_its_line(fact):
    text = facts.line(fact)
    assert text.count(b"\n") == 1
    assert facts.parse(text) == fact


def test_half_a_surrogate_pair_becomes_a_question_mark():
    found = facts.parse(facts.line(Prompt("i", "s", "n", ("a\ud800b",))))
    assert found.turns == ("a?b",)


def ids(folder) -> list[str]:
    return [fact.id for _, fact in facts.read(folder)]


def test_a_torn_last_line_is_not_read_and_is_dropped_when_it_goes_on(tmp_path):
    with Shards(tmp_path) as shards:
        shards.append([number(1), number(2)])
    path = tmp_path / "facts-00001.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    assert ids(tmp_path) == ["id1"]
    with Shards(tmp_path) as shards:
        shards.append([number(3)])
    assert ids(tmp_path) == ["id1", "id3"]


def test_shards_roll_and_are_read_on_from_any_place(tmp_path):
    with Shards(tmp_path, shard=200) as shards:
        for value in range(9):
            shards.append([number(value)])
    found = list(facts.read(tmp_path))
    assert len(facts.shards(tmp_path)) == 5
    assert [fact for _, fact in found] == [number(value) for value in range(9)]
    for place, fact in found:
        rest = [later for _, later in facts.read(tmp_path, place)]
        assert rest == [number(value) for value in range(int(fact.natural) + 1, 9)]


def test_heads_tell_id_and_failure_of_every_fact(tmp_path):
    mixed = [Verdict("v", "b", "j", status="error"), Response('q"', "p", "m", ()), Published("m", 1.0)]
    with Shards(tmp_path) as shards:
        shards.append(mixed)
        end = shards.end
    found = list(facts.heads(tmp_path))
    assert [(head.id, head.failed) for head in found] == [
        ("v", True), ('q"', False), (facts.identity(mixed[2]), False)
    ]  # fmt: skip
    assert found[-1].end == end > Place(1, 0)


def test_an_append_that_finds_no_room_leaves_the_file_as_it_was(tmp_path):
    with Shards(tmp_path) as shards:
        shards.append([number(1)])
        before, limits = shards.end, resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (before.offset + 30, limits[1]))
        try:
            with pytest.raises(OSError, match="too large"):
                shards.append([number(2)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        shards.append([number(3)])
    assert ids(tmp_path) == ["id1", "id3"]


def test_a_line_that_is_no_fact_is_named(tmp_path):
    (tmp_path / "facts-00001.jsonl").write_text('{"fact":"prompt","id":"x"}\n')
    with pytest.raises(Unreadable, match="facts-00001"):
        list(facts.read(tmp_path))


def test_facts_of_a_file_are_written_whole_and_read_back(tmp_path):
    there = [number(1), Battle("b", "x", "y", when=datetime(2024, 5, 1))]  # noqa: DTZ001 - naive UTC
    assert facts.write(tmp_path / "known.jsonl", iter(there)) == 2
    assert list(facts.known(tmp_path / "known.jsonl")) == there
    assert list(facts.known(tmp_path / "missing.jsonl")) == []


def test_every_field_that_a_fact_has_is_in_its_line():
    full = Verdict("v", "b", "j", 2, True, "a", 0.5, 1.0, 2.0, 2, "e", "r", "error", 3, 4)
    text = facts.line(full).decode()
    assert all(f'"{field.name}":' in text for field in dataclasses.fields(full))
