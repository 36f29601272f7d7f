"""Presets: every shipped one fits its kind, overrides reach every field, mistakes name their line."""

import re
from pathlib import Path

import pytest
import yaml

from arena import plugins, presets
from arena.errors import BadRequest, NotFound
from arena.jobs import catalog
from arena.plugins import Choice
from arena.preflight import worst

SHIPPED = [shown.name for shown in presets.every()]

SMALL = """# A small one
# for the tests
kind: tournament
config:
  board: small
  prompts: {name: pocket}
  judge: {name: verifier}
  models:
    - name: one
      backend: {name: recorded, options: {path: one.jsonl}}
    - name: two
      backend: {name: recorded, options: {path: two.jsonl}}
"""


def small(folder: Path, old: str = "", new: str = "") -> str:
    path = folder / "small.yaml"
    path.write_text(SMALL.replace(old, new) if old else SMALL)
    return str(path)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_preset_fits_its_kind_and_says_what_it_is(name: str) -> None:
    kind, config = presets.load(name)
    catalog.config(kind, config)
    shown = next(one for one in presets.every() if one.name == name)
    assert (shown.kind, bool(shown.title), bool(shown.about)) == (kind, True, True)


@pytest.mark.parametrize("name", ["alpaca-eval", "arena-hard", "compare", "wizardarena"])
def test_what_only_the_person_knows_is_refused_until_it_is_set(name: str) -> None:
    kind, config = presets.load(name)
    findings = catalog.load(kind).check(catalog.config(kind, config))
    assert worst(findings) == "red"
    assert all("is not set yet: it stands for <" in finding.text for finding in findings)


def test_wizardarena_is_the_papers() -> None:
    kind, config = presets.load("wizardarena")
    found = catalog.config(kind, config)
    assert (found.pairing.name, found.anchor, found.anchor_value) == ("all_pairs", "llama-2-70b-chat", 1100)
    assert found.anchor in {model.name for model in found.models}
    assert "Llama-3-70B-Instruct" in found.judge.options["backend"]["options"]["model"]
    assert found.games == 2


def test_overrides_reach_fields_lists_and_options(tmp_path: Path) -> None:
    words = [
        "samples=2",
        "models.0.backend.options.model=x",
        "sampling.temperature=0",
        "models.2.name=three",
        "models.2.backend.name=recorded",
    ]
    config = presets.load(small(tmp_path), words).config
    assert (config["samples"], config["sampling"]) == (2, {"temperature": 0})
    assert config["models"][0]["backend"]["options"] == {"path": "one.jsonl", "model": "x"}
    assert config["models"][2] == {"name": "three", "backend": {"name": "recorded"}}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  board:", "  bord:", "line 5: bord: there is no such field; choose one of board"),
        ("{name: verifier}", "{name: verifier, option: {}}", "line 7: judge.option: there is no such field"),
        ("name: two\n", "nam: two\n", "line 11: models.1.nam: there is no such field"),
        ("  board: small\n", "  board: small\n  samples: no\n", "line 6: samples = False"),
        ("  board: small\n", "  board: small\n  board: twice\n", "line 6: 'board' stands there twice"),
        ("kind: tournament\n", "kind: tournament\nkinds: 1\n", "line 4: 'kinds' does not belong here"),
        ("kind: tournament\n", "kind: turnier\n", "no kind of job 'turnier': there are"),
        ("{name: pocket}", "{name: pocket", "not YAML"),
        ("  board: small\n", "", "line 4: board: field required"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(said)) as error:
        presets.load(small(tmp_path, old, new))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("samples", "is no override: write field=value"),
        ("samples=many", "override samples = 'many'"),
        ("models.7.name=x", "'7' is no place in a list of 2"),
        ("board.name=x", "has no fields"),
        ("models.0.nam=x", "override models.0.nam: there is no such field"),
        ("samples=[", "the value is not YAML"),
    ],
)
def test_a_wrong_override_is_told_as_one(tmp_path: Path, word: str, said: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(said)):
        presets.load(small(tmp_path), [word])


def test_your_own_presets_come_first_and_missing_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "compare.yaml").write_text(SMALL)
    assert presets.load("compare", home=tmp_path).config == yaml.safe_load(SMALL)["config"]
    with pytest.raises(NotFound, match=r"no preset 'campare': there are .*compare"):
        presets.load("campare")


@pytest.mark.parametrize("letter", ["x", "ü", "字"])
def test_a_preset_that_is_too_long_is_refused_and_never_cut(tmp_path: Path, letter: str) -> None:
    path = Path(small(tmp_path))
    path.write_text(SMALL + "# " + letter * (1 << 20) + "\nkinds: 1\n", "utf-8")
    with pytest.raises(BadRequest, match="more than 1024 KiB, and no preset is as long"):
        presets.load(str(path))


@pytest.mark.parametrize(
    "number", ["1" + ":1" * 9_000, "1" + ":1" * 9_000 + ".5", f'!!int "1{":1" * 9_000}"']
)
def test_a_number_as_long_as_a_book_is_refused_before_it_is_one(tmp_path: Path, number: str) -> None:
    with pytest.raises(BadRequest, match=r"line 6: a number of more than 1,000 characters"):
        presets.load(small(tmp_path, "  board: small\n", f"  board: small\n  samples: {number}\n"))
    with pytest.raises(BadRequest, match="a number of more than 1,000 characters"):
        presets.value(number)
    assert presets.value("'" + "1" * 9_000 + "'") == "1" * 9_000
    assert presets.value("x" + ":1" * 9_000) == "x" + ":1" * 9_000


@pytest.mark.parametrize(
    "value", [-1 << 20_000, [1 << 20_000], "long " * 900], ids=["number", "list", "text"]
)
def test_a_value_too_long_to_be_written_out_is_told_in_a_line(value: object) -> None:
    with pytest.raises(BadRequest, match=r"^pocket: n = .*: input should be") as error:
        plugins.config("arena.prompts", Choice("pocket", {"n": value}))
    assert len(str(error.value)) < 400
