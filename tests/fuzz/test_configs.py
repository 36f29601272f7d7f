"""Presets and overrides: any YAML is a job or one line; a few lines that would be gigabytes are refused."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from arena import presets
from arena.errors import ArenaError
from tests.fuzz.counting import line, many, tried
from tests.fuzz.hostile import SHORT, TEXT

WORDS = st.sampled_from(
    [
        *("kind: tournament\n", "config:\n", "  board: x\n", "  prompts: {name: pocket}\n", "  models:\n"),
        *(
            "    - {name: a, backend: {name: recorded}}\n",
            "&a ",
            "*a",
            "!!python/object:os.system ",
            "<<: *a\n",
        ),
        *(
            "- ",
            "? ",
            ": ",
            "[",
            "]",
            "{",
            "}",
            "|\n",
            ">\n",
            "---\n",
            "...\n",
            "2024-13-45",
            "1:99",
            "0x",
            ".inf",
        ),
        *(
            "9" * 5000,
            "'",
            '"',
            "#",
            "%TAG ! x\n",
            "!!binary x",
            "!!timestamp x",
            "\t",
            "  judge: {name: jury}\n",
        ),
    ]
)
YAML = st.lists(WORDS | SHORT, max_size=14).map("".join)
TREE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def told(path: Path) -> None:
    try:
        presets.load(str(path))
    except ArenaError as error:
        line(error)


def laid(text: str) -> None:
    with TemporaryDirectory() as place:
        path = Path(place, "x.yaml")
        path.write_text(text, "utf-8", "replace")
        told(path)


@many
@given(YAML)
def test_any_text_is_a_preset_or_one_line(text: str) -> None:
    with tried("presets"):
        laid(text)


@many
@given(st.dictionaries(st.sampled_from(["board", "prompts", "judge", "models", "pairing", "x"]), TREE))
def test_any_config_of_a_tournament_is_one_or_one_line(config: dict[str, Any]) -> None:
    with tried("configs"):
        laid(yaml.safe_dump({"kind": "tournament", "config": config}))


@many
@given(SHORT, TEXT)
def test_any_override_is_a_field_or_one_line(name: str, said: str) -> None:
    with tried("overrides"):
        try:
            presets.load("pocket", [f"{name}={said}"])
        except ArenaError as error:
            line(error)


LAUGH = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
BOMBS = {
    "aliases": (LAUGH, "aliases are not taken"),
    "itself": ("kind: &a [*a]\n", "aliases are not taken"),
    "depth": ("kind: " + "[" * 50_000, "nested more than"),
    "mappings": ("kind: " + "{a: " * 50_000, "nested more than"),
    "size": ("# " + "x" * (2 << 20), "KiB"),
    "a list as a name": ("? [a, b]\n: c\n", "cannot be the name of a field"),
    "a day that is none": ("kind: tournament\nconfig: {board: 2024-13-45}\n", "cannot be"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    text, said = BOMBS[name]
    path = tmp_path / "bomb.yaml"
    path.write_text(text)
    with tried("presets that are bombs"), pytest.raises(ArenaError) as error:
        presets.load(str(path))
    assert said in line(error.value)
