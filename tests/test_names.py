"""The name map: same name first, then exact links, approximate ones flagged; the user's own map overrules."""

from pathlib import Path

import pytest

from arena.errors import Unreadable
from arena.names import Names, Pair
from arena.settings import shipped


@pytest.fixture
def names(tmp_path: Path) -> Names:
    return Names(shipped() / "name_map.csv", tmp_path / "home" / "name_map.csv")


def test_same_name_then_case_then_map(names):
    found = names.match(["claude-2", "GPT-4-0314", "llama-13b"], ["llama-13b", "gpt-4-0314", "claude-2.0"])
    assert set(found.pairs) == {
        Pair("llama-13b", "llama-13b", "exact"),
        Pair("GPT-4-0314", "gpt-4-0314", "exact"),
        Pair("claude-2", "claude-2.0", "exact"),
    }


def test_approximate_matches_are_flagged_and_can_be_left_out(names):
    assert names.match(["vicuna-33b-v1.3"], ["vicuna-33b"]).pairs == (
        Pair("vicuna-33b-v1.3", "vicuna-33b", "approx"),
    )
    assert names.match(["vicuna-33b-v1.3"], ["vicuna-33b"], exact=True).alone == ("vicuna-33b-v1.3",)


def test_no_name_is_used_twice(names):
    found = names.match(["claude-2", "claude-2.0"], ["claude-2.0"])
    assert found.pairs == (Pair("claude-2.0", "claude-2.0", "exact"),)
    assert found.alone == ("claude-2",)


def test_the_users_map_overrules_and_survives(names):
    changed = names.set("our-model-v2", "gpt-4-0314")
    again = Names(shipped() / "name_map.csv", names.own)
    for one in (changed, again):
        assert one.match(["our-model-v2"], ["gpt-4-0314"]).pairs == (
            Pair("our-model-v2", "gpt-4-0314", "exact"),
        )
    assert again.set("our-model-v2", None).match(["our-model-v2"], ["gpt-4-0314"]).pairs == ()


def test_a_set_name_leaves_its_namesake(names):
    changed = names.set("claude-1", "gpt-4-0314")
    assert changed.match(["claude-1"], ["claude-1", "gpt-4-0314"]).pairs == (
        Pair("claude-1", "gpt-4-0314", "exact"),
    )


def test_suggestions_look_alike(names):
    found = names.suggest("Llama2 70B chat", ["llama-2-70b-chat", "gpt-4-0314", "palm-2"])
    assert found[0][0] == "llama-2-70b-chat"
    assert 0 <= found[-1][1] <= found[0][1] <= 1


def test_a_map_that_cannot_be_read_is_named(tmp_path):
    own = tmp_path / "name_map.csv"
    own.write_text("model,other\nx,y\n", "utf-8")
    with pytest.raises(Unreadable, match="name, key"):
        Names(shipped() / "name_map.csv", own)


def test_what_is_taken_back_leaves_the_shipped_map_as_it_was(names):
    refused = names.set("vicuna-33b-v1.3", "vicuna-33b-v1.3")
    assert refused.match(["vicuna-33b-v1.3"], ["vicuna-33b"]).pairs == ()
    assert [name for name, _ in refused.mine()] == ["vicuna-33b-v1.3"]
    again = refused.set("vicuna-33b-v1.3", None)
    assert again.match(["vicuna-33b-v1.3"], ["vicuna-33b"]).pairs[0].match == "approx"
    assert again.mine() == ()
